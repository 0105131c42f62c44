import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readSettings } from '../../src/server/settings.ts';
import { type OidcProvider, startOidcProvider } from '../support/oidc-provider.ts';
import { withApp } from './with-app.ts';

let provider: OidcProvider;
beforeAll(async () => {
  provider = await startOidcProvider();
});
afterAll(() => provider.close());

const app = withApp({
  variables: () => ({
    SLUICE_OIDC_ISSUER: provider.url,
    SLUICE_OIDC_CLIENT_ID: provider.clientId,
    SLUICE_OIDC_CLIENT_SECRET: provider.clientSecret,
    SLUICE_OIDC_ROLES: 'staff=viewer,integrators=editor',
    SLUICE_OIDC_ROLE_CLAIM: 'access.groups',
    SLUICE_OIDC_TITLE: 'Acme',
  }),
});

interface Went {
  readonly status: number;
  readonly location: string;
  readonly cookies: readonly string[];
  readonly text: string;
}

/** Goes to an address as a browser does, without following where it is sent. */
async function go(address: string, cookies: readonly string[] = []): Promise<Went> {
  const url = address.startsWith('http') ? address : `${urlOf()}${address}`;
  const answer = await fetch(url, { redirect: 'manual', headers: { cookie: cookies.join('; ') } });
  const set = answer.headers.getSetCookie().map((each) => each.split(';')[0] ?? '');
  return {
    ...{ status: answer.status, location: answer.headers.get('location') ?? '', text: await answer.text() },
    cookies: set.filter((each) => !each.endsWith('=')),
  };
}

function urlOf(): string {
  return `http://127.0.0.1:${String((app.app.server.address() as { port: number }).port)}`;
}

/** The whole way through the provider; `change` edits the address that it sends the browser back to. */
async function signIn(change: (back: URL) => void = () => undefined): Promise<Went> {
  const start = await go('/api/v1/oidc/start');
  expect(start.status).toBe(302);
  const consent = await go(start.location);
  const back = new URL(consent.location);
  change(back);
  return go(back.href, start.cookies);
}

async function me(went: Went): Promise<object> {
  const headers = { cookie: went.cookies.join('; ') };
  return (await app.send('GET', '/api/v1/me', undefined, { token: '', headers })).body;
}

beforeEach(() => {
  provider.person = { sub: 'ada-1', preferred_username: 'Ada', access: { groups: ['staff', 'integrators'] } };
  provider.more = {};
  provider.tamper = (claims) => claims;
});

describe('signing in at a provider', () => {
  test('is offered by name', async () => {
    const { body } = await app.send('GET', '/api/v1/sign-in', undefined, { token: '' });
    expect(body).toMatchObject({ oidc: { title: 'Acme' } });
  });

  test('opens a session with the highest role of the groups', async () => {
    const went = await signIn();
    expect(went).toMatchObject({ status: 302, location: '/' });
    expect(await me(went)).toMatchObject({ name: 'ada', role: 'editor', kind: 'user', issuer: provider.url });
    const { body } = await app.get('/api/v1/users');
    expect(body['items']).toMatchObject([{ name: 'ada', hasPassword: false, issuer: provider.url }]);
  });

  test('takes over another role at the next sign-in', async () => {
    provider.person = { ...provider.person, access: { groups: 'staff' } };
    expect(await me(await signIn())).toMatchObject({ name: 'ada', role: 'viewer' });
  });

  test('asks for what the ID token does not say', async () => {
    provider.person = { sub: 'bob-1', email: 'bob@acme.example' };
    provider.more = { access: { groups: ['staff'] } };
    expect(await me(await signIn())).toMatchObject({ name: 'bob@acme.example', role: 'viewer' });
  });

  test('lets nobody in without a group that has a role', async () => {
    provider.person = { ...provider.person, sub: 'eve-1', access: { groups: ['guests'] } };
    const went = await signIn();
    expect(went).toMatchObject({ status: 403, cookies: [] });
    expect(went.text).toContain('ERR_OIDC_NO_ROLE');
  });

  test('never makes somebody a user that is here already, however they are called there', async () => {
    await app.post('/api/v1/users', { name: 'root', role: 'administrator', password: 'a good long password' });
    provider.person = { ...provider.person, sub: 'mallory', preferred_username: 'root' };
    expect(await me(await signIn())).toMatchObject({ name: 'root+127.0.0.1', role: 'editor' });
  });

  test('lets a disabled user not in', async () => {
    await app.send('PUT', '/api/v1/users/bob@acme.example', { isDisabled: true });
    provider.person = { sub: 'bob-1', access: { groups: ['staff'] } };
    expect((await signIn()).status).toBe(403);
  });

  test('gives no password sign-in', async () => {
    const reply = await app.send('POST', '/api/v1/sign-in', { name: 'ada', password: '' }, { token: '' });
    expect(reply.status).toBe(401);
  });
});

describe('an answer of a provider is refused', () => {
  const refused = async (went: Went): Promise<void> => {
    expect(went).toMatchObject({ cookies: [], location: '' });
    expect(went.status).toBeGreaterThanOrEqual(400);
    expect(went.text).toContain('ERR_OIDC');
    await Promise.resolve();
  };

  test('in a browser that did not begin it', async () => {
    const start = await go('/api/v1/oidc/start');
    const consent = await go(start.location);
    await refused(await go(consent.location));
  });

  test('a second time', async () => {
    const start = await go('/api/v1/oidc/start');
    const consent = await go(start.location);
    expect((await go(consent.location, start.cookies)).status).toBe(302);
    await refused(await go(consent.location, start.cookies));
  });

  test('with another state', async () => {
    await refused(
      await signIn((back) => {
        back.searchParams.set('state', 'another');
      }),
    );
  });

  test('with a code of somebody else', async () => {
    const other = new URL((await go((await go('/api/v1/oidc/start')).location)).location);
    await refused(
      await signIn((back) => {
        back.searchParams.set('code', other.searchParams.get('code') ?? '');
      }),
    );
  });

  test.each([
    ['for another sign-in', { nonce: 'another' }],
    ['for another client', { aud: 'another' }],
    ['of another issuer', { iss: 'https://evil.example' }],
    ['that is over', { exp: 1000 }],
  ])('with an ID token %s', async (_title, changes) => {
    provider.tamper = (claims) => ({ ...claims, ...changes });
    await refused(await signIn());
  });
});

test.each([
  [{ SLUICE_OIDC_ISSUER: 'http://idp.example' }, 'SLUICE_OIDC_ISSUER must be'],
  [{ SLUICE_OIDC_ISSUER: 'https://idp.example' }, 'SLUICE_OIDC_CLIENT_ID has to be set'],
  [{ SLUICE_OIDC_ISSUER: 'https://idp.example', SLUICE_OIDC_CLIENT_ID: 'a', SLUICE_OIDC_ROLES: 'x=root' }, '"root"'],
])('settings such as %j are refused', (variables, message) => {
  expect(() => readSettings(variables)).toThrow(message);
});
