import type { IncomingMessage, ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { expect, test } from '@jest/globals';
import { toErrorReport } from '../../src/core/errors.ts';
import { parseWithSchema } from '../../src/core/validation.ts';
import { authenticators } from '../../src/http/authenticators/index.ts';
import { createHttpClient } from '../../src/http/client.ts';
import { createMemoryCallBudget } from '../../src/http/memory-call-budget.ts';
import { createMemoryTokenStore } from '../../src/http/memory-token-store.ts';
import { createSecrets } from '../../src/http/redaction.ts';
import type { Transport } from '../../src/http/transport.ts';
import type { Exchange, HttpClient, HttpRequest } from '../../src/http/types.ts';
import { withTransport } from './test-transport.ts';
import { answerJson, readBody, withServer } from './with-server.ts';

const CANARIES = { secret: 'canary+secret/é"1', password: 'canary pass&word', token: 'canary.token-' };
const signal = new AbortController().signal;

/** A system that repeats everything it was sent, credentials first, in whatever it answers. */
async function parrot(request: IncomingMessage, response: ServerResponse, tokens: { count: number }): Promise<void> {
  const body = await readBody(request);
  const echo = `${request.headers.authorization ?? ''} ${CANARIES.secret} ${CANARIES.password} ${body}`;
  const [, status = '200'] = /\/answer\/(\d+)/.exec(request.url ?? '') ?? [];
  if (request.url?.startsWith('/auth') === true) {
    tokens.count += 1;
    answerJson(response, 200, { access_token: `${CANARIES.token}${tokens.count}`, expires_in: 3600 });
  } else if (status === '299') {
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<html>${echo}`);
  } else if (status === '298') {
    response.writeHead(200).end(`{"echo":"${echo}`);
  } else if (status === '399') {
    request.socket.destroy();
  } else {
    answerJson(response, Number(status), { Message: echo, echo: [echo], password: 'canary-field' });
  }
}

function createClient(url: string, transport: Transport): HttpClient {
  const secrets = createSecrets();
  const component = authenticators.get('oauth2-password');
  const options = { tokenUrl: `${url}/auth/token`, clientId: 'id', username: 'api', scopes: 'all' };
  const withSecrets = { ...options, clientSecret: CANARIES.secret, password: CANARIES.password };
  const context = {
    ...{ client: 'halo', send: transport.send, tokens: createMemoryTokenStore(), now: Date.now },
    addSecret: (value: string) => {
      secrets.add(value);
    },
  };
  const authenticator = component?.create(parseWithSchema(component.options, withSecrets, 'x') as never, context);
  return createHttpClient({
    ...{ name: 'halo', transport, limits: [], budget: createMemoryCallBudget(), secrets },
    authenticator: authenticator ?? { apply: () => Promise.resolve({ headers: {} }) },
    retry: { attempts: 2, baseMs: 1, maxMs: 1 },
    errorMessagePaths: ['Message'],
    sleep: () => Promise.resolve(),
    maxWaitMs: 0,
  });
}

test('secret, password and token appear in no error, detail or exchange', async () => {
  const seen: unknown[] = [];
  const exchanges: Exchange[] = [];
  const tokens = { count: 0 };
  await withServer(
    (request, response) => void parrot(request, response, tokens),
    (url) =>
      withTransport({}, async (transport) => {
        const client = createClient(url, transport);
        for (const status of [200, 298, 299, 399, 400, 401, 403, 404, 422, 500, 502, 429]) {
          const request: HttpRequest = {
            ...{ method: 'POST', url: `${url}/answer/${status}`, repeatable: status % 2 === 0 },
            query: { token: 'canary-query', q: CANARIES.secret },
            json: { note: CANARIES.password, apiKey: 'canary-key' },
          };
          const onExchange = (exchange: Exchange): number => exchanges.push(exchange);
          const failed = await client.send(request, signal, { onExchange }).then(
            () => undefined,
            (error: unknown) => error,
          );
          if (failed !== undefined) seen.push(failed, toErrorReport(failed));
        }
      }),
  );
  expect(tokens.count).toBe(2);
  expect(seen).toHaveLength(22);
  expect(exchanges).toHaveLength(16);
  expect(inspect([seen, exchanges], { depth: 20, maxStringLength: null, maxArrayLength: null })).not.toMatch(/canary/i);
});
