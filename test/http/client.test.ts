import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { NetworkError, RateLimitError } from '../../src/core/errors.ts';
import { createHttpClient, type HttpClientOptions } from '../../src/http/client.ts';
import { createMemoryCallBudget } from '../../src/http/memory-call-budget.ts';
import { createSecrets } from '../../src/http/redaction.ts';
import type { RawAnswer, Transport } from '../../src/http/transport.ts';
import type { Exchange, HttpClient, HttpRequest } from '../../src/http/types.ts';
import { errorOf } from './test-transport.ts';

const READ: HttpRequest = { method: 'GET', url: 'https://halo.example/api/Tickets', repeatable: true };
const WRITE: HttpRequest = { method: 'POST', url: 'https://halo.example/api/Asset', json: [{}], repeatable: false };
const signal = new AbortController().signal;

/** What the fake transport does next: an answer, or an error. */
type Next = Partial<RawAnswer> | Error;

interface World {
  readonly client: HttpClient;
  /** Requests in the order they were sent. */
  readonly sent: HttpRequest[];
  readonly slept: number[];
  readonly refreshed: unknown[];
  readonly clock: { now: number };
}

/** A client whose answers, clock and sleep are played; the last answer repeats. */
function createWorld(script: readonly Next[], options: Partial<HttpClientOptions> = {}): World {
  const clock = { now: 1_700_000_000_000 };
  const sent: HttpRequest[] = [];
  const slept: number[] = [];
  const refreshed: unknown[] = [];
  const transport: Transport = {
    send(request) {
      const next = script[Math.min(sent.length, script.length - 1)];
      sent.push(request);
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(toAnswer(next));
    },
    close: () => undefined,
  };
  const client = createHttpClient({
    name: 'halo',
    transport,
    authenticator: {
      apply: () => Promise.resolve({ headers: { authorization: `Bearer token-${refreshed.length}` } }),
      refresh: (refused) => {
        refreshed.push(refused);
        return Promise.resolve();
      },
    },
    limits: [],
    budget: createMemoryCallBudget(() => clock.now),
    retry: { attempts: 3, baseMs: 1_000, maxMs: 30_000 },
    errorMessagePaths: ['Message', 'error_description', 'errorMessage', 'error'],
    secrets: createSecrets(['canary-secret']),
    now: () => clock.now,
    random: () => 0.5,
    sleep: (ms) => {
      slept.push(ms);
      clock.now += ms;
      return Promise.resolve();
    },
    ...options,
  });
  return { client, sent, slept, refreshed, clock };
}

function toAnswer(part: Partial<RawAnswer> = {}): RawAnswer {
  const text = part.text ?? JSON.stringify(part.body ?? []);
  return { status: 200, headers: {}, body: [], bytes: 2, durationMs: 1, serverTimeMs: undefined, text, ...part };
}

const lost = (uncertain: boolean, retryable = true): NetworkError =>
  new NetworkError('ERR_CONNECTION_LOST', 'POST halo.example/api/Asset: lost', { uncertain, retryable });

describe('signing in', () => {
  test('adds the headers of the authenticator', async () => {
    const { client, sent } = createWorld([{}]);
    await client.send({ ...READ, headers: { 'x-a': 'b' } }, signal);
    expect(sent[0]?.headers).toEqual({ 'x-a': 'b', authorization: 'Bearer token-0' });
  });

  test.each([READ, WRITE])('renews once after a 401, also for $method', async (request) => {
    const { client, sent, refreshed } = createWorld([{ status: 401 }, { body: { ok: true } }]);
    expect((await client.send(request, signal)).body).toEqual({ ok: true });
    expect(sent).toHaveLength(2);
    expect(refreshed).toEqual([{ headers: { authorization: 'Bearer token-0' } }]);
  });

  test('gives up after a second 401', async () => {
    const { client, sent } = createWorld([{ status: 401 }]);
    const error = await errorOf(client.send(READ, signal));
    expect(error).toMatchObject({ code: 'ERR_TOKEN_REFUSED', class: 'sign-in', retryable: false });
    expect((error as Error).message).toContain('the application has no scope, or its agent lacks the permission');
    expect(sent).toHaveLength(2);
  });

  test('gives up at once where nothing can be renewed', async () => {
    const { client, sent } = createWorld([{ status: 401 }], {
      authenticator: { apply: () => Promise.resolve({ headers: {} }) },
    });
    expect(await errorOf(client.send(READ, signal))).toMatchObject({ code: 'ERR_TOKEN_REFUSED' });
    expect(sent).toHaveLength(1);
  });
});

