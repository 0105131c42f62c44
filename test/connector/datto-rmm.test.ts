import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { ConnectedClient, ConnectDeps } from '../../src/connector/connect.ts';
import type { DetailCache } from '../../src/connector/details.ts';
import { loadConnector } from '../../src/connector/load.ts';
import type { CallWindow } from '../../src/http/types.ts';
import { errorOf } from '../http/test-transport.ts';
import { answerJson, withServer } from '../http/with-server.ts';
import { connect, readAll, signal } from './with-connector.ts';

const connector = loadConnector(path.join(import.meta.dirname, '../../connector/datto-rmm'));
const KEYS = { apiKey: 'made-up-api-key', apiSecretKey: 'made-up-api-secret-key' };

type Answers = Readonly<Record<string, object | number>>;

/** Plays Datto RMM: answers by path; a number answers with that status and a page of text, as a firewall does. */
function withDatto<T>(
  answers: Answers,
  use: (client: ConnectedClient, asked: string[]) => Promise<T>,
  deps: Partial<ConnectDeps> = {},
): Promise<T> {
  const asked: string[] = [];
  return withServer(
    (request, response) => {
      const { pathname } = new URL(request.url ?? '', 'http://x');
      if (pathname === '/auth/oauth/token') {
        answerJson(response, 200, { access_token: 'made-up-access-token', expires_in: 360_000 });
        return;
      }
      asked.push(pathname.replace('/api', ''));
      const answer = answers[pathname.replace('/api', '')] ?? 404;
      if (typeof answer === 'number')
        response.writeHead(answer, { 'content-type': 'text/html' }).end('<p>Forbidden</p>');
      else answerJson(response, 200, answer);
    },
    async (baseUri) => {
      const client = connect(
        connector,
        { authentication: 'api-key', parameters: { platform: 'merlot', baseUri, ...KEYS } },
        deps,
      );
      try {
        return await use(client, asked);
      } finally {
        client.close();
      }
    },
  );
}

const page = (name: string, rows: object[]): object => ({
  pageDetails: { count: rows.length, totalCount: rows.length, prevPageUrl: null, nextPageUrl: null },
  [name]: rows,
});

describe('Datto RMM', () => {
  test('asks for the audit of a device again only when lastAuditDate is another one', async () => {
    const devices = [
      { uid: 'a', deviceClass: 'device', lastAuditDate: 1_795_000_000_000 },
      { uid: 'b', deviceClass: 'esxihost', lastAuditDate: 1_795_000_000_000 },
      { uid: 'c', deviceClass: 'printer', lastAuditDate: null },
    ];
    const answers: Record<string, object> = {
      '/v2/audit/device/a': { bios: { serialNumber: 'EX-1' } },
      '/v2/audit/esxihost/b': { systemInfo: { serviceTag: 'EX-2' } },
      '/v2/audit/printer/c': { snmpInfo: { snmpSerial: 'EX-3' } },
    };
    answers['/v2/account/devices'] = page('devices', devices);
    const read = async (client: ConnectedClient, asked: string[]) => {
      const { rows } = await readAll(client, 'devices.list-with-audits');
      return { audits: rows.map(({ audit }) => audit), asked: asked.splice(0).slice(1).sort() };
    };
    await withDatto(
      answers,
      async (client, asked) => {
        const first = await read(client, asked);
        expect(first.asked).toEqual(['/v2/audit/device/a', '/v2/audit/esxihost/b', '/v2/audit/printer/c']);
        expect((await read(client, asked)).asked).toEqual(['/v2/audit/printer/c']);
        devices[1] = { uid: 'b', deviceClass: 'esxihost', lastAuditDate: 1_795_000_009_000 };
        const third = await read(client, asked);
        expect(third.asked).toEqual(['/v2/audit/esxihost/b', '/v2/audit/printer/c']);
        expect(third.audits).toEqual(first.audits);
      },
      { details: memoryCache() },
    );
  });

  test('sends nothing for five minutes once the address is blocked, also not elsewhere', async () => {
    await withDatto({ '/v2/account/sites': 403, '/v2/account': { uid: 'EXA' } }, async (client, asked) => {
      expect(await errorOf(readAll(client, 'sites.list'))).toMatchObject({
        code: 'ERR_RATE_LIMITED',
        retryAfterMs: 300_000,
      });
      const stopped = AbortSignal.timeout(50);
      const operation = client.operation('account', 'get');
      await expect(client.call(operation, {}, stopped)).rejects.toThrow();
      expect(asked).toEqual(['/v2/account/sites']);
    });
  });

  test('counts reads and writes apart, and each write for itself, user-defined fields with more', async () => {
    const taken: string[] = [];
    const budget = {
      take: (_client: string, windows: readonly CallWindow[]) => {
        taken.push(
          windows
            .map(({ scope = '', requests, perMs }) => `${scope} ${requests}/${perMs / 1000}`)
            .sort()
            .join(', '),
        );
        return Promise.resolve(0);
      },
      pause: () => Promise.resolve(),
    };
    await withDatto(
      { '/v2/account': { uid: 'EXA' }, '/v2/site': { uid: 'n' }, '/v2/device/a/udf': {} },
      async (client) => {
        await client.call(client.operation('account', 'get'), {}, signal);
        await client.call(client.operation('sites', 'create'), { body: { name: 'New' } }, signal);
        await client.call(
          client.operation('devices', 'set-fields'),
          { path: { deviceUid: 'a' }, body: { udf1: 'x' } },
          signal,
        );
        expect(taken).toEqual([
          'reads 600/60',
          'sites.create 100/60, writes 600/60',
          'devices.set-fields 600/60, writes 600/60',
        ]);
      },
      { budget },
    );
  });

  test.each(['pinotage', 'merlot', 'concord', 'vidal', 'zinfandel', 'syrah'])(
    'on %s has a host of its own, with the token beside /api',
    async (platform) => {
      const asked: string[] = [];
      const client = connect(
        connector,
        { authentication: 'api-key', parameters: { platform, ...KEYS } },
        {
          createTransport: () => ({
            send: ({ url }) => {
              asked.push(url);
              const body = url.endsWith('/token') ? { access_token: 'made-up-access-token' } : { uid: 'EXA' };
              return Promise.resolve({
                status: 200,
                headers: {},
                body,
                text: '',
                bytes: 2,
                durationMs: 1,
                serverTimeMs: undefined,
              });
            },
            close: () => undefined,
          }),
        },
      );
      await client.call(client.operation('account', 'get'), {}, signal);
      const host = `https://${platform}-api.centrastage.net`;
      expect(asked).toEqual([`${host}/auth/oauth/token`, `${host}/api/v2/account`]);
    },
  );
});

function memoryCache(): DetailCache {
  const kept = new Map<string, { version: string; body: string }>();
  return {
    read: (_client, operation, keys) =>
      Promise.resolve(
        new Map(
          keys.flatMap((key) => {
            const found = kept.get(operation + key);
            return found ? [[key, found] as const] : [];
          }),
        ),
      ),
    write: (_client, operation, entries) => {
      for (const { key, ...entry } of entries) kept.set(operation + key, entry);
      return Promise.resolve();
    },
  };
}
