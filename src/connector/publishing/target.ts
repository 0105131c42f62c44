import { compileErrorRules } from '../compile-operation.ts';
import { ConfigError } from '../../core/errors.ts';
import type { Transform } from '../../core/component.ts';
import { type FieldPath, parsePath } from '../../core/field-path.ts';
import type { DataRecord, Json } from '../../core/record.ts';
import { type CompiledTemplate, compileTemplate } from '../../core/templates.ts';
import type { ErrorRule } from '../../http/types.ts';
import type { ConnectedClient } from '../connect.ts';
import type { ErrorRuleManifest } from '../manifest-schema.ts';
import { type CallArguments, type Operation, pathParameters } from '../request.ts';
import { compileFieldRules, type FieldRule, type FieldRules } from './field-rules.ts';
import type { ListKeys } from './keyed-lists.ts';
import { compileFit, type FieldCheck } from './fit-fields.ts';
import { compileMatchRule, type MatchRule, type MatchRuleSpec } from './match-rule.ts';
import { findWrites, type Mode, modeOf, type PublisherAction, type Writes } from './writes.ts';
import type { PublisherContext } from './types.ts';

/** What a publisher's document says, as far as sending needs it. */
export interface TargetSpec {
  readonly client: string;
  readonly action: PublisherAction;
  readonly entity: string;
  readonly operation?: string | undefined;
  readonly parameters: { readonly path?: object; readonly query?: object };
  readonly requestTransformers: readonly object[];
  readonly batch: { readonly size?: number };
  readonly match: readonly MatchRuleSpec[];
  readonly links: boolean;
  readonly fields: FieldCheck;
  readonly fieldRules?: Readonly<Record<string, FieldRule>>;
  readonly defaults?: object;
  readonly skipUnchanged?: boolean;
  readonly oneToOne?: boolean;
  readonly watch?: readonly string[];
  readonly onExisting?: 'skip' | 'fail';
  readonly onMissing?: 'skip' | 'fail';
  readonly deleted?: 'skip' | 'delete' | 'update';
  readonly deletedFields?: object;
  readonly verifyWrite?: readonly string[];
  readonly responses?: readonly object[];
  readonly responseTransformers?: readonly object[];
}

/** A place to write to, compiled. */
export interface Target extends Writes {
  readonly client: ConnectedClient;
  readonly mode: Mode;
  readonly batchSize: number;
  readonly match: readonly MatchRule[];
  readonly usesLinks: boolean;
  /** Field that makes a write an update; undefined where the entity has none. */
  readonly idField: string | undefined;
  readonly transform: Transform;
  /** Makes the fields of a record what the target takes. Throws PublishError. */
  readonly fit: (record: DataRecord) => DataRecord;
  /** Path and query for one record. Throws for a missing strict value. */
  readonly parameters: (record: DataRecord) => CallArguments;
  readonly rules: FieldRules;
  /** Lists of which only the items that are sent change. */
  readonly listKeys: ListKeys;
  /** Whether an update that would change nothing is left out. */
  readonly skipUnchanged: boolean;
  /** Whether a record of the target belongs to one record of the source only. */
  readonly isOneToOne: boolean;
  /** Fields whose change is told. */
  readonly watched: readonly { readonly name: string; readonly path: FieldPath }[];
  readonly onExisting: 'skip' | 'fail';
  /** What becomes of a record that the target does not have; undefined leaves it to the call. */
  readonly onMissing: 'skip' | 'fail' | undefined;
  /** What becomes of a record that is gone in the source. */
  readonly deleted: 'skip' | 'delete' | 'update';
  readonly deletedFields: (record: DataRecord) => DataRecord;
  /** Fields that are read back and compared after a write. */
  readonly verified: readonly { readonly name: string; readonly path: FieldPath }[];
  /** Rules about answers, heard before those of the connector. */
  readonly responses: readonly ErrorRule[];
  /** What is made of a record and its answer; undefined where nothing is. */
  readonly afterwards: Transform | undefined;
}