describe('statuses', () => {
  test.each([
    [
      400,
      { Message: 'Id is not valid' },
      'ERR_REFUSED',
      'halo: POST /api/Asset answered 400: refused the request: Id is not valid',
    ],
    [400, { '[0].id': ['Not a number.'] }, 'ERR_REFUSED', 'answered 400: refused the request: [0].id: Not a number.'],
    [403, undefined, 'ERR_FORBIDDEN', 'halo: POST /api/Asset answered 403: scope or agent permission missing'],
    [404, '<h1>404</h1> no such page', 'ERR_NOT_FOUND', 'answered 404: not found: 404 no such page'],
    [422, { error: 'no' }, 'ERR_HTTP_STATUS', 'halo: POST /api/Asset answered 422: no'],
  ])('%d %j is %s', async (status, body, code, message) => {
    const { client, sent } = createWorld([{ status, body }]);
    const error = await errorOf(client.send({ ...WRITE, query: { key: 'q' } }, signal));
    expect(error).toMatchObject({ name: 'HttpStatusError', code, status, retryable: false, class: 'data' });
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).not.toContain('?');
    expect(sent).toHaveLength(1);
  });

  test.each([
    [500, { doubtful: true }],
    [502, { uncertain: true }],
    [504, { uncertain: true }],
    [503, {}],
    [408, {}],
  ])('%d on a write is thrown at once and says what is open', async (status, doubts) => {
    const { client, sent, slept } = createWorld([{ status, body: undefined }]);
    const error = await errorOf(client.send(WRITE, signal));
    const facts = { client: 'halo', method: 'POST', path: '/api/Asset', status };
    expect(error).toMatchObject({ code: 'ERR_HTTP_STATUS', retryable: true, class: 'system' });
    expect((error as { details: unknown }).details).toEqual({ ...facts, ...doubts });
    expect([sent.length, slept]).toEqual([1, []]);
  });

  test('server errors on repeatable calls are tried again with backoff, up to the attempts', async () => {
    const { client, sent, slept } = createWorld([{ status: 500 }, { status: 502 }, { status: 504 }]);
    const error = await errorOf(client.send(READ, signal));
    expect(error).toMatchObject({ status: 504, details: expect.not.objectContaining({ uncertain: true }) });
    expect([sent.length, slept]).toEqual([3, [500, 1_000]]);
  });

  test('a repeatable call succeeds once the server is back', async () => {
    const { client } = createWorld([{ status: 503 }, lost(true), { body: [1] }]);
    expect((await client.send(READ, signal)).body).toEqual([1]);
  });
});

describe('network errors', () => {
  test('on a write are retried only when it never reached the server', async () => {
    const reached = createWorld([lost(true), {}]);
    expect(await errorOf(reached.client.send(WRITE, signal))).toMatchObject({ uncertain: true });
    expect(reached.sent).toHaveLength(1);
    const unreached = createWorld([lost(false), {}]);
    expect((await unreached.client.send(WRITE, signal)).status).toBe(200);
    expect(unreached.sent).toHaveLength(2);
  });

  test('that will not pass are not retried', async () => {
    const { client, sent } = createWorld([lost(false, false)]);
    expect(await errorOf(client.send(READ, signal))).toMatchObject({ retryable: false });
    expect(sent).toHaveLength(1);
  });

  test('carry the name of the client', async () => {
    const { client } = createWorld([lost(true)]);
    const error = await errorOf(client.send(WRITE, signal));
    expect((error as Error).message).toBe('halo: POST halo.example/api/Asset: lost');
  });
});

