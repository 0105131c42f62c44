import { checkRoots } from '../core/templates.ts';
import { compileCondition } from '../core/conditions.ts';
import { IntegrationError } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import { isObject, type Json } from '../core/record.ts';
import { checkSchema, join, type Problem } from '../core/validation.ts';
import { authenticators } from '../http/authenticators/index.ts';
import { parseLimits } from '../http/limits.ts';
import { paginators } from '../http/paginators/index.ts';
import type { ConnectorManifest, EntityManifest, OperationManifest } from './manifest-schema.ts';

interface Manifests {
  readonly manifest: ConnectorManifest;
  readonly entities: ReadonlyMap<string, EntityManifest>;
}

/** What a JSON Schema cannot see: references between parts of a connector. One list of problems for each file. */
export function linkProblems(connector: Manifests): { file: string; problems: Problem[] }[] {
  return [
    { file: 'connector.json', problems: connectorProblems(connector) },
    ...[...connector.entities.values()].map((entity) => ({
      file: `entities/${entity.name}.json`,
      problems: entityProblems(entity, connector.manifest),
    })),
  ];
}

function connectorProblems({ manifest, entities }: Manifests): Problem[] {
  return [
    ...Object.entries(manifest.authentications).flatMap(([name, authentication]) =>
      authenticationProblems(manifest, authentication, `authentications.${name}`),
    ),
    ...Object.entries(manifest.paginators ?? {}).flatMap(([name, value]) =>
      paginatorProblems(value, manifest, `paginators.${name}`),
    ),
    ...templateProblems(manifest.baseUrl, ['config'], 'baseUrl', manifest),
    ...(manifest.discover ?? []).flatMap((step, index) => discoverProblems(manifest, step, `discover[${index}]`)),
    ...checkOperationProblems(manifest, entities),
    ...thrownProblems('limits', () => parseLimits(manifest.limits ?? [])),
    ...(manifest.errors ?? []).flatMap((rule, index) =>
      thrownProblems(`errors[${index}].when`, () => compileCondition(rule.when)),
    ),
  ];
}

/** What a part of the manifest says when it is compiled. */
function thrownProblems(path: string, compile: () => unknown): Problem[] {
  try {
    compile();
    return [];
  } catch (error) {
    if (error instanceof IntegrationError) return [{ path, message: error.message }];
    throw error;
  }
}

function authenticationProblems(
  manifest: ConnectorManifest,
  authentication: ConnectorManifest['authentications'][string],
  at: string,
): Problem[] {
  const parameters = [...(authentication.parameters ?? []), ...(authentication.optional ?? [])];
  const { type, ...options } = authentication.authenticator;
  const component = authenticators.get(type);
  if (!component) {
    const known = [...authenticators.keys()];
    return [{ path: `${at}.authenticator.type`, message: `unknown authenticator "${type}"${didYouMean(type, known)}` }];
  }
  const known = Object.keys((component.options as { properties?: object }).properties ?? {});
  const required = (component.options as { required?: readonly string[] }).required ?? [];
  return [
    ...parameters.flatMap((name, index) => parameterProblems(manifest, name, `${at}.parameters[${index}]`)),
    ...Object.keys(options)
      .filter((key) => !known.includes(key))
      .map((key) => ({ path: `${at}.authenticator.${key}`, message: `unknown key${didYouMean(key, known)}` })),
    ...required
      .filter((key) => !(key in options))
      .map((key) => ({ path: `${at}.authenticator.${key}`, message: 'is missing' })),
    ...templateProblems(options as Json, ['config', 'secret'], `${at}.authenticator`, manifest),
  ];
}

function parameterProblems(manifest: ConnectorManifest, name: string, at: string): Problem[] {
  const known = Object.keys(manifest.parameters);
  return known.includes(name) ? [] : [{ path: at, message: `unknown parameter "${name}"${didYouMean(name, known)}` }];
}

function discoverProblems(
  manifest: ConnectorManifest,
  step: NonNullable<ConnectorManifest['discover']>[number],
  at: string,
): Problem[] {
  return [
    ...templateProblems(step.url, ['config'], `${at}.url`, manifest),
    ...Object.keys(step.values).flatMap((name) => parameterProblems(manifest, name, `${at}.values.${name}`)),
    ...templateProblems(step.values, ['config', 'response'], `${at}.values`, manifest),
    ...Object.keys(step.fallback ?? {}).flatMap((name) => parameterProblems(manifest, name, `${at}.fallback.${name}`)),
    ...templateProblems(step.fallback ?? {}, ['config'], `${at}.fallback`, manifest),
  ];
}

