import { beforeEach, describe, expect, test } from '@jest/globals';
import { hashToken } from '../../src/core/sealing.ts';
import { type Reply, withApp } from './with-app.ts';

const app = withApp();
const API = '/api/v1';
const PASSWORD = 'canary-password-of-ada';
const OTHER = 'canary-password-that-is-new';
const ORIGIN = { 'sec-fetch-site': 'same-origin' };

/** What a browser would send back. */
function cookieOf(reply: Reply): string {
  return reply.headers.get('set-cookie')?.split(';')[0] ?? '';
}

/** A request of a browser with a session, from one of our own pages unless said otherwise. */
function asPerson(cookie: string, method: string, path: string, body?: unknown, headers: object = ORIGIN) {
  return app.send(method, `${API}${path}`, body, { token: '', headers: { cookie, ...headers } });
}

function signIn(name: string, password: string, headers: Record<string, string> = {}) {
  return app.send('POST', `${API}/sign-in`, { name, password }, { token: '', headers });
}

async function forgetFailures(): Promise<void> {
  const { throttle } = app.platform.store;
  await throttle.forget('address 127.0.0.1');
}

async function makeUser(name: string, role: string): Promise<void> {
  const reply = await app.post(`${API}/users`, { name, role, password: PASSWORD });
  expect(reply).toMatchObject({ status: 201, body: { name, role } });
}

beforeEach(forgetFailures);

describe('the set-up', () => {
  const setUp = (changes: object = {}) =>
    app.send(
      'POST',
      `${API}/setup`,
      { token: 'token-of-the-administrator', name: 'Ada', password: PASSWORD, ...changes },
      { token: '' },
    );

  test('wants the administrator token, not another, and a password that is one', async () => {
    expect((await app.send('GET', `${API}/sign-in`, undefined, { token: '' })).body).toMatchObject({ isSetUp: false });
    expect(await setUp({ token: 'token-of-the-editor' })).toMatchObject({
      status: 401,
      body: { code: 'ERR_SETUP_TOKEN' },
    });
    expect(await setUp({ password: 'short' })).toMatchObject({ status: 400, body: { code: 'ERR_REQUEST_INVALID' } });
  });

  test('makes an administrator once, and signs in', async () => {
    const reply = await setUp();
    expect(reply).toMatchObject({ status: 201, body: { name: 'ada', role: 'administrator', kind: 'user' } });
    expect((await asPerson(cookieOf(reply), 'GET', '/me')).body).toMatchObject({ name: 'ada' });
    expect((await asPerson(cookieOf(reply), 'GET', '/sign-in')).body).toMatchObject({ isSignedIn: true });
    expect(await setUp({ name: 'eve' })).toMatchObject({ status: 409, body: { code: 'ERR_ALREADY_SET_UP' } });
    expect((await app.send('GET', `${API}/sign-in`, undefined, { token: '' })).body).toMatchObject({ isSetUp: true });
  });
});

