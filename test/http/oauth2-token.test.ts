import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { NetworkError } from '../../src/core/errors.ts';
import { parseWithSchema } from '../../src/core/validation.ts';
import { authenticators } from '../../src/http/authenticators/index.ts';
import { createMemoryTokenStore } from '../../src/http/memory-token-store.ts';
import type { Authenticator, AuthenticatorContext, HttpAnswer, HttpRequest, TokenStore } from '../../src/http/types.ts';
import { errorOf, withTransport } from './test-transport.ts';
import { answerJson, readBody, withServer } from './with-server.ts';

const OPTIONS = {
  tokenUrl: 'https://halo.example/auth/token',
  query: { tenant: 'acme', region: null, site: '' },
  clientId: 'id one',
  clientSecret: 'canary/secret+1',
  scopes: 'all',
};

type Next = Partial<HttpAnswer> | Error;

interface World {
  readonly sent: HttpRequest[];
  readonly slept: number[];
  readonly secrets: string[];
  readonly clock: { now: number };
  readonly tokens: TokenStore;
  readonly create: (options?: object, type?: string, sleep?: (ms: number) => Promise<void>) => Authenticator;
}

/** A token URL that is played; the last answer repeats, and each token has a number. */
function createWorld(script: readonly Next[] = [{}]): World {
  const clock = { now: 1_700_000_000_000 };
  const sent: HttpRequest[] = [];
  const slept: number[] = [];
  const secrets: string[] = [];
  const tokens = createMemoryTokenStore(() => clock.now);
  const context: AuthenticatorContext = {
    client: 'halo',
    async send(request) {
      const next = script[Math.min(sent.length, script.length - 1)];
      sent.push(request);
      await new Promise((resolve) => setImmediate(resolve));
      if (next instanceof Error) throw next;
      const body = {
        access_token: `canary-token-${sent.length}`,
        expires_in: 3600,
        scope: 'all',
        token_type: 'Bearer',
      };
      return { status: 200, headers: {}, body, bytes: 1, durationMs: 1, serverTimeMs: undefined, ...next };
    },
    tokens,
    now: () => clock.now,
    addSecret: (value) => secrets.push(value),
    random: () => 0.5,
  };
  const create: World['create'] = (options = OPTIONS, type = 'oauth2-client-credentials', sleep) => {
    const component = authenticators.get(type);
    if (!component) throw new Error(type);
    const wait = (ms: number): Promise<void> => {
      slept.push(ms);
      clock.now += ms;
      return Promise.resolve();
    };
    const parsed = parseWithSchema(component.options, options, type);
    return component.create(parsed as never, { ...context, sleep: sleep ?? wait });
  };
  return { sent, slept, secrets, clock, tokens, create };
}

const bearer = (count: number): object => ({ headers: { authorization: `Bearer canary-token-${count}` } });

describe('the token request', () => {
  test('carries id and secret in the form, and the tenant in the query', async () => {
    const { create, sent } = createWorld();
    expect(await create().apply()).toEqual(bearer(1));
    expect(sent).toEqual([
      {
        method: 'POST',
        url: 'https://halo.example/auth/token',
        query: { tenant: 'acme' },
        form: {
          ...{ grant_type: 'client_credentials', client_id: 'id one', client_secret: 'canary/secret+1', scope: 'all' },
        },
        repeatable: true,
      },
    ]);
  });

  test('carries id and secret in a Basic header, form-encoded', async () => {
    const { create, sent } = createWorld();
    await create({ ...OPTIONS, clientAuthentication: 'basic' }).apply();
    const header = sent[0]?.headers?.['authorization'] ?? '';
    expect(Buffer.from(header.replace('Basic ', ''), 'base64').toString()).toBe('id+one:canary%2Fsecret%2B1');
    expect(sent[0]?.form).toEqual({ grant_type: 'client_credentials', scope: 'all' });
  });

  test("carries name and password for the password grant, and fields of one's own", async () => {
    const { create, sent } = createWorld();
    const { tokenUrl, clientId, scopes } = OPTIONS;
    const user = { username: 'api', password: 'canary-pw', form: { audience: 'x' } };
    await create({ tokenUrl, clientId, scopes, ...user }, 'oauth2-password').apply();
    expect(sent[0]?.form).toEqual({
      ...{ audience: 'x', grant_type: 'password', username: 'api', password: 'canary-pw' },
      ...{ client_id: 'id one', scope: 'all' },
    });
  });

  test.each(['', '  '])('is not sent with the scopes "%s"', (scopes) => {
    const { create } = createWorld();
    expect(() => create({ ...OPTIONS, scopes })).toThrow(expect.objectContaining({ code: 'ERR_SCOPE_MISSING' }));
  });

  test('registers every secret', async () => {
    const { create, secrets } = createWorld();
    await create({ ...OPTIONS, username: 'api', password: 'canary-pw' }, 'oauth2-password').apply();
    expect(new Set(secrets)).toEqual(new Set(['canary/secret+1', 'canary-pw', 'canary-token-1']));
  });

  test('goes over HTTP as a form', async () => {
    const bodies: string[] = [];
    await withServer(
      (request, response) =>
        void readBody(request).then((body) => {
          bodies.push(`${request.url ?? ''} ${body}`);
          answerJson(response, 200, { access_token: 'abc', expires_in: 60 });
        }),
      (url) =>
        withTransport({}, async (transport) => {
          const tokens = createMemoryTokenStore();
          const context = { client: 'halo', send: transport.send, tokens, now: Date.now, addSecret: () => undefined };
          const component = authenticators.get('oauth2-client-credentials');
          const options = { ...OPTIONS, tokenUrl: `${url}/auth/token` };
          const parsed = parseWithSchema(component?.options ?? {}, options, 'options');
          expect(await component?.create(parsed as never, context).apply()).toEqual({
            headers: { authorization: 'Bearer abc' },
          });
        }),
    );
    const form = 'grant_type=client_credentials&client_id=id+one&client_secret=canary%2Fsecret%2B1&scope=all';
    expect(bodies).toEqual([`/auth/token?tenant=acme ${form}`]);
  });
});