/**
 * Compiles the target of a publisher.
 *
 * @throws ConfigError for an unknown client, entity or operation, an operation of the wrong kind, a batch that is too
 *   large, options that need a call that the entity has not.
 */
export function createTarget(spec: TargetSpec, context: PublisherContext): Target {
  const client = context.client(spec.client);
  const writes = findWrites(client, spec);
  requireReading(spec, writes);
  const { entity } = writes.operation;
  const steps = spec.responseTransformers ?? [];
  return {
    ...writes,
    client,
    mode: modeOf(spec.action),
    batchSize: batchSize(spec, writes.operation),
    match: spec.match.map(compileMatchRule),
    usesLinks: spec.links,
    idField: entity.idField,
    fit: spec.action === 'delete' ? (record) => record : compileFit(entity, spec.fields),
    transform: context.chain(spec.requestTransformers, 'spec.publisher.requestTransformers'),
    parameters: compileParameters(spec, writes, client, context),
    rules: compileFieldRules(
      spec.fieldRules ?? {},
      (spec.defaults ?? {}) as DataRecord,
      context.variable,
      entity.listKeys,
    ),
    listKeys: entity.listKeys ?? {},
    skipUnchanged: spec.skipUnchanged ?? false,
    isOneToOne: spec.oneToOne ?? false,
    watched: (spec.watch ?? []).map((name) => ({ name, path: parsePath(name) })),
    onExisting: spec.onExisting ?? 'skip',
    onMissing: spec.onMissing,
    deleted: spec.deleted ?? 'skip',
    deletedFields: compileDeletedFields(spec, context),
    verified: (spec.verifyWrite ?? []).map((name) => ({ name, path: parsePath(name) })),
    responses: compileErrorRules((spec.responses ?? []) as unknown as ErrorRuleManifest[]),
    afterwards: steps.length === 0 ? undefined : context.chain(steps, 'spec.publisher.responseTransformers'),
  };
}

/** Some options look at what the target has. */
function requireReading(spec: TargetSpec, { read, operation }: Writes): void {
  const needs = [
    spec.skipUnchanged === true && 'skipUnchanged',
    (spec.verifyWrite ?? []).length > 0 && 'verifyWrite',
    (spec.watch ?? []).length > 0 && 'watch',
    Object.values(spec.fieldRules ?? {}).includes('when-empty') && 'fieldRules "when-empty"',
  ].find((each) => each !== false);
  if (needs === undefined || read) return;
  throw new ConfigError(
    'ERR_READ_MISSING',
    `publisher.${needs} has to read single records of "${operation.entity.title}", but the connector knows no call "get" for it`,
  );
}

function compileParameters(
  spec: TargetSpec,
  { operation, update, remove }: Writes,
  client: ConnectedClient,
  context: PublisherContext,
): Target['parameters'] {
  const { path = {}, query = {} } = spec.parameters;
  const known = [operation, update, remove].flatMap((each) => (each ? pathParameters(each) : []));
  const unknown = Object.keys(path).find((name) => !known.includes(name));
  if (unknown !== undefined) client.checkArguments(operation, { path: { [unknown]: '1' } });
  const template = compileTemplate({ path, query } as Json, { variables: context.variable });
  return (record) => renderParameters(template, record);
}

function compileDeletedFields(spec: TargetSpec, context: PublisherContext): Target['deletedFields'] {
  const fields = spec.deletedFields ?? {};
  if (spec.deleted === 'update' && Object.keys(fields).length === 0) {
    throw new ConfigError(
      'ERR_DELETED_FIELDS_MISSING',
      'publisher.deleted "update" needs the fields to set under publisher.deletedFields, such as { "inactive": true }',
    );
  }
  const template = compileTemplate(fields as Json, { variables: context.variable });
  return (record) => template.evaluate(record) as DataRecord;
}

/** Path parameter that takes the id of a record: named by the manifest, else the last one. */
export function idParameter(operation: Operation): string | undefined {
  return operation.manifest.idParameter ?? pathParameters(operation).at(-1);
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