describe('signing in', () => {
  test('gives a cookie that scripts do not see, and that other sites do not get sent', async () => {
    const reply = await signIn('ADA', PASSWORD);
    expect(reply).toMatchObject({ status: 200, body: { name: 'ada' } });
    expect(reply.headers.get('set-cookie')).toMatch(/^sluice=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  });

  test('a wrong password and an unknown name are answered alike', async () => {
    const [wrong, unknown] = [await signIn('ada', OTHER), await signIn('nobody', OTHER)];
    expect(wrong).toMatchObject({ status: 401, body: { code: 'ERR_SIGN_IN' } });
    expect(unknown.text).toBe(wrong.text);
    expect(unknown.headers.get('set-cookie')).toBeNull();
  });

  test('a session that was there before, known or made up, is never the one after', async () => {
    const before = cookieOf(await signIn('ada', PASSWORD));
    const after = cookieOf(await signIn('ada', PASSWORD, { cookie: before }));
    const planted = cookieOf(await signIn('ada', PASSWORD, { cookie: 'sluice=planted-by-somebody-else' }));
    expect(new Set([before, after, planted]).size).toBe(3);
    expect((await asPerson(before, 'GET', '/me')).status).toBe(401);
    expect((await asPerson('sluice=planted-by-somebody-else', 'GET', '/me')).status).toBe(401);
    expect((await asPerson(after, 'GET', '/me')).status).toBe(200);
  });

  test('signing out ends the session, not only the cookie', async () => {
    const cookie = cookieOf(await signIn('ada', PASSWORD));
    const out = await asPerson(cookie, 'POST', '/sign-out');
    expect(out.status).toBe(204);
    expect(out.headers.get('set-cookie')).toContain('Max-Age=0');
    expect((await asPerson(cookie, 'GET', '/me')).status).toBe(401);
  });

  test('guessing is slowed down, for the right password too, and told how long', async () => {
    await makeUser('guessed', 'viewer');
    const replies = await Promise.all(Array.from({ length: 12 }, () => signIn('guessed', OTHER)));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([401, 429]));
    // Longer than this machine may take for the next request.
    const long = { free: 1, firstMs: 60_000, mostMs: 60_000 };
    await app.platform.store.throttle.forget(`account ${hashToken('guessed')}`);
    await app.platform.store.throttle.take(`account ${hashToken('guessed')}`, long, Date.now());
    await app.platform.store.throttle.take(`account ${hashToken('guessed')}`, long, Date.now());
    const right = await signIn('guessed', PASSWORD);
    expect(right).toMatchObject({ status: 429, body: { code: 'ERR_TOO_MANY_TRIES' } });
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await signIn('ada', PASSWORD)).status).toBe(200);
  });

  test('so are many names from one address', async () => {
    const { throttle } = app.platform.store;
    for (let each = 0; each < 40; each += 1)
      await throttle.take('address 127.0.0.1', { free: 30, firstMs: 60_000, mostMs: 60_000 }, Date.now());
    expect((await signIn('ada', PASSWORD)).status).toBe(429);
  });
});

describe('a request that another page makes the browser send', () => {
  const change = { name: 'Changed', spec: {}, kind: 'storage', identifier: 'csrf' };

  test.each([
    ['says that it is from another site', { 'sec-fetch-site': 'cross-site' }],
    ['says that it is from a neighbour', { 'sec-fetch-site': 'same-site' }],
    ['has the origin of another page', { origin: 'https://evil.example' }],
    ['has the origin null', { origin: 'null' }],
    ['says nothing', {}],
  ])('is refused when it %s', async (_title, headers) => {
    const cookie = cookieOf(await signIn('ada', PASSWORD));
    const reply = await asPerson(cookie, 'PUT', '/documents/storage/csrf', change, headers);
    expect(reply).toMatchObject({ status: 403, body: { code: 'ERR_CROSS_ORIGIN' } });
    expect((await app.get(`${API}/documents/storage/csrf`)).status).toBe(404);
  });

  test('every route that may change something refuses it', async () => {
    const cookie = cookieOf(await signIn('ada', PASSWORD));
    const unsafe = app.app.routeTable.filter(({ method, permission }) => method !== 'GET' && permission !== 'public');
    expect(unsafe.length).toBeGreaterThan(30);
    for (const { method, url } of unsafe) {
      const path = url.replace(/:\w+/g, '1').replace(API, '');
      const reply = await asPerson(cookie, method, path, method === 'DELETE' ? undefined : {}, {
        origin: 'https://evil.example',
      });
      expect({ url, ...reply }).toMatchObject({ url, status: 403, body: { code: 'ERR_CROSS_ORIGIN' } });
    }
  });

  test('cannot sign a person in as somebody else', async () => {
    const reply = await signIn('ada', PASSWORD, { origin: 'https://evil.example' });
    expect(reply).toMatchObject({ status: 403, body: { code: 'ERR_CROSS_ORIGIN' } });
  });

  test('is no matter for programs with a token, nor for pages of our own', async () => {
    const origin = { origin: 'https://elsewhere.example' };
    expect((await app.send('PUT', `${API}/documents/storage/csrf`, change, { headers: origin })).status).toBe(201);
    const cookie = cookieOf(await signIn('ada', PASSWORD));
    const own = { origin: `http://127.0.0.1:${String((app.app.server.address() as { port: number }).port)}` };
    expect((await asPerson(cookie, 'DELETE', '/documents/storage/csrf', undefined, own)).status).toBe(204);
  });

  test('a cookie that is there twice counts for nothing', async () => {
    const cookie = cookieOf(await signIn('ada', PASSWORD));
    expect((await asPerson(`sluice=planted; ${cookie}`, 'GET', '/me')).status).toBe(401);
  });

  test('a wrong token is not made good by a cookie', async () => {
    const cookie = cookieOf(await signIn('ada', PASSWORD));
    const reply = await app.send('GET', `${API}/me`, undefined, { token: 'wrong', headers: { cookie } });
    expect(reply.status).toBe(401);
  });
});

