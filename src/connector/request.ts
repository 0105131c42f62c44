import { ConfigError } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import { type DataRecord, type Json, plainText } from '../core/record.ts';
import type { Query } from '../http/types.ts';
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
  /** Sent as it is, besides what the operation lays around or below it. */
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

/** What all requests of a client have in common, once its address is known. */
export interface RequestBase {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly config: DataRecord;
}

/** A request before anything is known of the client's address: its path, filled in and checked. */
export interface RequestTarget {
  readonly path: string;
  readonly query: Query;
}

/**
 * Checks the parameters of one call and fills them into the path.
 *
 * @param own The operation's own query, rendered.
 * @throws ConfigError ERR_PATH_PARAMETER_MISSING, ERR_PATH_PARAMETER_UNKNOWN,
 *   ERR_QUERY_PARAMETER_MISSING, ERR_PARAMETER_TYPE; nothing is sent then.
 */
export function fillTarget(operation: Operation, own: Query, args: CallArguments): RequestTarget {
  const query = { ...own, ...args.query };
  checkTypes(operation, args.query ?? {});
  requireQuery(operation, query);
  return { path: fillPath(operation, args.path ?? {}), query };
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
  for (const [name, { required, needs = [] }] of Object.entries(operation.manifest.queryParameters ?? {})) {
    if (!isGiven(query, name)) {
      if (required) throw queryMissing(operation, name);
      continue;
    }
    const other = needs.find((each) => !isGiven(query, each));
    if (other !== undefined) throw queryMissing(operation, other, ` beside "${name}"`);
  }
}

function isGiven(query: Query, name: string): boolean {
  return (query[name] ?? '') !== '';
}

function queryMissing(operation: Operation, name: string, where = ''): ConfigError {
  const message = `${label(operation)} needs the query parameter "${name}"${where}`;
  const details = { entity: operation.entity.name, operation: operation.name, parameter: name };
  return new ConfigError('ERR_QUERY_PARAMETER_MISSING', message, { details });
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
    case 'date':
      return typeof value !== 'object' || Array.isArray(value);
    default:
      return true;
  }
}

function label(operation: Operation): string {
  return `"${operation.manifest.title}" (${operation.entity.name}.${operation.name})`;
}