function checkOperationProblems(manifest: ConnectorManifest, entities: ReadonlyMap<string, EntityManifest>): Problem[] {
  if (!manifest.check) return [];
  const [entity = '', operation = ''] = manifest.check.operation.split('.');
  if (!entities.has(entity)) {
    return [
      { path: 'check.operation', message: `unknown entity "${entity}"${didYouMean(entity, [...entities.keys()])}` },
    ];
  }
  const known = Object.keys(entities.get(entity)?.operations ?? {});
  return known.includes(operation)
    ? []
    : [{ path: 'check.operation', message: `unknown operation "${operation}"${didYouMean(operation, known)}` }];
}

function entityProblems(entity: EntityManifest, manifest: ConnectorManifest): Problem[] {
  return [
    ...(entity.find && !(entity.find.operation in entity.operations)
      ? [{ path: 'find.operation', message: `there is no operation "${entity.find.operation}" here` }]
      : []),
    ...checkRoots(entity.find?.query ?? {}, ['field', 'value']).map((message) => ({ path: 'find.query', message })),
    ...Object.entries(entity.operations).flatMap(([name, operation]) =>
      operationProblems(name, operation, manifest, `operations.${name}`),
    ),
  ];
}

function operationProblems(
  name: string,
  operation: OperationManifest,
  manifest: ConnectorManifest,
  at: string,
): Problem[] {
  const declared = Object.keys(operation.pathParameters ?? {});
  const used = [...operation.path.matchAll(/\{([^}]*)\}/g)].map((match) => match[1] ?? '');
  const isList = (operation.action ?? name) === 'list';
  return [
    ...used
      .filter((parameter) => !declared.includes(parameter))
      .map((parameter) => ({
        path: `${at}.pathParameters.${parameter}`,
        message: `is missing, the path has {${parameter}}`,
      })),
    ...declared
      .filter((parameter) => !used.includes(parameter))
      .map((parameter) => ({
        path: `${at}.pathParameters.${parameter}`,
        message: `the path ${operation.path} has no {${parameter}}${used.length > 0 ? didYouMean(parameter, used) : ''}`,
      })),
    ...(isList && operation.records === undefined
      ? [{ path: `${at}.records`, message: 'is missing: where the rows are in the answer, "" for the answer itself' }]
      : []),
    ...(operation.paginator === undefined ? [] : paginatorProblems(operation.paginator, manifest, `${at}.paginator`)),
    ...templateProblems(operation.query ?? {}, ['config'], `${at}.query`, manifest),
  ];
}

function paginatorProblems(value: unknown, manifest: ConnectorManifest, at: string): Problem[] {
  if (typeof value === 'string') {
    const known = Object.keys(manifest.paginators ?? {});
    return known.includes(value)
      ? []
      : [{ path: at, message: `unknown paginator "${value}"${didYouMean(value, known)}` }];
  }
  if (!isObject(value)) return [];
  const { type, ...options } = value;
  const component = paginators.get(String(type));
  if (!component) {
    return [
      {
        path: join(at, 'type'),
        message: `unknown paginator "${String(type)}"${didYouMean(String(type), [...paginators.keys()])}`,
      },
    ];
  }
  return checkSchema(component.options, options, at).problems;
}

/** Templates may name only their scope, only parameters that exist, and secrets only as `secret.x`. */
function templateProblems(source: Json, roots: readonly string[], at: string, manifest: ConnectorManifest): Problem[] {
  const problems: Problem[] = checkRoots(source, roots).map((message) => ({ path: at, message }));
  const text = JSON.stringify(source);
  for (const [, root, name] of text.matchAll(/[&?]\{(config|secret)\.([A-Za-z0-9_]+)\}/g)) {
    const parameter = manifest.parameters[name ?? ''];
    if (!parameter) {
      const known = Object.keys(manifest.parameters);
      problems.push({ path: at, message: `unknown parameter "${name ?? ''}"${didYouMean(name ?? '', known)}` });
    } else if (parameter.secret !== (root === 'secret')) {
      const right = parameter.secret ? 'secret' : 'config';
      problems.push({ path: at, message: `"${name ?? ''}" is reached as ${right}.${name ?? ''}` });
    }
  }
  return problems;
}
