import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { checkClientSpec, type ClientSpec } from '../../src/connector/client-spec.ts';
import { connectClient } from '../../src/connector/connect.ts';
import { type Connector, loadConnector } from '../../src/connector/load.ts';
import { createMemoryCallBudget } from '../../src/http/memory-call-budget.ts';
import { createMemoryTokenStore } from '../../src/http/memory-token-store.ts';
import { localGuard } from '../http/test-transport.ts';
import { answerJson, readBody, withServer } from '../http/with-server.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'sluice-sign-in-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const EXCHANGE = {
  type: 'token-exchange',
  steps: [
    { url: '&{config.baseUri}/ticket', headers: { 'x-user': '&{config.user}' }, pick: { ticket: 'ticket' } },
    {
      url: '&{config.baseUri}/token',
      body: { content: { ticket: '&{step.ticket}', password: '&{secret.password}' } },
      pick: { accessToken: 'token' },
    },
  ],
  send: { headers: { 'X-Token': '&{token.accessToken}' } },
};

function load(authenticator: object): Connector {
  const place = path.join(folder, 'acme');
  mkdirSync(path.join(place, 'entities'), { recursive: true });
  const manifest = {
    ...{ version: 1, name: 'acme', title: 'Acme', baseUrl: '&{config.baseUri}' },
    parameters: {
      baseUri: { title: 'Base URI', format: 'uri', required: true },
      user: { title: 'User' },
      password: { title: 'Password', secret: true },
    },
    authentications: { own: { title: 'Own', authenticator } },
  };
  const operations = { list: { title: 'Lists', method: 'GET', path: '/things', records: '', paginator: 'single' } };
  const things = { name: 'things', title: 'Things', key: ['id'], operations };
  writeFileSync(path.join(place, 'connector.json'), JSON.stringify(manifest));
  writeFileSync(path.join(place, 'entities/things.json'), JSON.stringify(things));
  return loadConnector(place);
}

async function callThings(connector: Connector, baseUri: string, parameters: object): Promise<void> {
  const value = { connector: 'acme', authentication: 'own', parameters: { baseUri, ...parameters } };
  const { spec } = checkClientSpec(new Map([['acme', connector]]), value) as { spec: ClientSpec };
  const client = connectClient(
    { identifier: 'acme', connector, spec },
    {
      ...{ guard: localGuard, budget: createMemoryCallBudget(), tokens: createMemoryTokenStore() },
      variable: () => undefined,
    },
  );
  try {
    await client.call(client.operation('things', 'list'), {}, new AbortController().signal);
  } finally {
    client.close();
  }
}

test('late templates read the form of the client and what the sign-in picked, and values are no templates', async () => {
  const seen: [string | undefined, unknown, string][] = [];
  await withServer(
    (request, response) =>
      void readBody(request).then((body) => {
        seen.push([request.url, request.headers['x-user'] ?? request.headers['x-token'], body]);
        answerJson(response, 200, request.url === '/things' ? [] : { ticket: 't &{secret.password}', token: 'abc' });
      }),
    (url) => callThings(load(EXCHANGE), url, { user: 'me &{step.ticket}', password: 'canary' }),
  );
  expect(seen).toEqual([
    ['/ticket', 'me &{step.ticket}', ''],
    ['/token', undefined, '{"ticket":"t &{secret.password}","password":"canary"}'],
    ['/things', 'abc', ''],
  ]);
});

test('other kinds get their options rendered', async () => {
  const seen: unknown[] = [];
  const basic = { type: 'basic', username: '&{config.user}/token', password: '&{secret.password}' };
  await withServer(
    (request, response) => {
      seen.push(request.headers.authorization);
      answerJson(response, 200, []);
    },
    (url) => callThings(load(basic), url, { user: 'me@acme.test', password: 'pw' }),
  );
  expect(seen).toEqual([`Basic ${Buffer.from('me@acme.test/token:pw').toString('base64')}`]);
});

describe('a manifest is refused', () => {
  const [first] = EXCHANGE.steps;
  const withStep = (step: object): object => ({ ...EXCHANGE, steps: [{ ...first, ...step }] });

  test.each<[string, object, string]>([
    [
      'a misspelt key of a step',
      withStep({ hedaers: {} }),
      'authenticator.steps[0].hedaers: unknown key (did you mean "headers"?)',
    ],
    ['a step without address', withStep({ url: undefined }), 'authenticator.steps[0].url: is missing'],
    ['a token before there is one', withStep({ url: '&{token.accessToken}' }), 'unknown name "token"'],
    ['a step in a kind that has none', { type: 'bearer', token: '&{step.x}' }, 'unknown name "step"'],
    ['a parameter that is not there', withStep({ url: '&{config.baseUrl}' }), 'unknown parameter "baseUrl"'],
    ['a secret in the open', withStep({ url: '&{config.password}' }), '"password" is reached as secret.password'],
    [
      'a place that keys do not know',
      { type: 'api-key', keys: [{ in: 'body', name: 'a', value: 'b' }] },
      'must be one of header, query, cookie',
    ],
    ['a key without value', { type: 'api-key', keys: [{ name: 'a' }] }, 'authenticator.keys[0].value: is missing'],
  ])('for %s', (_title, authenticator, message) => {
    expect(() => load(authenticator)).toThrow(
      expect.objectContaining({ code: 'ERR_MANIFEST', message: expect.stringContaining(message) }),
    );
  });

  test('but not for templates in place of other values', () => {
    const keys = [{ in: '&{config.user}', name: 'a', value: '&{secret.password}' }];
    expect(load({ type: 'api-key', keys }).name).toBe('acme');
  });
});
