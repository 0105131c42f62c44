import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { parseDuration } from '../core/duration.ts';
import { ConfigError, SourceError } from '../core/errors.ts';
import { getPath, parsePath } from '../core/field-path.ts';
import type { DataRecord, Json } from '../core/record.ts';
import { compileTemplate } from '../core/templates.ts';
import type { ConnectedClient } from '../connector/connect.ts';
import { formatInstant } from '../http/instant-format.ts';
import { type CallArguments, type Operation, pathParameters } from '../connector/request.ts';
import type { PagePosition, Query } from '../http/types.ts';
import type {
  IntegrationContext,
  ReadRequest,
  SourcePage,
  Subscriber,
  SubscriberComponent,
} from '../connector/subscribing.ts';

const options = {
  type: 'object',
  properties: {
    client: { type: 'string', description: 'Identifier of the client to read from.' },
    entity: { type: 'string', description: "Entity of the client's connector, e.g. tickets." },
    operation: { type: 'string', default: 'list', description: 'Operation that reads: list, get or a named one.' },
    mode: {
      enum: ['full', 'incremental'],
      default: 'incremental',
      description:
        'full: every record of every run. incremental: what changed, by the delta parameter where the entity has one, else everything is read and compared.',
    },
    parameters: {
      type: 'object',
      properties: {
        path: { type: 'object', description: 'Path parameters; values may be templates over { now, since }.' },
        query: { type: 'object', description: 'Query parameters; values may be templates over { now, since }.' },
      },
      additionalProperties: false,
      default: {},
    },
    requestTransformers: {
      type: 'array',
      default: [],
      description: 'Steps that change the request, a record { path, query }, before it is sent.',
      items: { type: 'object' },
    },
    overlap: {
      type: 'string',
      pattern: '^[0-9]+(ms|s|m|h|d)$',
      description: 'How far two windows overlap, e.g. 5m; by default what the connector says.',
    },
  },
  required: ['client', 'entity'],
  additionalProperties: false,
} as const satisfies JSONSchema;

type Options = FromSchema<typeof options>;

export default {
  type: 'connector',
  summary: 'Reads records of an entity through a client.',
  options,
  create(given, context): Subscriber {
    const client = context.client(given.client);
    const operation = client.operation(given.entity, given.operation);
    const { key } = operation.entity;
    const { delta } = operation.manifest;
    const buildArguments = compileArguments(given, operation, context);
    return {
      mode: given.mode,
      hasDelta: delta !== undefined,
      lookBackMs: parseDuration(given.overlap ?? delta?.lookBack ?? '0s'),
      keyOf: (record) => keyOf(record, key, given.entity),
      changedAt: (record) =>
        delta?.field === undefined ? undefined : instantOf(getPath(record, parsePath(delta.field))),
      read: (request, signal) => read(client, operation, buildArguments, request, signal),
    };
  },
} satisfies SubscriberComponent<Options>;

async function* read(
  client: ConnectedClient,
  operation: Operation,
  buildArguments: (since: number | undefined) => Promise<CallArguments>,
  request: ReadRequest,
  signal: AbortSignal,
): AsyncGenerator<SourcePage> {
  const args = await buildArguments(request.since);
  const options = { received: request.received, start: (request.position ?? undefined) as PagePosition | undefined };
  for await (const page of client.read(operation, args, options, signal)) {
    yield { rows: page.rows, announced: page.total, position: page.position, at: page.serverTimeMs };
  }
}

/** Path and query of the request: the document's, changed by the request transformers, with the start of the window. */
function compileArguments(
  given: Options,
  operation: Operation,
  context: IntegrationContext,
): (since: number | undefined) => Promise<CallArguments> {
  const { path = {}, query = {} } = given.parameters;
  requirePathParameters(operation, path, given.requestTransformers.length > 0);
  const template = compileTemplate({ path, query } as Json, { variables: context.variable });
  const transform = context.chain(given.requestTransformers, 'spec.subscriber.requestTransformers');
  const { delta } = operation.manifest;
  return async (since) => {
    const scope = { now: new Date().toISOString(), since: since === undefined ? null : new Date(since).toISOString() };
    const [request = {}] = await transform(template.evaluate(scope) as DataRecord);
    const window = delta && since !== undefined ? { [delta.parameter]: formatInstant(since, delta.format) } : {};
    return { path: request['path'] as Query, query: { ...(request['query'] as Query), ...window } };
  };
}

function requirePathParameters(operation: Operation, path: object, mayComeLater: boolean): void {
  const missing = pathParameters(operation).find((name) => !(name in path));
  if (missing === undefined || mayComeLater) return;
  throw new ConfigError(
    'ERR_PATH_PARAMETER_MISSING',
    `"${operation.manifest.title}" needs the path parameter "${missing}" under subscriber.parameters.path`,
  );
}

/** The values of the key fields, joined. Ids are often unique only together with their parent's. */
function keyOf(record: DataRecord, fields: readonly string[], entity: string): string | undefined {
  if (fields.length === 0) return undefined;
  const [only = ''] = fields;
  if (fields.length === 1) return keyPart(record, only, entity);
  return fields.map((field) => keyPart(record, field, entity)).join('/');
}

function keyPart(record: DataRecord, field: string, entity: string): string {
  const value = Object.hasOwn(record, field) ? record[field] : undefined;
  if (value === undefined || value === null || typeof value === 'object') {
    throw new SourceError(
      'ERR_KEY_MISSING',
      `A record of "${entity}" has no key: field "${field}" is missing or empty`,
      {
        details: { entity, field, fields: Object.keys(record).slice(0, 20) },
      },
    );
  }
  return String(value);
}

/** Halo writes instants without a zone, in UTC; 1900-01-01 is its "no date". */
function instantOf(value: Json | undefined): number | undefined {
  if (typeof value === 'number') return value > 1e11 ? value : value * 1000;
  if (typeof value !== 'string') return undefined;
  const hasZone = /(?:Z|[+-]\d\d:?\d\d)$/.test(value);
  const instant = Date.parse(hasZone ? value : `${value}Z`);
  return Number.isNaN(instant) || instant < 0 ? undefined : instant;
}
