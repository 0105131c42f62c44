import { compileCondition } from '../../core/conditions.ts';
import { didYouMean } from '../../core/nearest.ts';
import { join, type Problem } from '../../core/validation.ts';
import { checkInstantFormat } from '../../core/instant-format.ts';
import { parseLimits } from '../../http/limits.ts';
import type { DetailManifest, ForEachManifest, OperationManifest } from '../manifest-schema.ts';
import { paginatorProblems, shapeProblems } from './component-problems.ts';
import { errorRuleProblems } from './error-rule-problems.ts';
import { findReferred, type Manifests, nameProblems, placeholders, thrownProblems } from './manifests.ts';
import { optionsProblems } from './options-problems.ts';
import { templateProblems } from './template-problems.ts';

/** Problems of one operation. */
export function operationProblems(
  name: string,
  operation: OperationManifest,
  connector: Manifests,
  at: string,
): Problem[] {
  const { manifest } = connector;
  const { body } = operation;
  return [
    ...pathProblems(operation, at),
    ...parameterProblems(operation, connector, at),
    ...readProblems(name, operation, connector, at),
    ...deltaProblems(operation, at),
    ...templateProblems(operation.compute ?? {}, ['record', 'path', 'config'], `${at}.compute`, manifest),
    ...(operation.forEach ? forEachProblems(operation, operation.forEach, connector, `${at}.forEach`) : []),
    ...(operation.details ?? []).flatMap((detail, index) =>
      detailProblems(detail, connector, `${at}.details[${index}]`),
    ),
    ...templateProblems(operation.query ?? {}, ['config'], `${at}.query`, manifest),
    ...templateProblems(operation.headers ?? {}, ['config'], `${at}.headers`, manifest),
    ...templateProblems(body?.content, ['config', 'since'], `${at}.body.content`, manifest),
    ...templateProblems(body?.item, ['record', 'id', 'config'], `${at}.body.item`, manifest),
    ...templateProblems(body?.envelope, ['body', 'config'], `${at}.body.envelope`, manifest),
    ...(operation.errors ?? []).flatMap((rule, index) => errorRuleProblems(rule, `${at}.errors[${index}]`)),
    ...(operation.limits ? thrownProblems(`${at}.limits`, () => parseLimits(operation.limits)) : []),
    ...(operation.budgets ?? []).flatMap((budget, index) =>
      nameProblems('budget', budget, Object.keys(manifest.budgets ?? {}), `${at}.budgets[${index}]`),
    ),
    ...(operation.replacedBy === undefined
      ? []
      : findReferred(connector, operation.replacedBy, `${at}.replacedBy`).problems),
  ];
}