describe('a token', () => {
  test('is used until 90 s before its end', async () => {
    const { create, clock, sent } = createWorld();
    const authenticator = create();
    await authenticator.apply();
    clock.now += (3600 - 90) * 1000 - 1;
    expect(await authenticator.apply()).toEqual(bearer(1));
    clock.now += 1;
    expect(await authenticator.apply()).toEqual(bearer(2));
    expect(sent).toHaveLength(2);
  });

  test.each([
    ['a short life is used for half of it', 60, 30],
    ['a life as text', '600', 510],
    ['no life is taken for the fallback', undefined, 3510],
    ['a life that makes no sense is taken for the fallback', -1, 3510],
  ])('with %s', async (_title, expiresIn, seconds) => {
    const { create, clock, sent } = createWorld([{ body: { access_token: 'abc', expires_in: expiresIn ?? null } }]);
    const authenticator = create();
    await authenticator.apply();
    clock.now += seconds * 1000 - 1;
    await authenticator.apply();
    expect(sent).toHaveLength(1);
    clock.now += 1;
    await authenticator.apply();
    expect(sent).toHaveLength(2);
  });

  test('is fetched once for all calls of a process', async () => {
    const { create, sent } = createWorld();
    const authenticator = create();
    const headers = await Promise.all(Array.from({ length: 20 }, () => authenticator.apply()));
    expect(new Set(headers.map((each) => each.headers['authorization'])).size).toBe(1);
    expect(sent).toHaveLength(1);
  });

  test('is fetched once for all workers', async () => {
    const { create, sent } = createWorld();
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    const workers = Array.from({ length: 50 }, () => create(OPTIONS, undefined, turn));
    const headers = await Promise.all(workers.map((worker) => worker.apply()));
    expect(new Set(headers.map((each) => each.headers['authorization'])).size).toBe(1);
    expect(sent).toHaveLength(1);
  });

  test('is fetched by the next worker when the first one died over it', async () => {
    const { create, tokens, slept, sent } = createWorld();
    await tokens.claimRenewal('halo', 10_000);
    expect(await create().apply()).toEqual(bearer(1));
    expect(slept.reduce((sum, ms) => sum + ms, 0)).toBe(10_000);
    expect(sent).toHaveLength(1);
  });

  test('that was stored is not used with other settings', async () => {
    const { create, sent } = createWorld();
    await create().apply();
    await create({ ...OPTIONS, clientSecret: 'another' }).apply();
    await create({ ...OPTIONS, query: { tenant: 'other' } }).apply();
    expect(sent).toHaveLength(3);
  });

  test('that was refused is forgotten', async () => {
    const { create, sent } = createWorld();
    const authenticator = create();
    await authenticator.refresh?.(await authenticator.apply());
    expect(await authenticator.apply()).toEqual(bearer(2));
    expect(sent).toHaveLength(2);
  });

  test('that another call renewed meanwhile stays', async () => {
    const { create, sent } = createWorld();
    const authenticator = create();
    const refused = await authenticator.apply();
    await Promise.all([authenticator.refresh?.(refused), authenticator.refresh?.(refused)]);
    await authenticator.apply();
    await authenticator.refresh?.(refused);
    expect(await authenticator.apply()).toEqual(bearer(2));
    expect(sent).toHaveLength(2);
  });

  test('is fetched on although the call that asked first was aborted', async () => {
    const { create, sent } = createWorld();
    const authenticator = create();
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const aborted = errorOf(authenticator.apply(controller.signal));
    const other = authenticator.apply();
    controller.abort(reason);
    expect(await aborted).toBe(reason);
    expect(await other).toEqual(bearer(1));
    expect(sent).toHaveLength(1);
  });
});

