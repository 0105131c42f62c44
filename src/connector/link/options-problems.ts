import type { Problem } from '../../core/validation.ts';
import type { OptionsManifest } from '../manifest/parameter.ts';
import { findReferred, type Manifests, nameProblems, placeholders } from './manifests.ts';
import { templateProblems } from './template-problems.ts';

/** Problems of a list of values that an operation gives. */
export function optionsProblems(connector: Manifests, options: OptionsManifest, at: string): Problem[] {
  const referred = findReferred(connector, options.operation, `${at}.operation`);
  if (!('operation' in referred)) return referred.problems;
  const { operation } = referred;
  const given = Object.keys(options.path ?? {});
  const filled = Object.keys(operation.forEach?.path ?? {});
  const needed = placeholders(operation.path);
  return [
    ...(operation.records === undefined
      ? [{ path: `${at}.operation`, message: `${options.operation} does not say where its rows are` }]
      : []),
    ...needed
      .filter((name) => !given.includes(name) && !filled.includes(name))
      .map((name) => ({
        path: `${at}.path.${name}`,
        message: `is missing, ${options.operation} has {${name}} in its path`,
      })),
    ...given.flatMap((name) => nameProblems('path parameter', name, needed, `${at}.path.${name}`)),
    ...templateProblems(options.path ?? {}, ['config', 'values'], `${at}.path`, connector.manifest),
    ...templateProblems(options.query ?? {}, ['config', 'values'], `${at}.query`, connector.manifest),
  ];
}
