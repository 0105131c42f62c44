import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { parseWithSchema } from '../../src/core/validation.ts';
import { authenticators } from '../../src/http/authenticators/index.ts';
import { createMemoryTokenStore } from '../../src/http/memory-token-store.ts';
import type { Credentials } from '../../src/http/types.ts';

interface Made {
  readonly credentials: Credentials;
  readonly secrets: string[];
}

async function make(type: string, options: object): Promise<Made> {
  const component = authenticators.get(type);
  const secrets: string[] = [];
  const context = {
    client: 'acme',
    send: () => Promise.reject(new Error('nothing is sent')),
    tokens: createMemoryTokenStore(),
    now: Date.now,
    addSecret: (value: string) => secrets.push(value),
  };
  const authenticator = component?.create(parseWithSchema(component.options, options, type) as never, context);
  expect(authenticator).not.toHaveProperty('refresh');
  return { credentials: (await authenticator?.apply()) as Credentials, secrets };
}

function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('api-key', () => {
  test('stands in a header', async () => {
    const { credentials, secrets } = await make('api-key', { keys: [{ name: 'x-api-key', value: 'ITG.canary' }] });
    expect(credentials).toEqual({ headers: { 'x-api-key': 'ITG.canary' } });
    expect(secrets).toEqual(['ITG.canary']);
  });

  test('stands in several places at once, with its prefix', async () => {
    const { credentials } = await make('api-key', {
      keys: [
        { name: 'UserName', value: 'api' },
        { in: 'header', name: 'Authorization', prefix: 'Token ', value: 'canary-1' },
        { in: 'query', name: 'key', value: 'canary-2' },
        { in: 'cookie', name: 'a', value: 'canary-3' },
        { in: 'cookie', name: 'b', value: 'canary-4' },
      ],
    });
    expect(credentials).toEqual({
      headers: { username: 'api', authorization: 'Token canary-1', cookie: 'a=canary-3; b=canary-4' },
      query: { key: 'canary-2' },
    });
  });

  test.each([
    [{ name: 'x-key', value: 'canary\r\nx-evil: 1' }, 'the value of header x-key holds a line break'],
    [{ name: 'x-key', value: 'canary\u2028' }, 'a character that headers cannot carry'],
    [{ name: 'x key', value: 'canary' }, '"x key" is no name of a header'],
    [{ in: 'cookie', name: 'a', value: 'canary;b=1' }, 'the value of cookie a holds a separator'],
    [{ in: 'cookie', name: 'a=b', value: 'canary' }, '"a=b" is no name of a cookie'],
  ])('%j is refused, without showing it', async (key, message) => {
    const error = await errorOf(make('api-key', { keys: [key] }));
    expect(error).toMatchObject({ code: 'ERR_CREDENTIAL', class: 'config', message: expect.stringContaining(message) });
    expect(inspect(error)).not.toContain('canary');
  });

  test('needs a value', async () => {
    expect(await errorOf(make('api-key', { keys: [{ name: 'x', value: '' }] }))).toMatchObject({ code: 'ERR_INVALID' });
    expect(await errorOf(make('api-key', { keys: [] }))).toMatchObject({ code: 'ERR_INVALID' });
  });
});

describe('basic', () => {
  test.each([
    ['ops@acme.test/token', 'canary-key'],
    ['the-key', 'X'],
    ['acme+public', 'grüße €'],
    ['only-a-name', ''],
  ])('sends %s and %s in UTF-8', async (username, password) => {
    const { credentials, secrets } = await make('basic', { username, password });
    const encoded = (credentials.headers['authorization'] ?? '').replace('Basic ', '');
    expect(Buffer.from(encoded, 'base64').toString('utf8')).toBe(`${username}:${password}`);
    expect(secrets).toEqual([password, encoded]);
  });

  test.each([
    ['a:b', 'x'],
    ['', ''],
  ])('refuses the user name "%s" with password "%s"', async (username, password) => {
    expect(await errorOf(make('basic', { username, password }))).toMatchObject({ code: 'ERR_CREDENTIAL' });
  });
});

describe('bearer', () => {
  test.each([
    [{}, { authorization: 'Bearer canary' }],
    [{ header: 'X-Token', scheme: '' }, { 'x-token': 'canary' }],
    [{ scheme: 'GenieKey' }, { authorization: 'GenieKey canary' }],
  ])('with %j sends %j', async (options, headers) => {
    const { credentials, secrets } = await make('bearer', { token: 'canary', ...options });
    expect(credentials).toEqual({ headers });
    expect(secrets).toEqual(['canary']);
  });

  test('refuses a token with a line break', async () => {
    expect(await errorOf(make('bearer', { token: 'a\nb' }))).toMatchObject({ code: 'ERR_CREDENTIAL' });
  });
});