describe('a refusal', () => {
  const html = '<!doctype html><title>Halo</title>';
  test.each<[number, HttpAnswer['body'], string, string]>([
    [401, { error: 'invalid_client' }, 'ERR_CLIENT_REFUSED', 'client id or the client secret is wrong'],
    [401, undefined, 'ERR_CLIENT_REFUSED', 'client id or the client secret is wrong'],
    [400, { error: 'invalid_grant' }, 'ERR_GRANT_REFUSED', 'user name or the password is wrong'],
    [400, { error: 'invalid_scope' }, 'ERR_SCOPE_REFUSED', 'One of the scopes is unknown'],
    [400, { error: 'unauthorized_client' }, 'ERR_GRANT_NOT_ALLOWED', 'does not allow this way of signing in'],
    [400, { error: 'unsupported_grant_type' }, 'ERR_GRANT_NOT_ALLOWED', 'does not allow this way'],
    [
      400,
      { error: 'x', error_description: 'No such tenant' },
      'ERR_TOKEN_REFUSED_REQUEST',
      '(No such tenant). Check the tenant',
    ],
    [200, { error: 'invalid_client' }, 'ERR_CLIENT_REFUSED', 'answered 200 (invalid_client)'],
    [200, { token: 'x' }, 'ERR_TOKEN_ANSWER', 'no access_token'],
    [200, undefined, 'ERR_TOKEN_ANSWER', 'no access_token'],
    [404, html, 'ERR_TOKEN_URL_WRONG', 'authorisation server without /token'],
    [404, undefined, 'ERR_TOKEN_URL_WRONG', 'halo: the token URL halo.example/auth/token answered 404'],
    [403, html, 'ERR_TOKEN_URL_WRONG', 'authorisation server without /token'],
  ])('%d %j is %s', async (status, body, code, message) => {
    const { create, sent, tokens } = createWorld([{ status, body }]);
    const error = await errorOf(create().apply());
    expect(error).toMatchObject({ code, class: 'sign-in', retryable: false });
    expect((error as Error).message).toContain(message);
    expect(sent).toHaveLength(1);
    expect(await tokens.claimRenewal('halo', 1)).toBe(true);
  });

  test.each([
    ['ERR_NOT_JSON', 'ERR_TOKEN_URL_WRONG'],
    ['ERR_REDIRECTED', 'ERR_TOKEN_URL_WRONG'],
    ['ERR_JSON_INVALID', 'ERR_TOKEN_ANSWER'],
  ])('of the transport, %s, is %s', async (from, code) => {
    const { create, sent } = createWorld([new NetworkError(from, 'x', { details: { start: 'canary' } })]);
    const error = await errorOf(create().apply());
    expect(error).toMatchObject({ code, class: 'sign-in' });
    expect(inspect(error)).not.toContain('canary');
    expect(sent).toHaveLength(1);
  });

  test('never repeats a secret, although the server does', async () => {
    const body = { error: 'bad canary/secret+1', error_description: 'secret canary%2Fsecret%2B1 (canary/secret+1)' };
    const { create } = createWorld([{ status: 400, body }]);
    const error = await errorOf(create().apply());
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('canary');
  });
});

describe('a token URL in trouble', () => {
  test('is tried again with backoff', async () => {
    const lost = new NetworkError('ERR_CONNECTION_LOST', 'lost', { uncertain: true });
    const { create, sent, slept } = createWorld([
      { status: 503 },
      lost,
      { status: 429, headers: { 'retry-after': '9' } },
      {},
    ]);
    expect(await create().apply()).toEqual(bearer(4));
    expect(sent).toHaveLength(4);
    expect(slept).toEqual([250, 500, 9_000]);
  });

  test('ends in an error that leaves the call certain', async () => {
    const lost = new NetworkError('ERR_CONNECTION_LOST', 'POST halo.example/auth/token: lost', { uncertain: true });
    const { create, sent } = createWorld([lost]);
    const error = await errorOf(create().apply());
    expect(error).toMatchObject({ code: 'ERR_CONNECTION_LOST', retryable: true, uncertain: false });
    expect((error as Error).message).toBe('halo: signing in: POST halo.example/auth/token: lost');
    expect(sent).toHaveLength(4);
  });

  test('is given back when it asks for a long wait', async () => {
    const { create, sent } = createWorld([{ status: 429, headers: { 'retry-after': '600' } }]);
    expect(await errorOf(create().apply())).toMatchObject({ class: 'rate-limit', retryAfterMs: 600_000 });
    expect(sent).toHaveLength(1);
  });

  test('with a certificate that is not accepted is not tried again', async () => {
    const { create, sent } = createWorld([new NetworkError('ERR_TLS', 'x', { retryable: false })]);
    expect(await errorOf(create().apply())).toMatchObject({ code: 'ERR_TLS', retryable: false });
    expect(sent).toHaveLength(1);
  });

  test('is asked anew by the next call', async () => {
    const { create } = createWorld([{ status: 401, body: { error: 'invalid_client' } }, {}]);
    const authenticator = create();
    await errorOf(authenticator.apply());
    expect(await authenticator.apply()).toEqual(bearer(2));
  });
});
