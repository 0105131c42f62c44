import type { FastifyReply } from 'fastify';
import type { JSONSchema } from 'json-schema-to-ts';
import { checkClient } from '../../connector/check-client.ts';
import type { ConnectedClient } from '../../connector/connect.ts';
import type { Json } from '../../core/record.ts';
import type { CheckStep, Exchange, Query } from '../../http/types.ts';
import type { Api } from '../api.ts';
import { findClient, linesOf, requireClient } from '../find-client.ts';
import { IDENTIFIER_PARAMS } from '../parameters.ts';
import type { Platform } from '../platform.ts';
import { RequestError } from '../request-error.ts';

/** A person waits for the test. */
const TEST_MS = 60_000;
/** Headers of an answer that say something about it and carry no credentials. */
const SHOWN_HEADERS =
  /^(content-type|content-length|date|etag|last-modified|location|retry-after|x-request-id|x-correlation-id|(x-)?ratelimit-.*)$/;

const PARAMETERS = {
  type: 'object',
  default: {},
  additionalProperties: true,
  description: 'Values by name.',
} as const;

const CALL_BODY = {
  type: 'object',
  properties: {
    entity: { type: 'string', minLength: 1 },
    operation: { type: 'string', minLength: 1 },
    path: PARAMETERS,
    query: PARAMETERS,
    body: { description: 'Any JSON.' },
  },
  required: ['entity', 'operation'],
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Clients: test the connection, make one call. */
export function clientRoutes(api: Api, platform: Platform): void {
  const closing = closingSignal(api);

  api.post(
    '/clients/:id/test',
    {
      config: { permission: 'clients:test' },
      schema: { tags: ['clients'], summary: 'Tests the connection, step by step', params: IDENTIFIER_PARAMS },
    },
    async ({ params: { id } }, reply) => {
      const signal = AbortSignal.any([goneSignal(reply, closing), AbortSignal.timeout(TEST_MS)]);
      const steps = await testClient(platform, id, signal);
      return { ok: steps.every(({ status }) => status !== 'failed'), steps };
    },
  );

  api.post(
    '/clients/:id/call',
    {
      config: { permission: 'clients:call' },
      schema: {
        tags: ['clients'],
        summary: "Makes one call; where it fails, the system's status stands in the details",
        params: IDENTIFIER_PARAMS,
        body: CALL_BODY,
      },
    },
    async ({ params: { id }, body: { entity, operation, path, query, body } }, reply) => {
      const client = await requireClient(platform, id);
      const exchanges: Exchange[] = [];
      const answer = await client.call(
        client.operation(entity, operation),
        // Values come from parsed JSON, so they are JSON.
        { path: path as Query, query: query as Query, ...(body !== undefined && { body: body as Json }) },
        goneSignal(reply, closing),
        { onExchange: (exchange) => exchanges.push(exchange) },
      );
      return {
        status: answer.status,
        headers: shownHeaders(client, answer.headers),
        body: redactStrings(answer.body ?? null, (text) => client.inside.http.redact(text)),
        durationMs: Math.round(answer.durationMs),
        exchanges: exchanges.map((exchange) => ({ ...exchange, at: new Date(exchange.at).toISOString() })),
      };
    },
  );
}

async function testClient(platform: Platform, id: string, signal: AbortSignal): Promise<readonly CheckStep[]> {
  const { client, problems } = await findClient(platform, id);
  if (client) return checkClient(client, signal);
  return [
    {
      step: 'address',
      status: 'failed',
      message: `The client is not valid, nothing was tried: ${linesOf(problems)}`,
      hint: 'Correct the document, then test again.',
      durationMs: 0,
    },
  ];
}

/** Aborts when the one who asked has gone before there was an answer, or when the server stops. */
function goneSignal(reply: FastifyReply, closing: AbortSignal): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished)
      gone.abort(new RequestError(499, 'ERR_REQUEST_ABANDONED', 'Nobody waits any more'));
  });
  return AbortSignal.any([gone.signal, closing]);
}

/** Calls may take minutes; a stop does not wait for them. */
function closingSignal(api: Api): AbortSignal {
  const closing = new AbortController();
  api.addHook('preClose', (done) => {
    closing.abort(new RequestError(503, 'ERR_STOPPING', 'Sluice is stopping; ask again when it is back'));
    done();
  });
  return closing.signal;
}

function shownHeaders(client: ConnectedClient, headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => SHOWN_HEADERS.test(name))
      .map(([name, value]) => [name, client.inside.http.redact(value)]),
  );
}

/** The answer is data and stays as it is, but for the client's own secrets, should the system echo them. */
function redactStrings(value: Json, redact: (text: string) => string): Json {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item: Json) => redactStrings(item, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactStrings(item, redact)]));
}