describe('one’s own account', () => {
  test('the password changes with the current one only, ends other sessions, and gives this one another secret', async () => {
    await makeUser('changer', 'viewer');
    const [mine, other] = [cookieOf(await signIn('changer', PASSWORD)), cookieOf(await signIn('changer', PASSWORD))];
    const change = (current: string, password: string) => asPerson(mine, 'PUT', '/me/password', { current, password });
    expect(await change(OTHER, OTHER)).toMatchObject({ status: 403, body: { code: 'ERR_PASSWORD_WRONG' } });
    expect(await change(PASSWORD, 'changer-changer')).toMatchObject({ status: 400 });
    const changed = await change(PASSWORD, OTHER);
    expect(changed.status).toBe(204);
    expect((await asPerson(mine, 'GET', '/me')).status).toBe(401);
    expect((await asPerson(other, 'GET', '/me')).status).toBe(401);
    expect((await asPerson(cookieOf(changed), 'GET', '/me')).status).toBe(200);
    expect((await signIn('changer', PASSWORD)).status).toBe(401);
    expect((await signIn('changer', OTHER)).status).toBe(200);
  });

  test.each([
    ['short', 'must have 12 characters'],
    ['password1234', 'everybody tries first'],
    ['abababababab', '5 different characters'],
    ['picky-picky1', 'the name of the user'],
    ['x'.repeat(300), '256 characters or fewer'],
  ])('the password "%.20s" is refused', async (password, message) => {
    const reply = await app.post(`${API}/users`, { name: 'picky-picky', role: 'viewer', password });
    expect(reply).toMatchObject({ status: 400, body: { code: 'ERR_REQUEST_INVALID' } });
    expect(reply.body['message']).toContain(message);
  });

  test('sessions are listed and ended one by one', async () => {
    await makeUser('lister', 'viewer');
    const [mine, other] = [cookieOf(await signIn('lister', PASSWORD)), cookieOf(await signIn('lister', PASSWORD))];
    const { items } = (await asPerson(mine, 'GET', '/me/sessions')).body as {
      items: { id: string; isCurrent: boolean }[];
    };
    expect(items.map(({ isCurrent }) => isCurrent).sort()).toEqual([false, true]);
    const id = items.find(({ isCurrent }) => !isCurrent)?.id ?? '';
    expect((await asPerson(mine, 'DELETE', `/me/sessions/${id}`)).status).toBe(204);
    expect((await asPerson(other, 'GET', '/me')).status).toBe(401);
    expect((await asPerson(mine, 'DELETE', `/me/sessions/${id}`)).status).toBe(404);
  });

  test('nobody ends the session of somebody else', async () => {
    await makeUser('victim', 'administrator');
    const victim = cookieOf(await signIn('victim', PASSWORD));
    const { items } = (await asPerson(victim, 'GET', '/me/sessions')).body as { items: { id: string }[] };
    const lister = cookieOf(await signIn('lister', PASSWORD));
    expect((await asPerson(lister, 'DELETE', `/me/sessions/${items[0]?.id ?? ''}`)).status).toBe(404);
    expect((await asPerson(victim, 'GET', '/me')).status).toBe(200);
  });

  test('a token is nobody', async () => {
    expect(await app.get(`${API}/me/sessions`)).toMatchObject({ status: 400, body: { code: 'ERR_NOT_A_PERSON' } });
    expect(await app.get(`${API}/me`)).toMatchObject({ status: 200, body: { kind: 'token', role: 'administrator' } });
  });
});

describe('users', () => {
  test('a role counts from the next request on', async () => {
    await makeUser('rising', 'viewer');
    const cookie = cookieOf(await signIn('rising', PASSWORD));
    expect((await asPerson(cookie, 'GET', '/users')).status).toBe(403);
    await app.send('PUT', `${API}/users/rising`, { role: 'administrator' });
    expect((await asPerson(cookie, 'GET', '/users')).status).toBe(200);
  });

  test.each([{ role: 'viewer', isAdministrator: true }, { id: '1' }, { passwordHash: 'x' }, { role: 'root' }])(
    '%j is no change of a user',
    async (change) => {
      expect((await app.send('PUT', `${API}/users/ada`, change)).status).toBe(400);
    },
  );

  test('a disabled one is out at once, and cannot come in', async () => {
    await makeUser('leaver', 'editor');
    const cookie = cookieOf(await signIn('leaver', PASSWORD));
    expect((await app.send('PUT', `${API}/users/leaver`, { isDisabled: true })).status).toBe(200);
    expect((await asPerson(cookie, 'GET', '/me')).status).toBe(401);
    expect((await signIn('leaver', PASSWORD)).status).toBe(401);
  });

  test('a password that was reset ends the sessions', async () => {
    await makeUser('forgetful', 'editor');
    const cookie = cookieOf(await signIn('forgetful', PASSWORD));
    expect((await app.post(`${API}/users/forgetful/reset-password`, { password: OTHER })).status).toBe(200);
    expect((await asPerson(cookie, 'GET', '/me')).status).toBe(401);
    expect((await signIn('forgetful', OTHER)).status).toBe(200);
  });
});

