import type { JSONSchema } from 'json-schema-to-ts';
import { checkClient } from '../../connector/check-client.ts';
import type { Json } from '../../core/record.ts';
import type { CheckStep, Exchange, Query } from '../../http/types.ts';
import type { Api } from '../api.ts';
import { closingSignal, goneSignal, redactStrings, shownExchanges, shownHeaders } from '../calling.ts';
import { findClient, linesOf, requireClient } from '../find-client.ts';
import { IDENTIFIER_PARAMS } from '../parameters.ts';
import type { Platform } from '../platform.ts';

/** A person waits for the test. */
const TEST_MS = 60_000;
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
      const ok = steps.every(({ status }) => status !== 'failed');
      if (ok) await platform.health.recover(id, 'A person tested the connection, and it works');
      return { ok, steps };
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
        exchanges: shownExchanges(exchanges),
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
