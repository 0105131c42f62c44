import { ConfigError } from '../../core/errors.ts';
import type { Transform } from '../../core/component.ts';
import type { DataRecord, Json } from '../../core/record.ts';
import { type CompiledTemplate, compileTemplate } from '../../core/templates.ts';
import { getPath, parsePath } from '../../core/field-path.ts';
import type { ConnectedClient } from '../connect.ts';
import { type CallArguments, type Operation, pathParameters } from '../request.ts';
import { compileFit, type FieldCheck } from './fit-fields.ts';
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
  readonly fields: FieldCheck;
}

/** A place to write to, compiled. */
export interface Target {
  readonly client: ConnectedClient;
  /** What creates a record, or creates and updates it, or deletes it. */
  readonly operation: Operation;
  /** What updates a record, where that is a call of its own. */
  readonly update: Operation | undefined;
  readonly action: 'post' | 'delete';
  readonly batchSize: number;
  readonly match: readonly (readonly string[])[];
  readonly usesLinks: boolean;
  /** Field that makes a write an update; undefined where the entity has none. */
  readonly idField: string | undefined;
  readonly transform: Transform;
  /** Makes the fields of a record what the target takes. Throws PublishError. */
  readonly fit: (record: DataRecord) => DataRecord;
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
  const { operation, update } = findWrites(client, spec);
  checkAction(operation, spec.action);
  const { path = {}, query = {} } = spec.parameters;
  const known = [operation, ...(update ? [update] : [])].flatMap(pathParameters);
  const unknown = Object.keys(path).find((name) => !known.includes(name));
  if (unknown !== undefined) client.checkArguments(operation, { path: { [unknown]: '1' } });
  const template = compileTemplate({ path, query } as Json, { variables: context.variable });
  return {
    client,
    operation,
    update,
    action: spec.action,
    batchSize: batchSize(spec, operation),
    match: spec.match.map((rule) => rule.fields),
    usesLinks: spec.links,
    idField: operation.entity.idField,
    fit: spec.action === 'post' ? compileFit(operation.entity, spec.fields) : (record) => record,
    transform: context.chain(spec.requestTransformers, 'spec.publisher.requestTransformers'),
    parameters: (record) => renderParameters(template, record),
  };
}

/** One call that creates and updates, or one for each of both; a named operation stands for itself. */
function findWrites(client: ConnectedClient, spec: TargetSpec): Pick<Target, 'operation' | 'update'> {
  const name = spec.operation ?? spec.action;
  const { operations } = client.connector.entities.get(spec.entity) ?? { operations: {} };
  if (name !== 'post' || 'post' in operations || !('create' in operations)) {
    return { operation: client.operation(spec.entity, name), update: undefined };
  }
  const update = 'update' in operations ? client.operation(spec.entity, 'update') : undefined;
  return { operation: client.operation(spec.entity, 'create'), update };
}

/** Path parameter that takes the id of a record: named by the manifest, else the last one. */
export function idParameter(operation: Operation): string | undefined {
  return operation.manifest.idParameter ?? pathParameters(operation).at(-1);
}

/** Whether a write of this operation creates only. */
export function isCreateOnly({ manifest, name }: Operation): boolean {
  return (manifest.action ?? name) === 'create';
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
  if (spec.action === 'delete') return 1;
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
