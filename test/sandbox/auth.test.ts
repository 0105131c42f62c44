import { describe, expect, test } from '@jest/globals';
import { textOf } from '../../sandbox/halo/record.ts';
import { clientOf, field, requestToken, signIn, withHalo } from './with-halo.ts';

const LIST = '/Tickets?pageinate=true&page_no=1';

describe('signing in', () => {
  test('authinfo needs no token and names the authorisation server and the tenant', () =>
    withHalo({ tenant: 'acme' }, async ({ halo }) => {
      const response = await fetch(`${halo.url}/api/AuthInfo`);
      expect(await response.json()).toEqual({ auth_url: halo.authUrl, tenant_id: 'acme' });
    }));

  test('client credentials give a token with its scope and lifetime', () =>
    withHalo({ expiresInSeconds: 900 }, async ({ halo }) => {
      const { status, json } = await requestToken(halo);
      expect(status).toBe(200);
      expect(json).toMatchObject({ token_type: 'Bearer', expires_in: 900, scope: 'all' });
      expect(field(json, 'id_token')).toEqual(expect.any(String));
    }));

  test('the secret may come in a Basic header', () =>
    withHalo({ clientSecret: 's3cret:with%odd+signs' }, async ({ halo }) => {
      const pair = `${halo.clientId}:${encodeURIComponent(halo.clientSecret)}`;
      const headers = { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
      const { status } = await requestToken(halo, { client_id: '', client_secret: '' }, { headers });
      expect(status).toBe(200);
    }));

  test('the password grant needs no secret', () =>
    withHalo({}, async ({ halo }) => {
      const { username, password } = halo;
      const { status } = await requestToken(halo, { grant_type: 'password', username, password, client_secret: '' });
      expect(status).toBe(200);
    }));

  test.each([
    ['a wrong secret', { client_secret: 'no' }, 401, 'invalid_client'],
    ['a missing secret', { client_secret: '' }, 401, 'invalid_client'],
    ['an unknown client', { client_id: 'nobody' }, 401, 'invalid_client'],
    ['a wrong password', { grant_type: 'password', username: 'api-agent', password: 'no' }, 400, 'invalid_grant'],
    ['a grant Halo does not have', { grant_type: 'device_code' }, 400, 'unsupported_grant_type'],
    ['no grant', { grant_type: '' }, 400, 'invalid_request'],
    ['an unknown scope', { scope: 'read:everything' }, 400, 'invalid_scope'],
    ['read:actions, which is under tickets', { scope: 'read:tickets read:actions' }, 400, 'invalid_scope'],
    ['edit:actions', { scope: 'edit:actions' }, 400, 'invalid_scope'],
    ['read:sites, which is under customers', { scope: 'read:sites' }, 400, 'invalid_scope'],
  ])('refuses %s', (_what, fields, status, error) =>
    withHalo({}, async ({ halo }) => {
      const reply = await requestToken(halo, fields);
      expect([reply.status, field(reply.json, 'error')]).toEqual([status, error]);
    }),
  );

  test('refuses a wrong tenant, and takes none', () =>
    withHalo({}, async ({ halo }) => {
      const wrong = await requestToken(halo, {}, { tenant: 'other' });
      expect([wrong.status, field(wrong.json, 'error')]).toEqual([400, 'invalid_request']);
      expect(field(wrong.json, 'error_description')).toContain('tenant');
      expect((await requestToken(halo, {}, { tenant: '' })).status).toBe(200);
    }));

  test('a refresh token works once and is replaced', () =>
    withHalo({}, async ({ halo }) => {
      const first = await requestToken(halo, { scope: 'all offline_access' });
      const refresh_token = textOf(field(first.json, 'refresh_token'));
      const fields = { grant_type: 'refresh_token', refresh_token };
      const again = await requestToken(halo, fields);
      expect(field(again.json, 'refresh_token')).not.toBe(refresh_token);
      expect((await requestToken(halo, fields)).status).toBe(400);
    }));
});

describe('using a token', () => {
  test('without a scope there is a token, and it opens nothing', () =>
    withHalo({}, async ({ halo }) => {
      const { status, json } = await requestToken(halo, { scope: '' });
      expect(status).toBe(200);
      expect(Object.keys(json as object).sort()).toEqual(['access_token', 'expires_in', 'token_type']);
      const client = clientOf(halo, textOf(field(json, 'access_token')));
      expect((await client.get(LIST)).status).toBe(401);
      expect((await client.get('/Status')).status).toBe(401);
    }));

  test('401 without a token and with an unknown one', () =>
    withHalo({}, async ({ halo }) => {
      expect((await fetch(`${halo.url}/api${LIST}`)).status).toBe(401);
      expect((await clientOf(halo, 'made-up').get(LIST)).status).toBe(401);
    }));

  test('tokens expire', async () => {
    let now = Date.parse('2026-11-01T00:00:00Z');
    await withHalo({ now: () => now, expiresInSeconds: 60 }, async (client) => {
      now += 59_999;
      expect((await client.get(LIST)).status).toBe(200);
      now += 1;
      expect((await client.get(LIST)).status).toBe(401);
    });
  });

  test('tokens can be revoked', () =>
    withHalo({}, async (client) => {
      client.halo.revokeTokens();
      expect((await client.get(LIST)).status).toBe(401);
      expect((await (await signIn(client.halo, 'all')).get(LIST)).status).toBe(200);
    }));

  test.each([
    ['read:tickets', 'GET', '/Tickets', 200],
    ['read:tickets', 'GET', '/Actions', 200],
    ['read:tickets', 'GET', '/Status', 200],
    ['read:tickets', 'GET', '/Asset', 403],
    ['read:tickets', 'POST', '/Tickets', 403],
    ['edit:tickets', 'GET', '/Tickets', 200],
    ['edit:tickets', 'POST', '/Tickets', 201],
    ['edit:tickets', 'POST', '/Status', 403],
    ['read:customers', 'GET', '/Site', 200],
    ['read:crm', 'GET', '/Users', 200],
    ['edit:customers', 'POST', '/Client', 201],
    ['admin', 'POST', '/Client', 201],
    ['all', 'POST', '/Status', 201],
  ])('scope %s: %s %s answers %i', (scope, method, path, status) =>
    withHalo(
      {},
      async (client) => {
        const body = method === 'POST' ? '[{"name":"x","summary":"x"}]' : undefined;
        expect((await client.send(method, path, body)).status).toBe(status);
      },
      scope,
    ),
  );

  test('a token never has more than the application was granted', () =>
    withHalo({ grantedScopes: ['read:tickets'] }, async (client) => {
      expect((await client.get('/Tickets')).status).toBe(200);
      expect((await client.get('/Client')).status).toBe(403);
    }));

  test('what the agent may not see comes back empty rather than failing', () =>
    withHalo({ seed: { tickets: 3 }, hiddenEntities: ['tickets'] }, async (client) => {
      expect(await client.list(LIST)).toEqual({ page_no: 1, page_size: 50, record_count: 0, tickets: [] });
    }));
});