describe('too many requests', () => {
  test('are waited for as told, without using up an attempt', async () => {
    const limited = { status: 429, headers: { 'retry-after': '7' }, body: 'Rate Limit Reached' };
    const { client, sent, slept } = createWorld([limited, limited, limited, limited, {}]);
    await client.send(READ, signal);
    expect([sent.length, slept]).toEqual([5, [7_000, 7_000, 7_000, 7_000]]);
  });

  test('without Retry-After are waited for 5 s, doubled to 60 s, and short again after a success', async () => {
    const limited = { status: 429 };
    const { client, slept } = createWorld([...Array<Next>(6).fill(limited), {}, limited, {}]);
    await client.send(READ, signal);
    await client.send(READ, signal);
    expect(slept).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 5_000]);
  });

  test('with an absurd Retry-After are waited for one hour at most', async () => {
    const { client } = createWorld([{ status: 429, headers: { 'retry-after': '999999999' } }], { maxWaitMs: 1_000 });
    expect(await errorOf(client.send(READ, signal))).toMatchObject({ retryAfterMs: 3_600_000 });
  });

  test('are given back once waiting takes too long', async () => {
    const { client, slept } = createWorld([{ status: 429, headers: { 'retry-after': '300' } }]);
    const error = await errorOf(client.send(READ, signal));
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ code: 'ERR_RATE_LIMITED', retryAfterMs: 300_000 });
    expect(slept).toEqual([300_000, 300_000, 300_000]);
  });

  test('give a write back at once, and keep the whole client silent', async () => {
    const { client, sent, slept } = createWorld([{ status: 429, headers: { 'retry-after': '30' } }, {}]);
    const error = await errorOf(client.send(WRITE, signal));
    expect(error).toMatchObject({ class: 'rate-limit', retryAfterMs: 30_000 });
    expect((error as { details: object }).details).not.toHaveProperty('uncertain');
    expect(sent).toHaveLength(1);
    await client.send(READ, signal);
    expect(slept).toEqual([30_000]);
  });

  test('are meant by a 503 with Retry-After, too', async () => {
    const { client, slept } = createWorld([{ status: 503, headers: { 'retry-after': '2' } }, {}]);
    await client.send(READ, signal);
    expect(slept).toEqual([2_000]);
  });

  test('with a date are waited for until then', async () => {
    const date = new Date(1_700_000_000_000 + 9_000).toUTCString();
    const { client, slept } = createWorld([{ status: 429, headers: { 'retry-after': date } }, {}]);
    await client.send(READ, signal);
    expect(slept).toEqual([9_000]);
  });
});

describe('the budget', () => {
  test('makes calls wait until the window has room', async () => {
    const { client, slept } = createWorld([{}], { limits: [{ requests: 2, perMs: 10_000 }] });
    for (let calls = 0; calls < 5; calls += 1) await client.send(READ, signal);
    expect(slept).toEqual([10_000, 10_000]);
  });

  test('gives calls back that would wait too long', async () => {
    const { client } = createWorld([{}], { limits: [{ requests: 1, perMs: 3_600_000 }] });
    await client.reserve(signal);
    expect(await errorOf(client.reserve(signal))).toMatchObject({ class: 'rate-limit', retryAfterMs: 3_600_000 });
  });

  test('is not charged again for a call that was reserved', async () => {
    const { client, slept } = createWorld([{}], { limits: [{ requests: 1, perMs: 10_000 }] });
    const reserved = await client.reserve(signal);
    await client.send(WRITE, signal, { reserved });
    expect(slept).toEqual([]);
    await client.send(WRITE, signal);
    expect(slept).toEqual([10_000]);
  });

  test('is charged for every try', async () => {
    const { client, slept } = createWorld([{ status: 401 }, {}], { limits: [{ requests: 1, perMs: 10_000 }] });
    await client.send(READ, signal);
    expect(slept).toEqual([10_000]);
  });

  test('holds calls at the same time to the concurrency', async () => {
    let running = 0;
    let most = 0;
    const transport: Transport = {
      async send() {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return toAnswer();
      },
      close: () => undefined,
    };
    const { client } = createWorld([], { transport, limits: [{ concurrency: 3 }, { concurrency: 2 }] });
    await Promise.all(Array.from({ length: 8 }, () => client.send(READ, signal)));
    expect(most).toBe(2);
  });

  test('is left alone when the signal is aborted', async () => {
    const { client, sent } = createWorld([{}]);
    const reason = new Error('cancelled');
    expect(await errorOf(client.send(READ, AbortSignal.abort(reason)))).toBe(reason);
    expect(sent).toHaveLength(0);
  });
});