describe('tokens', () => {
  interface Made {
    readonly id: string;
    readonly token: string;
  }
  const make = async (body: object): Promise<Made> => {
    const reply = await app.post(`${API}/tokens`, body);
    expect(reply.status).toBe(201);
    return reply.body as unknown as Made;
  };
  const use = (token: string, path: string) => app.send('GET', `${API}${path}`, undefined, { token });

  test('one is shown once, does what its role and scopes say, and ends when it is withdrawn', async () => {
    const { id, token } = await make({ name: 'reports', role: 'operator', scopes: ['runs:read'], days: 30 });
    expect((await use(token, '/runs')).status).toBe(200);
    expect(await use(token, '/tasks')).toMatchObject({ status: 403, body: { code: 'ERR_FORBIDDEN' } });
    const list = await app.get(`${API}/tokens`);
    expect(list.text).not.toContain(token);
    expect(list.body['items']).toMatchObject([{ id, name: 'reports', scopes: ['runs:read'] }, {}, {}, {}, {}]);
    expect((await app.send('DELETE', `${API}/tokens/${id}`)).status).toBe(204);
    expect((await use(token, '/runs')).status).toBe(401);
  });

  test('a scope beyond the role is refused', async () => {
    const reply = await app.post(`${API}/tokens`, { name: 'x', role: 'viewer', scopes: ['access:write'] });
    expect(reply).toMatchObject({ status: 400 });
    expect(reply.body['message']).toContain('access:write: more than the role "viewer" may');
  });

  test('scopes hold for what is asked for many tasks too', async () => {
    const { token } = await make({ name: 'retries', role: 'operator', scopes: ['tasks:retry'] });
    const ask = (action: string) =>
      app.send('POST', `${API}/tasks/bulk/preview`, { action, filter: { state: 'failed' } }, { token });
    expect((await ask('retry')).status).toBe(200);
    expect(await ask('skip')).toMatchObject({ status: 403, body: { code: 'ERR_FORBIDDEN' } });
  });

  test('an administrator token with scopes sets nothing up and makes no token', async () => {
    const { token } = await make({ name: 'narrow', role: 'administrator', scopes: ['status:read'] });
    const reply = await app.send('POST', `${API}/tokens`, { name: 'wide', role: 'administrator' }, { token });
    expect(reply.status).toBe(403);
  });
});

test('the audit trail has who came in, who was refused, and who changed what, without a secret', async () => {
  await signIn('ada', OTHER);
  await signIn(PASSWORD, PASSWORD);
  await app.send('PUT', `${API}/users/rising`, { role: 'operator' });
  await app.send('POST', `${API}/users`, { name: 'no' }, { role: 'viewer' });
  const { text, body } = await app.get(`${API}/audit?limit=500`);
  const items = body['items'] as { action: string; subject: string; actor: string }[];
  const has = (wanted: object): void => {
    expect(items).toContainEqual(expect.objectContaining(wanted));
  };
  has({ action: 'sign-in', actor: 'ada', subject: 'user/ada' });
  has({ action: 'sign-in.refused', actor: 'ada' });
  has({ action: 'sign-in.refused', actor: '(unknown)', subject: 'user' });
  has({
    action: 'user.change',
    subject: 'user/rising',
    before: { name: 'rising', role: 'administrator', isDisabled: false },
  });
  has({ action: 'refused', actor: 'viewer', subject: 'POST users' });
  has({ action: 'token.create', subject: 'token/reports' });
  has({ action: 'user.password', subject: 'user/changer' });
  expect(text).not.toContain('canary-password');
  expect((await app.get(`${API}/audit/verify`)).body).toMatchObject({ isWhole: true });
});
