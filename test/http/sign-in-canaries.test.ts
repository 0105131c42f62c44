import { generateKeyPairSync } from 'node:crypto';
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
import type { AuthenticatorContext, Exchange, HttpClient } from '../../src/http/types.ts';
import { withTransport } from './test-transport.ts';
import { answerJson, readBody, withServer } from './with-server.ts';

const PEM = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
const signal = new AbortController().signal;

/** Every kind, with canaries wherever it takes a secret. */
const KINDS: readonly (readonly [string, object])[] = [
  [
    'api-key',
    {
      keys: [
        { name: 'x-key', value: 'canary-header/1"' },
        { in: 'query', name: 'q', value: 'canary query&2' },
        { in: 'cookie', name: 'c', prefix: 'v-', value: 'canary-cookie' },
      ],
    },
  ],
  ['basic', { username: 'api', password: 'canary é pw' }],
  ['bearer', { token: 'canary.static' }],
  ['oauth2-client-credentials', { tokenUrl: 'URL/auth', clientId: 'id', clientSecret: 'canary+cc', scopes: 'all' }],
  [
    'oauth2-password',
    { tokenUrl: 'URL/auth', encoding: 'json', clientId: 'id', username: 'u', password: 'canary"pw', scopes: 'all' },
  ],
  [
    'oauth2-authorization-code',
    { tokenUrl: 'URL/auth', authorizeUrl: 'URL/authorize', clientId: 'id', clientSecret: 'canary-code-secret' },
  ],
  [
    'token-exchange',
    {
      steps: [
        {
          url: 'URL/auth',
          basic: { username: 'u', password: '&{secret.key}' },
          body: { content: { Password: '&{secret.key}' } },
          pick: { accessToken: 'access_token', refreshToken: 'refresh_token', ticket: 'ticket' },
        },
      ],
      refresh: { url: 'URL/auth', body: { encoding: 'text', content: '&{token.refreshToken}' } },
    },
  ],
  ['jwt-assertion', { tokenUrl: 'URL/auth', key: PEM, claims: { iss: 'a' } }],
  ['jwt-assertion', { use: 'bearer', algorithm: 'HS256', key: 'canary hmac', claims: { iss: 'a' } }],
];

/** A system that repeats everything it was sent, credentials first, in whatever it answers. */
async function parrot(
  request: IncomingMessage,
  response: ServerResponse,
  pem: string,
  isFailing: () => boolean,
): Promise<void> {
  const body = await readBody(request);
  const { authorization = '', cookie = '' } = request.headers;
  const echo = `${authorization} ${cookie} ${String(request.headers['x-key'])} ${request.url ?? ''} ${body}`;
  if (request.url?.startsWith('/auth') === true && !isFailing()) {
    const tokens = { access_token: 'canary.access', refresh_token: 'canary.refresh', ticket: 'canary.ticket' };
    answerJson(response, 200, { ...tokens, expires_in: 3600 });
  } else {
    const note = `${echo} ${pem}`;
    answerJson(response, isFailing() ? 400 : 403, { Message: note, error: note, nested: { note } });
  }
}

function createClient(
  type: string,
  options: object,
  url: string,
  transport: Transport,
  context: AuthenticatorContext,
): HttpClient {
  const component = authenticators.get(type);
  const withUrl = JSON.parse(JSON.stringify(options).replaceAll('URL/', `${url}/`)) as object;
  const authenticator = component?.create(parseWithSchema(component.options, withUrl, type) as never, context);
  const secrets = secretsOf.get(context);
  if (!authenticator || !secrets) throw new Error(type);
  return createHttpClient({
    ...{ name: 'acme', transport, limits: [], budget: createMemoryCallBudget(), secrets, authenticator },
    retry: { attempts: 1, baseMs: 1, maxMs: 1 },
    errorMessagePaths: ['Message'],
    sleep: () => Promise.resolve(),
  });
}

const secretsOf = new WeakMap<AuthenticatorContext, ReturnType<typeof createSecrets>>();

function createContext(transport: Transport): AuthenticatorContext {
  const secrets = createSecrets(['canary-form/é"']);
  const context: AuthenticatorContext = {
    ...{ client: 'acme', send: transport.send, tokens: createMemoryTokenStore(), now: Date.now },
    addSecret: (value) => {
      secrets.add(value);
    },
    values: { config: {}, secret: { key: 'canary-form/é"' } },
  };
  secretsOf.set(context, secrets);
  return context;
}

test.each(KINDS)('%s shows no secret in errors, details and exchanges', async (type, options) => {
  const seen: unknown[] = [];
  const exchanges: Exchange[] = [];
  let isFailing = false;
  const pem = JSON.stringify(options).includes('PRIVATE KEY') ? PEM.toString() : '';
  await withServer(
    (request, response) => void parrot(request, response, pem, () => isFailing),
    (url) =>
      withTransport({}, async (transport) => {
        for (const fails of [false, true]) {
          isFailing = fails;
          const context = createContext(transport);
          if (type === 'oauth2-authorization-code') {
            const stored = {
              accessToken: 'canary.stored',
              expiresAtMs: fails ? 0 : Infinity,
              refreshToken: 'canary.old',
            };
            Object.assign(context.tokens, { read: () => Promise.resolve(stored) });
          }
          const client = createClient(type, options, url, transport, context);
          const request = { method: 'GET', url: `${url}/api`, repeatable: true } as const;
          const onExchange = (exchange: Exchange): number => exchanges.push(exchange);
          const error = await client.send(request, signal, { onExchange }).then(
            () => undefined,
            (thrown: unknown) => thrown,
          );
          expect(error).toBeInstanceOf(Error);
          seen.push(error, toErrorReport(error));
        }
      }),
  );
  const text = inspect([seen, exchanges], { depth: 20, maxStringLength: null, maxArrayLength: null });
  expect(text).not.toMatch(/canary/i);
  expect(text).not.toContain('PRIVATE KEY');
  expect(text).not.toMatch(/eyJ[\w-]{10,}\.eyJ/);
  expect(text).not.toContain(Buffer.from('u:canary-form').toString('base64').slice(0, 12));
});

test('every option that holds a secret is write-only', () => {
  const found: string[] = [];
  const visit = (schema: unknown, at: string): void => {
    if (typeof schema !== 'object' || schema === null) return;
    for (const [key, value] of Object.entries(schema)) {
      if ((value as { writeOnly?: boolean } | null)?.writeOnly === true) found.push(`${at}.${key}`);
      visit(value, key === 'properties' || key === 'items' ? at : `${at}.${key}`);
    }
  };
  for (const { type, options } of authenticators.values()) visit(options, type);
  expect(found.sort()).toEqual([
    'api-key.keys.value',
    'basic.password',
    'bearer.token',
    'jwt-assertion.clientSecret',
    'jwt-assertion.key',
    'oauth2-authorization-code.clientSecret',
    'oauth2-client-credentials.clientSecret',
    'oauth2-password.clientSecret',
    'oauth2-password.password',
    'token-exchange.refresh.basic.password',
    'token-exchange.steps.basic.password',
  ]);
});
