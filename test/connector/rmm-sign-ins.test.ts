import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import type { ConnectedClient } from '../../src/connector/connect.ts';
import { loadConnector } from '../../src/connector/load.ts';
import { createMemoryTokenStore } from '../../src/http/memory-token-store.ts';
import { errorOf } from '../http/test-transport.ts';
import { answerJson, readBody, withServer } from '../http/with-server.ts';
import { connect, signal } from './with-connector.ts';

const load = (name: string) => loadConnector(fileURLToPath(new URL(`../../connector/${name}`, import.meta.url)));

interface Asked {
  readonly url: string;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

type Answer = (asked: Asked, response: ServerResponse) => void;

/** A system that answers as it is told, and what it was asked. */
async function withSystem<T>(answer: Answer, use: (url: string, asked: Asked[]) => Promise<T>): Promise<T> {
  const asked: Asked[] = [];
  return withServer(
    (request, response) => {
      void readBody(request).then((body) => {
        const each = { url: request.url ?? '', body, headers: request.headers };
        asked.push(each);
        answer(each, response);
      });
    },
    (url) => use(url, asked),
  );
}

const call = (client: ConnectedClient, name: string, path: object = {}) => {
  const [entity = '', operation = ''] = name.split('.');
  return client.call(client.operation(entity, operation), { path: path as Record<string, string> }, signal);
};

describe('N-central', () => {
  const tokens = (number: number) => ({
    tokens: {
      access: { token: `made-up-access-${number}`, type: 'Bearer', expirySeconds: 3600 },
      refresh: { token: `made-up-refresh-${number}`, type: 'Body', expirySeconds: 90_000 },
    },
  });
  const parameters = (baseUri: string) => ({
    authentication: 'user-token',
    parameters: { baseUri, jwt: 'made-up-jwt' },
  });

  test('the next token is fetched with the refresh token as plain text, not with the token of the user', async () => {
    const answer: Answer = ({ url, headers }, response) => {
      if (url === '/api/auth/authenticate') answerJson(response, 200, tokens(1));
      else if (url === '/api/auth/refresh') answerJson(response, 200, tokens(2));
      else answerJson(response, headers.authorization === 'Bearer made-up-access-2' ? 200 : 401, { data: {} });
    };
    await withSystem(answer, async (baseUri, asked) => {
      await call(connect(load('n-central'), parameters(baseUri)), 'devices.get', { deviceId: '1' });
      expect(asked.map(({ url }) => url)).toEqual([
        '/api/auth/authenticate',
        '/api/devices/1',
        '/api/auth/refresh',
        '/api/devices/1',
      ]);
      expect(asked[0]).toMatchObject({ body: '', headers: { authorization: 'Bearer made-up-jwt' } });
      expect(asked[2]?.body).toBe('made-up-refresh-1');
      expect(asked[2]?.headers['content-type']).toMatch(/^text\/plain/);
      expect(asked[2]?.headers.authorization).toBeUndefined();
    });
  });

  test('a refresh token that the server has forgotten makes the sign-in begin anew', async () => {
    let signIns = 0;
    const answer: Answer = ({ url, headers }, response) => {
      if (url === '/api/auth/authenticate') answerJson(response, 200, tokens((signIns += 1)));
      else if (url === '/api/auth/refresh') answerJson(response, 401, { message: 'Invalid token' });
      else answerJson(response, headers.authorization === 'Bearer made-up-access-2' ? 200 : 401, { data: {} });
    };
    await withSystem(answer, async (baseUri) => {
      await call(connect(load('n-central'), parameters(baseUri)), 'devices.get', { deviceId: '1' });
      expect(signIns).toBe(2);
    });
  });

  test('life cycles are asked for one at a time, devices side by side', async () => {
    const held: ServerResponse[] = [];
    let onHeld: () => void = () => undefined;
    const answer: Answer = ({ url }, response) => {
      if (url === '/api/auth/authenticate') answerJson(response, 200, tokens(1));
      else if (url === '/api/health') answerJson(response, 200, {});
      else {
        held.push(response);
        onHeld();
      }
    };
    const isHeld = (count: number) =>
      new Promise<void>((resolve) => {
        onHeld = () => {
          if (held.length >= count) resolve();
        };
        onHeld();
      });
    const release = () => {
      for (const response of held.splice(0)) answerJson(response, 200, { data: {} });
    };
    await withSystem(answer, async (baseUri) => {
      const client = connect(load('n-central'), parameters(baseUri));
      const three = (name: string) => ['1', '2', '3'].map((id) => call(client, name, { deviceId: id }));
      const lives = three('device-lifecycle.get');
      for (let turn = 0; turn < 3; turn += 1) {
        await isHeld(1);
        // A call that is begun later has come and gone: the others would be here by now.
        await call(client, 'server.health');
        expect(held).toHaveLength(1);
        release();
      }
      await Promise.all(lives);
      const devices = three('devices.get');
      await isHeld(3);
      release();
      await Promise.all(devices);
    });
  });
});

describe('ConnectWise Automate', () => {
  const clientId = '00000000-0000-4000-8000-000000000001';
  const token = (number: number) => ({
    AccessToken: `made-up-access-${number}`,
    TokenType: 'Bearer',
    ExpirationDate: '2099-01-01T00:00:00Z',
    AbsoluteExpirationDate: '2099-01-02T00:00:00Z',
  });
  const parameters = (baseUri: string) => ({
    authentication: 'user',
    parameters: { baseUri, clientId, username: 'sync', password: 'made-up-password' },
  });

  test.each([
    ['is refreshed with itself as a JSON text', 200, ['apitoken', 'apitoken/refresh']],
    [
      'is fetched with the password when it cannot be refreshed any more',
      401,
      ['apitoken', 'apitoken/refresh', 'apitoken'],
    ],
  ])('the token %s', async (_title, refreshStatus, expected) => {
    let given = 0;
    const answer: Answer = ({ url, headers }, response) => {
      if (url === '/cwa/api/v1/apitoken') answerJson(response, 200, token((given += 1)));
      else if (url === '/cwa/api/v1/apitoken/refresh') {
        answerJson(response, refreshStatus, refreshStatus === 200 ? token((given += 1)) : { Message: 'ended' });
      } else answerJson(response, headers.authorization === 'Bearer made-up-access-2' ? 200 : 401, []);
    };
    await withSystem(answer, async (baseUri, asked) => {
      await call(connect(load('connectwise-automate'), parameters(baseUri)), 'server-information.list');
      const signIns = asked.filter(({ url }) => url.includes('apitoken'));
      expect(signIns.map(({ url }) => url.replace('/cwa/api/v1/', ''))).toEqual(expected);
      expect(signIns[0]?.body).toBe('{"UserName":"sync","Password":"made-up-password"}');
      expect(signIns[1]?.body).toBe('"made-up-access-1"');
      expect(asked.every(({ headers }) => headers['clientid'] === clientId)).toBe(true);
    });
  });
});

describe('ConnectWise RMM', () => {
  const parameters = (baseUri: string) => ({
    authentication: 'client-credentials',
    parameters: { baseUri, clientId: '0e30-made-up', clientSecret: 'made-up-secret' },
  });

  test('calls at the same time share one token, asked for in JSON', async () => {
    const answer: Answer = ({ url }, response) => {
      const isToken = url === '/v1/token';
      answerJson(response, 200, isToken ? { access_token: 'made-up-access', expires_in: 3600 } : []);
    };
    await withSystem(answer, async (baseUri, asked) => {
      const client = connect(load('connectwise-rmm'), parameters(baseUri));
      await Promise.all([1, 2, 3, 4].map(() => call(client, 'companies.list')));
      const signIns = asked.filter(({ url }) => url === '/v1/token');
      expect(signIns).toHaveLength(1);
      expect(JSON.parse(signIns[0]?.body ?? '')).toEqual({
        grant_type: 'client_credentials',
        client_id: '0e30-made-up',
        client_secret: 'made-up-secret',
        scope: 'platform.companies.read platform.sites.read platform.devices.read',
      });
    });
  });

  test('a locked key is not tried again, neither at the sign-in nor by a call', async () => {
    for (const lockedUrl of ['/v1/token', '/api/platform/v1/company/companies']) {
      const answer: Answer = ({ url }, response) => {
        if (url === lockedUrl) answerJson(response, 423, { message: 'locked' });
        else answerJson(response, 200, { access_token: 'made-up-access', expires_in: 3600 });
      };
      await withSystem(answer, async (baseUri, asked) => {
        const client = connect(load('connectwise-rmm'), parameters(baseUri), { tokens: createMemoryTokenStore() });
        for (let times = 0; times < 2; times += 1) {
          const error = await errorOf(
            client.read(client.operation('companies', 'list'), {}, { received: () => 0 }, signal).next(),
          );
          expect(error).toMatchObject({ message: expect.stringContaining('423') });
          // A locked client is silent for a while: asking again would wait for it.
          if (lockedUrl !== '/v1/token') break;
        }
        expect(asked.filter(({ url }) => url === lockedUrl)).toHaveLength(1);
      });
    }
  });
});

describe('IT Glue', () => {
  const connector = load('it-glue');
  const glue = (parameters: object) =>
    connect(connector, { authentication: 'api-key', parameters: { apiKey: 'made-up-key', ...parameters } });

  test.each([
    ['us', 'https://api.itglue.com'],
    ['eu', 'https://api.eu.itglue.com'],
    ['au', 'https://api.au.itglue.com'],
  ])('region %s is called at %s', async (region, url) => {
    expect((await glue({ region }).inside.prepare(signal)).url).toBe(url);
  });

  test('an address of one’s own goes before the region', async () => {
    const { url } = await glue({ region: 'eu', baseUri: 'https://proxy.example.com/' }).inside.prepare(signal);
    expect(url).toBe('https://proxy.example.com');
  });

  test('organisations that changed are asked for by a span from the last reading to now', async () => {
    const answer: Answer = (_asked, response) => {
      answerJson(response, 200, { data: [], meta: { 'next-page': null, 'total-count': 0 } });
    };
    await withSystem(answer, async (baseUri, asked) => {
      const client = glue({ baseUri });
      const since = Date.parse('2026-11-01T00:00:00Z');
      const options = { received: () => 0, since };
      await client.read(client.operation('organizations', 'list'), {}, options, signal).next();
      const span = new URL(asked[0]?.url ?? '', baseUri).searchParams.get('filter[updated_at]') ?? '';
      const [from = '', until = ''] = span.split(',');
      expect(Date.parse(from)).toBe(since);
      expect(Math.abs(Date.parse(until) - Date.now())).toBeLessThan(60_000);
      expect(asked[0]?.headers['x-api-key']).toBe('made-up-key');
    });
  });
});
