import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { parseDuration } from '../core/duration.ts';
import { ConfigError } from '../core/errors.ts';
import type { DataRecord, Json } from '../core/record.ts';
import { bareRun } from '../core/step-run.ts';
import { compileTemplate } from '../core/templates.ts';
import type { ConnectedClient } from '../connector/connect.ts';
import { changedAt } from '../connector/delta-window.ts';
import { parentParameters } from '../connector/for-each.ts';
import { recordKey } from '../connector/record-key.ts';
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
        body: { type: 'object', description: 'Body of a read by POST; values may be templates over { now, since }.' },
      },
      additionalProperties: false,
      default: {},
    },
    requestTransformers: {
      type: 'array',
      default: [],
      description: 'Steps that change the request, a record { path, query, body }, before it is sent.',
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
    const { delta } = operation.manifest;
    const buildArguments = compileArguments(given, operation, context);
    return {
      mode: given.mode,
      hasDelta: delta !== undefined,
      lookBackMs: parseDuration(given.overlap ?? delta?.lookBack ?? '0s'),
      keyOf: (record) => recordKey(record, operation.entity),
      changedAt: (record) => changedAt(delta, record),
      read: (request, signal) => read(client, operation, buildArguments, request, signal),
    };
  },
} satisfies SubscriberComponent<Options>;

async function* read(
  client: ConnectedClient,
  operation: Operation,
  buildArguments: (since: number | undefined) => Promise<CallArguments>,
  { since, state, position, received }: ReadRequest,
  signal: AbortSignal,
): AsyncGenerator<SourcePage> {
  const args = await buildArguments(since);
  const start = (position ?? undefined) as PagePosition | undefined;
  for await (const page of client.read(operation, args, { received, start, since, state, readsAhead: true }, signal)) {
    yield {
      rows: page.rows,
      announced: page.total,
      position: page.position,
      at: page.serverTimeMs,
      ...(page.state !== undefined && { state: page.state }),
    };
  }
}

/** Path, query and body of the request: the document's, changed by the request transformers. */
function compileArguments(
  given: Options,
  operation: Operation,
  context: IntegrationContext,
): (since: number | undefined) => Promise<CallArguments> {
  const { path = {}, query = {}, body } = given.parameters;
  requirePathParameters(operation, path, given.requestTransformers.length > 0);
  const source = { path, query, ...(body !== undefined && { body }) };
  const template = compileTemplate(source as Json, { variables: context.variable });
  const transform = context.chain(given.requestTransformers, 'spec.subscriber.requestTransformers');
  return async (since) => {
    const scope = { now: new Date().toISOString(), since: since === undefined ? null : new Date(since).toISOString() };
    const [request = {}] = await transform(template.evaluate(scope) as DataRecord, bareRun());
    return {
      path: request['path'] as Query,
      query: request['query'] as Query,
      ...(request['body'] !== undefined && { body: request['body'] }),
    };
  };
}

function requirePathParameters(operation: Operation, path: object, mayComeLater: boolean): void {
  const filled = parentParameters(operation.manifest);
  const missing = pathParameters(operation).find((name) => !(name in path) && !filled.includes(name));
  if (missing === undefined || mayComeLater) return;
  throw new ConfigError(
    'ERR_PATH_PARAMETER_MISSING',
    `"${operation.manifest.title}" needs the path parameter "${missing}" under subscriber.parameters.path`,
  );
}
