import { ConfigError, PublishError } from '../../core/errors.ts';
import type { Transform } from '../../core/component.ts';
import type { DataRecord, Json } from '../../core/record.ts';
import { type CompiledTemplate, compileTemplate } from '../../core/templates.ts';
import { getPath, parsePath } from '../../core/field-path.ts';
import type { ConnectedClient } from '../connect.ts';
import { type CallArguments, type Operation, pathParameters } from '../request.ts';
import type { PublisherContext } from './types.ts';

/** What a publisher's document says, as far as sending needs it. */
export interface TargetSpec {
  readonly client: string;
  readonly action: 'post' | 'delete';
  readonly entity: string;
  readonly operation?: string | undefined;
  readonly parameters: { readonly path?: object; readonly query?: object };
  readonly requestTransformers: readonly object[];
  readonly batch: { readonly size?: number };
  readonly match: readonly { readonly fields: readonly string[] }[];
  readonly links: boolean;
}

/** A place to write to, compiled. */
export interface Target {
  readonly client: ConnectedClient;
  readonly operation: Operation;
  readonly action: 'post' | 'delete';
  readonly batchSize: number;
  readonly match: readonly (readonly string[])[];
  readonly usesLinks: boolean;
  /** Field that makes a write an update; undefined where the entity has none. */
  readonly idField: string | undefined;
  readonly transform: Transform;
  /** Path and query for one record. Throws for a missing strict value. */
  readonly parameters: (record: DataRecord) => CallArguments;
}

/**
 * Compiles the target of a publisher.
 *
 * @throws ConfigError for an unknown client, entity or operation, an operation of the wrong kind, a batch that is too large.
 */
export function createTarget(spec: TargetSpec, context: PublisherContext): Target {
  const client = context.client(spec.client);
  const operation = client.operation(spec.entity, spec.operation ?? spec.action);
  checkAction(operation, spec.action);
  const { path = {}, query = {} } = spec.parameters;
  const unknown = Object.keys(path).find((name) => !pathParameters(operation).includes(name));
  if (unknown !== undefined) client.request(operation, { path: { [unknown]: '1' } });
  const template = compileTemplate({ path, query } as Json, { variables: context.variable });
  return {
    client,
    operation,
    action: spec.action,
    batchSize: batchSize(spec, operation),
    match: spec.match.map((rule) => rule.fields),
    usesLinks: spec.links,
    idField: operation.entity.idField,
    transform: context.chain(spec.requestTransformers, 'spec.publisher.requestTransformers'),
    parameters: (record) => renderParameters(template, record),
  };
}

function checkAction(operation: Operation, action: 'post' | 'delete'): void {
  const actual = operation.manifest.action ?? operation.name;
  const fits =
    action === 'delete'
      ? operation.manifest.method === 'DELETE'
      : ['POST', 'PUT', 'PATCH'].includes(operation.manifest.method);
  if (fits) return;
  throw new ConfigError(
    'ERR_OPERATION_KIND',
    `"${operation.manifest.title}" (${operation.entity.name}.${operation.name}, ${actual}) cannot be used for the action "${action}"`,
  );
}

function batchSize(spec: TargetSpec, operation: Operation): number {
  const { maxBatch = 1, defaultBatch = 1 } = operation.manifest.body ?? {};
  if (spec.action === 'delete' || pathParameters(operation).length > 0) return 1;
  const size = spec.batch.size ?? (spec.match.length > 0 ? defaultBatch : 1);
  if (size > maxBatch) {
    throw new ConfigError(
      'ERR_BATCH_TOO_LARGE',
      `publisher.batch.size is ${size}, but "${operation.manifest.title}" takes at most ${maxBatch} records a call`,
    );
  }
  return size;
}

function renderParameters(template: CompiledTemplate, record: DataRecord): CallArguments {
  const rendered = template.evaluate(record) as { path: CallArguments['path']; query: CallArguments['query'] };
  return { path: rendered.path ?? {}, query: rendered.query ?? {} };
}

/** Casts fields that the target takes only as JSON integers: `"12"` and `12.0` are sent as `12`. */
export function castIntegers(record: DataRecord, fields: readonly string[]): DataRecord {
  let cast: Record<string, Json> | undefined;
  for (const field of fields) {
    const value = Object.hasOwn(record, field) ? record[field] : undefined;
    if (typeof value === 'string' && /^-?\d+$/.test(value.trim())) {
      cast ??= { ...record };
      cast[field] = Number(value);
    } else if (typeof value === 'string' || (typeof value === 'number' && !Number.isInteger(value))) {
      throw new PublishError(
        'ERR_FIELD_NOT_INTEGER',
        `Field "${field}" must be a whole number, not ${JSON.stringify(value)}`,
        { details: { field } },
      );
    }
  }
  return cast ?? record;
}

/** The values of match fields as one text; undefined when one of them is missing or empty, so that nothing can match. */
export function matchValue(record: DataRecord, fields: readonly string[]): string | undefined {
  const values: string[] = [];
  for (const field of fields) {
    const value = getPath(record, parsePath(field));
    if (value === undefined || value === null || value === '' || typeof value === 'object') return undefined;
    values.push(String(value));
  }
  return values.length === 1 ? values[0] : JSON.stringify(values);
}
