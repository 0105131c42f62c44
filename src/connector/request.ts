import { ConfigError } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import { type Json, plainText } from '../core/record.ts';
import type { HttpRequest, Query } from '../http/types.ts';
import type { Connector } from './load.ts';
import type { EntityManifest, OperationManifest } from './manifest-schema.ts';

/** One operation of an entity, found by name. */
export interface Operation {
  readonly entity: EntityManifest;
  readonly name: string;
  readonly manifest: OperationManifest;
}

/** What the caller adds to an operation. */
export interface CallArguments {
  readonly path?: Query;
  readonly query?: Query;
  readonly body?: Json;
}

/**
 * Finds an operation.
 *
 * @throws ConfigError ERR_ENTITY_UNKNOWN or ERR_OPERATION_UNKNOWN, with the nearest name.
 */
export function findOperation(connector: Connector, entityName: string, operationName: string): Operation {
  const entity = connector.entities.get(entityName);
  if (!entity) {
    const hint = didYouMean(entityName, [...connector.entities.keys()]);
    throw new ConfigError('ERR_ENTITY_UNKNOWN', `${connector.name} has no entity "${entityName}"${hint}`);
  }
  const manifest = entity.operations[operationName];
  if (!manifest) {
    const hint = didYouMean(operationName, Object.keys(entity.operations));
    throw new ConfigError('ERR_OPERATION_UNKNOWN', `"${entityName}" has no operation "${operationName}"${hint}`);
  }
  return { entity, name: operationName, manifest };
}

/** What all requests of a client have in common. */
export interface RequestBase {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The operation's own query, rendered with the client's parameters. */
  readonly query: (operation: Operation) => Query;
}

/**
 * Builds the request of one call.
 *
 * @throws ConfigError ERR_PATH_PARAMETER_MISSING, ERR_PATH_PARAMETER_UNKNOWN,
 *   ERR_QUERY_PARAMETER_MISSING, ERR_PARAMETER_TYPE; nothing is sent then.
 */
export function buildRequest(base: RequestBase, operation: Operation, args: CallArguments): HttpRequest {
  const { manifest } = operation;
  const query = { ...base.query(operation), ...args.query };
  checkTypes(operation, args.query ?? {});
  requireQuery(operation, query);
  return {
    method: manifest.method,
    url: base.url + fillPath(operation, args.path ?? {}),
    query,
    headers: { ...base.headers, ...manifest.headers },
    ...(args.body !== undefined && { json: args.body }),
    repeatable: manifest.repeatable ?? ['GET', 'DELETE'].includes(manifest.method),
  };
}

/** Names of the path parameters of an operation. */
export function pathParameters(operation: Operation): string[] {
  return [...operation.manifest.path.matchAll(/\{([^}]*)\}/g)].map((match) => match[1] ?? '');
}

function fillPath(operation: Operation, values: Query): string {
  const known = pathParameters(operation);
  const unknown = Object.keys(values).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new ConfigError(
      'ERR_PATH_PARAMETER_UNKNOWN',
      `${label(operation)} has no path parameter "${unknown}"${didYouMean(unknown, known)}`,
    );
  }
  return operation.manifest.path.replaceAll(/\{([^}]*)\}/g, (_, name: string) =>
    segment(operation, name, values[name]),
  );
}

function segment(operation: Operation, name: string, value: Json | undefined): string {
  if (value === undefined || value === null || value === '') {
    throw new ConfigError('ERR_PATH_PARAMETER_MISSING', `${label(operation)} needs the path parameter "${name}"`, {
      details: { entity: operation.entity.name, operation: operation.name, parameter: name },
    });
  }
  const isPlain = ['string', 'number', 'boolean'].includes(typeof value);
  const type = operation.manifest.pathParameters?.[name]?.type ?? 'string';
  // Dots alone would climb out of the operation's path even when encoded.
  if (!isPlain || value === '.' || value === '..' || (type === 'integer' && !/^-?\d+$/.test(plainText(value)))) {
    throw new ConfigError(
      'ERR_PARAMETER_TYPE',
      `${label(operation)}: path parameter "${name}" must be ${type === 'integer' ? 'a whole number' : 'a plain value'}, not ${JSON.stringify(value)}`,
    );
  }
  return encodeURIComponent(plainText(value));
}

function requireQuery(operation: Operation, query: Query): void {
  for (const [name, declared] of Object.entries(operation.manifest.queryParameters ?? {})) {
    if (!declared.required || (query[name] ?? '') !== '') continue;
    throw new ConfigError('ERR_QUERY_PARAMETER_MISSING', `${label(operation)} needs the query parameter "${name}"`, {
      details: { entity: operation.entity.name, operation: operation.name, parameter: name },
    });
  }
}

function checkTypes(operation: Operation, query: Query): void {
  for (const [name, value] of Object.entries(query)) {
    const declared = operation.manifest.queryParameters?.[name];
    if (!declared || value === undefined || value === null || matches(declared.type, value)) continue;
    throw new ConfigError(
      'ERR_PARAMETER_TYPE',
      `${label(operation)}: query parameter "${name}" must be ${declared.type}, not ${JSON.stringify(value)}`,
    );
  }
}

/** Lenient about text that reads as the type, because parameters come from command lines and templates. */
function matches(type: string, value: Json): boolean {
  switch (type) {
    case 'integer':
      return /^-?\d+$/.test(plainText(value));
    case 'number':
      return value !== '' && !Number.isNaN(Number(value)) && typeof value !== 'object';
    case 'boolean':
      return ['true', 'false'].includes(plainText(value));
    case 'string':
      return typeof value !== 'object' || Array.isArray(value);
    default:
      return true;
  }
}

function label(operation: Operation): string {
  return `"${operation.manifest.title}" (${operation.entity.name}.${operation.name})`;
}
