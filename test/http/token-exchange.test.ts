import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { errorOf } from './test-transport.ts';
import { bearer, type PlayedAnswer, type SeenCall, type SignInWorld, withSignIn } from './with-sign-in.ts';

const TYPE = 'token-exchange';

const N_CENTRAL = {
  steps: [
    {
      url: '&{config.baseUri}/api/auth/authenticate',
      headers: { Authorization: 'Bearer &{secret.userToken}', 'X-ACCESS-EXPIRY-OVERRIDE': '120s' },
      pick: {
        ...{ accessToken: 'tokens.access.token', expiresIn: 'tokens.access.expirySeconds' },
        ...{ refreshToken: 'tokens.refresh.token', refreshExpiresIn: 'tokens.refresh.expirySeconds' },
      },
    },
  ],
  refresh: {
    url: '&{config.baseUri}/api/auth/refresh',
    body: { encoding: 'text', content: '&{token.refreshToken}' },
    pick: { accessToken: 'tokens.access.token', expiresIn: 'tokens.access.expirySeconds' },
  },
};

const create = (world: SignInWorld, options: object, secret: Record<string, string> = {}) =>
  world.create(TYPE, options, { values: { config: { baseUri: world.url }, secret } });

describe('N-central', () => {
  const secret = { userToken: 'canary.user.jwt' };
  const play = ({ path }: SeenCall, count: number): PlayedAnswer => {
    const access = { token: `access-token-${count}`, type: 'Bearer', expirySeconds: 120 };
    const refresh = { token: 'canary-refresh-1', type: 'Body', expirySeconds: 300 };
    return { body: { tokens: path === '/api/auth/refresh' ? { access } : { access, refresh } } };
  };

  test('trades its permanent token, and refreshes with plain text', async () => {
    await withSignIn(play, async (world) => {
      const authenticator = create(world, N_CENTRAL, secret);
      expect(await authenticator.apply()).toEqual(bearer('access-token-1'));
      world.clock.now += 60_000;
      expect(await authenticator.apply()).toEqual(bearer('access-token-2'));
      expect(world.calls.map(({ method, path, body }) => [method, path, body])).toEqual([
        ['POST', '/api/auth/authenticate', ''],
        ['POST', '/api/auth/refresh', 'canary-refresh-1'],
      ]);
      expect(world.calls[0]?.headers).toMatchObject({
        ...{ authorization: 'Bearer canary.user.jwt', 'x-access-expiry-override': '120s' },
      });
      expect(world.calls[1]?.headers['content-type']).toBe('text/plain; charset=utf-8');
      for (const value of ['access-token-1', 'access-token-2', 'canary-refresh-1', 'canary.user.jwt']) {
        expect(world.secrets).toContain(value);
      }
    });
  });

  test('begins anew when the refresh token has ended', async () => {
    await withSignIn(play, async (world) => {
      const authenticator = create(world, N_CENTRAL, secret);
      await authenticator.apply();
      world.clock.now += 301_000;
      await authenticator.apply();
      expect(world.calls.map(({ path }) => path)).toEqual(['/api/auth/authenticate', '/api/auth/authenticate']);
    });
  });

  test('begins anew when the refresh was refused', async () => {
    const refusing = (call: SeenCall, count: number): PlayedAnswer =>
      call.path.endsWith('refresh') ? { status: 401, body: { message: 'expired' } } : play(call, count);
    await withSignIn(refusing, async (world) => {
      const authenticator = create(world, N_CENTRAL, secret);
      await authenticator.apply();
      world.clock.now += 60_000;
      expect(await authenticator.apply()).toEqual(bearer('access-token-3'));
    });
  });

  test.each<[string, PlayedAnswer, string, string]>([
    [
      'a dead user token',
      { status: 401, body: { message: 'no canary.user.jwt' } },
      'ERR_GRANT_REFUSED',
      'credentials of this client',
    ],
    ['an error inside a 200', { body: { message: 'MFA is on' } }, 'ERR_TOKEN_ANSWER', 'tokens.access.token'],
    ['another server', { status: 404, text: '<html>' }, 'ERR_TOKEN_URL_WRONG', 'the address of the system'],
    ['a lock', { status: 423, body: {} }, 'ERR_SIGN_IN_LOCKED', 'locked'],
  ])('names %s', async (_title, answer, code, message) => {
    await withSignIn(
      () => answer,
      async (world) => {
        const error = await errorOf(create(world, N_CENTRAL, secret).apply());
        expect(error).toMatchObject({ code, class: 'sign-in', message: expect.stringContaining(message) });
        expect(inspect(error, { depth: 9 })).not.toContain('canary');
      },
    );
  });
});

