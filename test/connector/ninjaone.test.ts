import { createHash } from 'node:crypto';
import path from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { ConnectedClient } from '../../src/connector/connect.ts';
import { loadConnector } from '../../src/connector/load.ts';
import { errorOf } from '../http/test-transport.ts';
import { answerJson, readBody, withServer } from '../http/with-server.ts';
import { connect, readAll, signal } from './with-connector.ts';

const connector = loadConnector(path.join(import.meta.dirname, '../../connector/ninjaone'));
const REDIRECT = 'https://sluice.example.com/callback';
const VERIFIER = 'made-up-verifier-that-is-long-enough-for-pkce';

interface Ninja {
  readonly url: string;
  readonly forms: Record<string, string>[];
  /** Tokens that calls came with. */
  readonly bearers: string[];
  /** Ends the life of the newest access token. */
  readonly expire: () => void;
}

/** Plays NinjaOne: each token request makes the refresh token before it worthless. */
function withNinja<T>(
  refusal: { status: number; body: object } | undefined,
  use: (ninja: Ninja) => Promise<T>,
): Promise<T> {
  const forms: Record<string, string>[] = [];
  const bearers: string[] = [];
  const expired = new Set<string>();
  return withServer(
    (request, response) => {
      if (request.url !== '/ws/oauth/token') {
        const { authorization = '' } = request.headers;
        bearers.push(authorization);
        if (expired.has(authorization)) {
          answerJson(response, 401, { resultCode: 'FAILURE', errorMessage: 'token expired' });
          return;
        }
        answerJson(response, 200, request.url?.includes('after=') === true ? [] : [{ id: 1, name: 'Example Ltd' }]);
        return;
      }
      void readBody(request).then((body) => {
        const form = Object.fromEntries(new URLSearchParams(body));
        forms.push(form);
        const count = forms.length;
        if (refusal && form['grant_type'] === 'refresh_token') answerJson(response, refusal.status, refusal.body);
        else
          answerJson(response, 200, {
            access_token: `access-${count}`,
            refresh_token: `refresh-${count}`,
            expires_in: 3600,
          });
      });
    },
    (url) => use({ url, forms, bearers, expire: () => void expired.add(`Bearer access-${forms.length}`) }),
  );
}

const opened: ConnectedClient[] = [];

afterEach(() => {
  for (const client of opened.splice(0)) client.close();
});

/** Connects a client that is closed after the test. */
function open(...args: Parameters<typeof connect>): ConnectedClient {
  const client = connect(...args);
  opened.push(client);
  return client;
}

function connectPerson(baseUri: string): ConnectedClient {
  const parameters = { region: 'eu', baseUri, clientId: 'made-up-client' };
  return open(connector, { authentication: 'authorization-code', parameters });
}

async function consent(client: ConnectedClient): Promise<URL> {
  const authorization = await client.inside.authorization(signal);
  const address = authorization?.start({ redirectUri: REDIRECT, state: 'state', verifier: VERIFIER }) ?? '';
  await authorization?.finish({ code: 'made-up-code', redirectUri: REDIRECT, verifier: VERIFIER });
  return new URL(address);
}

describe('NinjaOne signs in as a person', () => {
  test('with PKCE, and asks for offline access besides the scopes of the form', async () => {
    await withNinja(undefined, async ({ url, forms, bearers }) => {
      const client = connectPerson(url);
      const address = await consent(client);
      expect(address.pathname).toBe('/ws/oauth/authorize');
      expect(Object.fromEntries(address.searchParams)).toMatchObject({
        scope: 'monitoring management offline_access',
        code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
        code_challenge_method: 'S256',
      });
      expect(forms).toEqual([
        {
          ...{ grant_type: 'authorization_code', code: 'made-up-code', redirect_uri: REDIRECT },
          ...{ code_verifier: VERIFIER, client_id: 'made-up-client' },
        },
      ]);
      await readAll(client, 'organizations.list');
      expect(new Set(bearers)).toEqual(new Set(['Bearer access-1']));
    });
  });

  test('asks for offline access once when the form names it too', async () => {
    const parameters = { region: 'oc', clientId: 'made-up-client', scopes: 'monitoring offline_access' };
    const client = open(connector, { authentication: 'authorization-code', parameters });
    const authorization = await client.inside.authorization(signal);
    const address = new URL(authorization?.start({ redirectUri: REDIRECT, state: 's', verifier: VERIFIER }) ?? '');
    expect(address.host).toBe('oc.ninjarmm.com');
    expect(address.searchParams.get('scope')).toBe('monitoring offline_access');
  });

  test('renews once for calls at the same time, each time with the newest refresh token', async () => {
    await withNinja(undefined, async ({ url, forms, expire }) => {
      const client = connectPerson(url);
      await consent(client);
      for (const expected of ['refresh-1', 'refresh-2']) {
        const before = forms.length;
        expire();
        await Promise.all([readAll(client, 'organizations.list'), readAll(client, 'locations.list')]);
        expect(forms.slice(before).map((form) => form['refresh_token'])).toEqual([expected]);
      }
    });
  });

  test('asks to connect again only when the consent is gone', async () => {
    for (const [refusal, code] of [
      [{ status: 400, body: { error: 'invalid_grant' } }, 'ERR_CONNECT_AGAIN'],
      [{ status: 401, body: { error: 'invalid_client' } }, 'ERR_CLIENT_REFUSED'],
    ] as const) {
      await withNinja(refusal, async ({ url, expire }) => {
        const client = connectPerson(url);
        await consent(client);
        expire();
        expect(await errorOf(readAll(client, 'organizations.list'))).toMatchObject({ code });
      });
    }
  });
});

test.each(['app', 'us2', 'eu', 'ca', 'oc'])('NinjaOne in the region %s has a host of its own', async (region) => {
  const parameters = { region, clientId: 'made-up-client', clientSecret: 'made-up-client-secret' };
  const asked: string[] = [];
  const client = open(
    connector,
    { authentication: 'client-credentials', parameters },
    {
      createTransport: () => ({
        send: (request) => {
          asked.push(request.url);
          const body = request.method === 'POST' ? { access_token: 'made-up-access-token', expires_in: 3600 } : [];
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
  await readAll(client, 'alerts.list');
  expect(asked).toEqual([`https://${region}.ninjarmm.com/ws/oauth/token`, `https://${region}.ninjarmm.com/v2/alerts`]);
});