describe('error rules', () => {
  const inBody = (then: 'retry' | 'rate-limited' | 'renew-token' | 'empty' | 'fail', message?: string) => ({
    errorRules: [{ when: ({ body }: { body: unknown }) => body === 'odd', then, message }],
  });

  test('retry an answer with status 200', async () => {
    const { client, sent } = createWorld([{ body: 'odd' }, { body: [1] }], inBody('retry'));
    expect((await client.send(READ, signal)).body).toEqual([1]);
    expect(sent).toHaveLength(2);
  });

  test('that retry end in an error the queue may retry', async () => {
    const { client, sent } = createWorld([{ body: 'odd' }], inBody('retry', 'busy'));
    const error = await errorOf(client.send(READ, signal));
    expect(error).toMatchObject({ code: 'ERR_ANSWER_RETRY', retryable: true, uncertain: false });
    expect((error as Error).message).toBe('halo: GET /api/Tickets answered 200: busy');
    expect(sent).toHaveLength(3);
  });

  test('take an answer for a rate limit', async () => {
    const { client, slept } = createWorld([{ body: 'odd' }, {}], inBody('rate-limited'));
    await client.send(READ, signal);
    expect(slept).toEqual([5_000]);
  });

  test('renew the token', async () => {
    const { client, refreshed } = createWorld([{ status: 403, body: 'odd' }, {}], inBody('renew-token'));
    await client.send(READ, signal);
    expect(refreshed).toHaveLength(1);
  });

  test('take an error for an empty answer', async () => {
    const { client } = createWorld([{ status: 404, body: 'odd' }], inBody('empty'));
    expect(await client.send(READ, signal)).toMatchObject({ status: 204, body: undefined });
  });

  test('fail an answer with status 200', async () => {
    const { client } = createWorld([{ body: 'odd' }], inBody('fail', 'the report failed'));
    const error = await errorOf(client.send(READ, signal));
    expect(error).toMatchObject({ code: 'ERR_REFUSED', status: 200, retryable: false });
    expect((error as Error).message).toContain('the report failed');
  });
});

describe('exchanges', () => {
  test('are told for every try', async () => {
    const { client, clock } = createWorld([{ status: 500, text: '{"Message":"oops"}' }, { text: '[]' }]);
    const exchanges: Exchange[] = [];
    const started = clock.now;
    await client.send({ ...READ, query: { page: 1 } }, signal, { onExchange: (exchange) => exchanges.push(exchange) });
    const url = 'https://halo.example/api/Tickets?page=1';
    expect(exchanges).toEqual([
      {
        ...{ method: 'GET', url, status: 500, durationMs: 1, at: started, answer: '{"Message":"oops"}' },
        verdict: 'status 500: retry',
      },
      {
        ...{ method: 'GET', url, status: 200, durationMs: 1, at: started + 500, answer: '[]' },
        verdict: 'status 200: accept',
      },
    ]);
  });

  test('tell network errors', async () => {
    const { client } = createWorld([lost(true)]);
    const exchanges: Exchange[] = [];
    await errorOf(client.send(WRITE, signal, { onExchange: (exchange) => exchanges.push(exchange) }));
    expect(exchanges).toMatchObject([{ status: undefined, request: '[{}]', error: expect.stringContaining('lost') }]);
  });

  test('are cut to 32 KB', async () => {
    const { client } = createWorld([{ text: 'x'.repeat(100_000) }]);
    const exchanges: Exchange[] = [];
    await client.send(READ, signal, { onExchange: (exchange) => exchanges.push(exchange) });
    expect(exchanges[0]?.answer?.length).toBeLessThanOrEqual(32 * 1024 + 1);
  });

  test('and errors and details never hold a secret', async () => {
    const text = JSON.stringify({ Message: 'canary-secret refused', password: 'other-canary' });
    const script: Next[] = [
      { status: 400, body: JSON.parse(text) as never, text },
      new NetworkError('ERR_NOT_JSON', 'GET x/canary-secret: no', {
        retryable: false,
        details: { start: 'canary-secret' },
      }),
    ];
    const { client } = createWorld(script);
    const request = { ...WRITE, url: `${WRITE.url}/canary-secret`, query: { api_key: 'k-canary', q: 'canary-secret' } };
    const exchanges: Exchange[] = [];
    const onExchange = (exchange: Exchange): number => exchanges.push(exchange);
    const body = { token: 't-canary', note: 'canary-secret' };
    const first = await errorOf(client.send({ ...request, json: body }, signal, { onExchange }));
    const second = await errorOf(client.send(request, signal, { onExchange }));
    expect(exchanges).toHaveLength(2);
    expect(inspect([first, second, exchanges], { depth: 10, showHidden: true })).not.toContain('canary');
    expect(client.redact('is canary-secret known?')).toBe('is [redacted] known?');
  });
});