function pathProblems({ path, pathParameters = {}, idParameter }: OperationManifest, at: string): Problem[] {
  const declared = Object.keys(pathParameters);
  const used = placeholders(path);
  return [
    ...(/[{}]/.test(path.replaceAll(/\{[A-Za-z][A-Za-z0-9_-]*\}/g, ''))
      ? [{ path: `${at}.path`, message: `"${path}" has a brace that is not part of a {name}` }]
      : []),
    ...(/[?#\\]|\/\.{1,2}(\/|$)|^\/\//.test(path)
      ? [
          {
            path: `${at}.path`,
            message: 'must be a plain path: no query, "..", "//" at its start or backslash; a query goes under "query"',
          },
        ]
      : []),
    ...used
      .filter((name) => !declared.includes(name))
      .map((name) => ({ path: `${at}.pathParameters.${name}`, message: `is missing, the path has {${name}}` })),
    ...declared
      .filter((name) => !used.includes(name))
      .map((name) => ({
        path: `${at}.pathParameters.${name}`,
        message: `the path ${path} has no {${name}}${used.length > 0 ? didYouMean(name, used) : ''}`,
      })),
    ...(idParameter === undefined ? [] : nameProblems('path parameter', idParameter, used, `${at}.idParameter`)),
  ];
}

function parameterProblems(
  { pathParameters = {}, queryParameters = {} }: OperationManifest,
  connector: Manifests,
  at: string,
): Problem[] {
  return Object.entries({ pathParameters, queryParameters }).flatMap(([kind, parameters]) =>
    Object.entries(parameters).flatMap(([name, { options, template, needs = [] }]) => {
      const place = join(`${at}.${kind}`, name);
      return [
        ...(options ? optionsProblems(connector, options, `${place}.options`) : []),
        ...needs.flatMap((other, index) =>
          nameProblems('query parameter', other, Object.keys(queryParameters), `${place}.needs[${index}]`),
        ),
        ...templateProblems(template, ['value', 'config'], `${place}.template`, connector.manifest),
        ...(template !== undefined && kind === 'pathParameters'
          ? [{ path: `${place}.template`, message: 'is for query parameters; a path takes its values as they are' }]
          : []),
      ];
    }),
  );
}

function readProblems(name: string, operation: OperationManifest, { manifest }: Manifests, at: string): Problem[] {
  const isList = (operation.action ?? name) === 'list';
  const { paginator, records, shape } = operation;
  return [
    ...(isList && records === undefined
      ? [{ path: `${at}.records`, message: 'is missing: where the rows are in the answer, "" for the answer itself' }]
      : []),
    ...(isList && paginator === undefined
      ? [
          {
            path: `${at}.paginator`,
            message: 'is missing: how pages follow each other, "single" where there is only one',
          },
        ]
      : []),
    ...(paginator === undefined ? [] : paginatorProblems(paginator, manifest, `${at}.paginator`)),
    ...(shape === undefined ? [] : shapeProblems(shape, `${at}.shape`)),
  ];
}

function deltaProblems({ delta }: OperationManifest, at: string): Problem[] {
  if (!delta) return [];
  const place = `${at}.delta`;
  const needs = delta.strategy === 'filter' ? 'parameter' : delta.strategy === 'newest-first' ? 'field' : undefined;
  return [
    ...(needs !== undefined && delta[needs] === undefined
      ? [{ path: `${place}.${needs}`, message: `is missing: "${delta.strategy}" needs it` }]
      : []),
    ...thrownProblems(`${place}.format`, () => {
      checkInstantFormat(delta.format, delta.zone);
    }),
    ...(delta.fieldFormat === undefined
      ? []
      : thrownProblems(`${place}.fieldFormat`, () => {
          checkInstantFormat(delta.fieldFormat ?? '', delta.zone);
        })),
    ...(delta.template === undefined
      ? []
      : templateProblems(delta.template, ['since', 'until', 'given'], `${place}.template`, NO_PARAMETERS)),
  ];
}

const NO_PARAMETERS = { parameters: {} } as unknown as Manifests['manifest'];

function forEachProblems(
  { path }: OperationManifest,
  forEach: ForEachManifest,
  connector: Manifests,
  at: string,
): Problem[] {
  const referred = findReferred(connector, forEach.operation, `${at}.operation`);
  const { manifest } = connector;
  return [
    ...referred.problems,
    ...('operation' in referred && referred.operation.records === undefined
      ? [{ path: `${at}.operation`, message: `${forEach.operation} does not say where its rows are` }]
      : []),
    ...Object.keys(forEach.path ?? {}).flatMap((name) =>
      nameProblems('path parameter', name, placeholders(path), `${at}.path.${name}`),
    ),
    ...templateProblems(forEach.path ?? {}, ['parent', 'config'], `${at}.path`, manifest),
    ...templateProblems(forEach.query ?? {}, ['parent', 'config'], `${at}.query`, manifest),
    ...templateProblems(forEach.body, ['parent', 'config'], `${at}.body`, manifest),
    ...templateProblems(forEach.carry ?? {}, ['parent', 'config'], `${at}.carry`, manifest),
    ...conditionProblems(forEach.when, `${at}.when`),
    ...cycleProblems(forEach, connector, `${at}.operation`),
  ];
}

/** Lists that wait for each other would never begin. */
function cycleProblems(forEach: ForEachManifest, connector: Manifests, at: string): Problem[] {
  const seen: string[] = [];
  for (let name: string | undefined = forEach.operation; name !== undefined;) {
    if (seen.includes(name)) return [{ path: at, message: `${[...seen, name].join(' → ')} never ends` }];
    seen.push(name);
    const referred = findReferred(connector, name, at);
    name = 'operation' in referred ? referred.operation.forEach?.operation : undefined;
  }
  return [];
}

function detailProblems(detail: DetailManifest, connector: Manifests, at: string): Problem[] {
  const referred = findReferred(connector, detail.operation, `${at}.operation`);
  const needed = 'operation' in referred ? placeholders(referred.operation.path) : [];
  const given = Object.keys(detail.path ?? {});
  const { manifest } = connector;
  return [
    ...referred.problems,
    ...needed
      .filter((name) => !given.includes(name))
      .map((name) => ({
        path: `${at}.path.${name}`,
        message: `is missing, ${detail.operation} has {${name}} in its path`,
      })),
    ...('operation' in referred
      ? given.flatMap((name) => nameProblems('path parameter', name, needed, `${at}.path.${name}`))
      : []),
    ...templateProblems(detail.path ?? {}, ['record', 'config'], `${at}.path`, manifest),
    ...templateProblems(detail.query ?? {}, detail.batch ? ['config'] : ['record', 'config'], `${at}.query`, manifest),
    ...conditionProblems(detail.when, `${at}.when`),
  ];
}

function conditionProblems(condition: unknown, at: string): Problem[] {
  return condition === undefined ? [] : thrownProblems(at, () => compileCondition(condition, at));
}