describe('ConnectWise Automate', () => {
  const AUTOMATE = {
    expiresUnit: 'date',
    steps: [
      {
        url: '&{config.baseUri}/cwa/api/v1/apitoken',
        headers: { ClientId: '&{secret.clientId}' },
        body: { content: { UserName: 'api', Password: '&{secret.password}' } },
        pick: {
          ...{ accessToken: 'AccessToken', refreshToken: 'AccessToken' },
          ...{ expiresIn: 'ExpirationDate', refreshExpiresIn: 'AbsoluteExpirationDate' },
        },
      },
    ],
    refresh: {
      url: '&{config.baseUri}/cwa/api/v1/APIToken/Refresh',
      headers: { ClientId: '&{secret.clientId}' },
      body: { content: '&{token.accessToken}' },
      pick: {
        ...{ accessToken: 'AccessToken', refreshToken: 'AccessToken' },
        ...{ expiresIn: 'ExpirationDate', refreshExpiresIn: 'AbsoluteExpirationDate' },
      },
    },
    send: { headers: { Authorization: 'Bearer &{token.accessToken}', ClientId: '&{secret.clientId}' } },
  };
  const secret = { clientId: 'canary-guid', password: 'canary "pw"' };

  test('has dates as expiry, refreshes with the token as a JSON string, and sends the client id along', async () => {
    const skewMs = 5 * 60_000;
    const begun = Date.now() + skewMs;
    let clock = { now: Date.now() };
    await withSignIn(
      (_call, count) => {
        const now = clock.now + skewMs;
        const body = {
          AccessToken: `canary-token-${count}`,
          ExpirationDate: new Date(now + 20 * 60_000).toISOString(),
          AbsoluteExpirationDate: new Date(begun + 30 * 60_000).toISOString(),
        };
        return { body, headers: { date: new Date(now).toUTCString() } };
      },
      async (world) => {
        ({ clock } = world);
        const authenticator = create(world, AUTOMATE, secret);
        const first = { headers: { authorization: 'Bearer canary-token-1', clientid: 'canary-guid' } };
        expect(await authenticator.apply()).toEqual(first);
        world.clock.now += 18 * 60_000;
        expect(await authenticator.apply()).toEqual(first);
        world.clock.now += 60_000;
        expect(await authenticator.apply()).toMatchObject(bearer('canary-token-2'));
        expect(JSON.parse(world.calls[0]?.body ?? '')).toEqual({ UserName: 'api', Password: 'canary "pw"' });
        expect(world.calls[1]).toMatchObject({
          ...{ path: '/cwa/api/v1/APIToken/Refresh', body: '"canary-token-1"' },
          headers: { clientid: 'canary-guid', 'content-type': 'application/json; charset=utf-8' },
        });
        world.clock.now += 21 * 60_000;
        await authenticator.apply();
        expect(world.calls[2]?.path).toBe('/cwa/api/v1/apitoken');
      },
    );
  });
});

test('Jamf: Basic is traded for a token whose end is a date', async () => {
  const jamf = {
    expiresUnit: 'date',
    steps: [
      {
        url: '&{config.baseUri}/api/v1/auth/token',
        basic: { username: 'api', password: '&{secret.password}' },
        pick: { accessToken: 'token', expiresIn: 'expires' },
      },
    ],
  };
  await withSignIn(
    () => ({ body: { token: 'abc', expires: new Date(Date.now() + 30 * 60_000).toISOString() } }),
    async (world) => {
      const authenticator = create(world, jamf, { password: 'canary-pw' });
      expect(await authenticator.apply()).toEqual(bearer('abc'));
      const encoded = Buffer.from('api:canary-pw').toString('base64');
      expect(world.calls[0]?.headers.authorization).toBe(`Basic ${encoded}`);
      expect(world.secrets).toContain(encoded);
      world.clock.now += 29 * 60_000;
      await authenticator.apply();
      expect(world.calls).toHaveLength(2);
    },
  );
});

describe('several steps', () => {
  const LOGIN = {
    steps: [
      { method: 'GET', url: '&{config.baseUri}/nonce', query: { app: 'sluice' }, pick: { nonce: 'nonce' } },
      {
        url: '&{config.baseUri}/login/&{step.nonce}',
        body: { encoding: 'form', content: { nonce: '&{step.nonce}', pin: '&{secret.pin}' } },
        pick: { accessToken: 'session', zone: 'zone' },
      },
    ],
    send: { headers: { 'X-Session': '&{token.accessToken}' }, query: { zone: '&{step.zone}' } },
  };
  const play = ({ path }: SeenCall): PlayedAnswer => ({
    body: path.startsWith('/nonce') ? { nonce: '&{secret.pin}-x' } : { session: 'canary-session', zone: 'eu' },
  });

  test('hand on what they picked, which is never read as a template', async () => {
    await withSignIn(play, async (world) => {
      const authenticator = create(world, LOGIN, { pin: 'canary-pin' });
      expect(await authenticator.apply()).toEqual({
        headers: { 'x-session': 'canary-session' },
        query: { zone: 'eu' },
      });
      expect(world.calls[0]?.path).toBe('/nonce?app=sluice');
      expect(world.calls[1]?.form).toEqual({ nonce: '&{secret.pin}-x', pin: 'canary-pin' });
      const other = create(world, LOGIN, { pin: 'canary-pin' });
      expect(await other.apply()).toEqual({ headers: { 'x-session': 'canary-session' }, query: { zone: 'eu' } });
      expect(world.calls).toHaveLength(2);
    });
  });

  test('are taken again with other credentials', async () => {
    await withSignIn(play, async (world) => {
      await create(world, LOGIN, { pin: 'one' }).apply();
      await create(world, LOGIN, { pin: 'two' }).apply();
      expect(world.calls).toHaveLength(4);
    });
  });

  test('that read what nobody picked are a fault of the manifest', async () => {
    await withSignIn(play, async (world) => {
      const [, second] = LOGIN.steps;
      const error = await errorOf(create(world, { steps: [second] }, { pin: 'x' }).apply());
      expect(error).toMatchObject({
        code: 'ERR_MANIFEST',
        class: 'config',
        message: expect.stringContaining('step.nonce'),
      });
    });
  });

  test('that end without an access token say so', async () => {
    await withSignIn(play, async (world) => {
      const error = await errorOf(create(world, { steps: [LOGIN.steps[0]] }).apply());
      expect(error).toMatchObject({ code: 'ERR_TOKEN_ANSWER', message: expect.stringContaining('"accessToken"') });
    });
  });
});
