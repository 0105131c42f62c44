import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { errorOf } from './test-transport.ts';
import { bearer, type PlayedAnswer, type SeenCall, withSignIn } from './with-sign-in.ts';

const APP = { clientId: 'id', clientSecret: 'canary-secret', scopes: 'all' };
const CC = 'oauth2-client-credentials';

/** A server that rotates: a refresh token works once, and using it again ends the whole sign-in. */
function rotating(life: (count: number) => object = () => ({ expires_in: 60 })) {
  let current = '';
  let isRevoked = false;
  const used: string[] = [];
  const play = ({ form }: SeenCall, count: number): PlayedAnswer => {
    if (form['grant_type'] === 'refresh_token') {
      used.push(form['refresh_token'] ?? '');
      if (form['refresh_token'] !== current) isRevoked = true;
      if (isRevoked) return { status: 400, body: { error: 'invalid_grant' } };
    }
    current = `canary-refresh-${count}`;
    return { body: { access_token: `token-${count}`, refresh_token: current, ...life(count) } };
  };
  return {
    play,
    used,
    isRevoked: () => isRevoked,
    revoke: () => {
      isRevoked = true;
    },
  };
}

describe('a refresh token', () => {
  test('gives the next token, and the newest one is used', async () => {
    const { play, used } = rotating();
    await withSignIn(play, async ({ create, url, clock, calls, secrets }) => {
      const authenticator = create(CC, { ...APP, tokenUrl: url });
      for (const count of [1, 2, 3]) {
        expect(await authenticator.apply()).toEqual(bearer(`token-${count}`));
        clock.now += 60_000;
      }
      expect(used).toEqual(['canary-refresh-1', 'canary-refresh-2']);
      expect(calls[1]?.form).toEqual({
        ...{ grant_type: 'refresh_token', refresh_token: 'canary-refresh-1' },
        ...{ client_id: 'id', client_secret: 'canary-secret' },
      });
      for (const secret of ['canary-refresh-1', 'canary-refresh-3', 'token-3']) expect(secrets).toContain(secret);
    });
  });

  test('is stored before its access token is used', async () => {
    const { play } = rotating();
    await withSignIn(play, async ({ create, url, tokens }) => {
      const written: (string | undefined)[] = [];
      const watched = {
        ...tokens,
        write: (
          client: string,
          key: string,
          token: { accessToken: string; expiresAtMs: number; refreshToken?: string | undefined },
        ) => {
          written.push(token.refreshToken);
          return Promise.reject(new Error('disk full'));
        },
      };
      const authenticator = create(CC, { ...APP, tokenUrl: url }, { tokens: watched });
      expect(await errorOf(authenticator.apply())).toMatchObject({ message: 'disk full' });
      expect(written).toEqual(['canary-refresh-1']);
      expect(await tokens.claimRenewal('acme', 1)).toBe(true);
    });
  });

  test('that was refused makes way for the grant', async () => {
    const { play, revoke, used } = rotating();
    let isRevoking = false;
    await withSignIn(
      (call, count) => {
        if (isRevoking && call.form['grant_type'] !== 'refresh_token') return { body: { access_token: 'from-grant' } };
        return play(call, count);
      },
      async ({ create, url, clock, calls }) => {
        const authenticator = create(CC, { ...APP, tokenUrl: url });
        await authenticator.apply();
        clock.now += 60_000;
        revoke();
        isRevoking = true;
        expect(await authenticator.apply()).toEqual(bearer('from-grant'));
        expect(used).toHaveLength(1);
        expect(calls).toHaveLength(3);
      },
    );
  });

  test('stays when the API refused the access token', async () => {
    const { play, used } = rotating();
    await withSignIn(play, async ({ create, url, calls }) => {
      const authenticator = create('oauth2-password', { ...APP, tokenUrl: url, username: 'u', password: 'canary-pw' });
      await authenticator.refresh?.(await authenticator.apply());
      expect(await authenticator.apply()).toEqual(bearer('token-2'));
      expect(used).toEqual(['canary-refresh-1']);
      expect(calls).toHaveLength(2);
    });
  });

  test('whose own life is over is not tried', async () => {
    const { play, used } = rotating(() => ({ expires_in: 60, refresh_token_expires_in: 100 }));
    await withSignIn(play, async ({ create, url, clock, calls }) => {
      const authenticator = create(CC, { ...APP, tokenUrl: url });
      await authenticator.apply();
      clock.now += 101_000;
      await authenticator.apply();
      expect(used).toEqual([]);
      expect(calls).toHaveLength(2);
    });
  });

  test('that does not rotate is kept', async () => {
    const play = ({ form }: SeenCall, count: number): PlayedAnswer => {
      const isFirst = form['grant_type'] !== 'refresh_token';
      return {
        body: { access_token: `t${count}`, expires_in: 60, ...(isFirst && { refresh_token: 'canary-lasting' }) },
      };
    };
    await withSignIn(play, async ({ create, url, clock, calls }) => {
      const authenticator = create(CC, { ...APP, tokenUrl: url });
      for (const count of [1, 2, 3]) {
        expect(await authenticator.apply()).toEqual(bearer(`t${count}`));
        clock.now += 60_000;
      }
      expect(calls.slice(1).map(({ form }) => form['refresh_token'])).toEqual(['canary-lasting', 'canary-lasting']);
    });
  });

  test.each([1, 2])('is used once by 50 callers of %d workers', async (workers) => {
    const { play, used, isRevoked } = rotating((count) => ({ expires_in: count === 1 ? 60 : 3600 }));
    await withSignIn(play, async ({ create, url, clock, calls }) => {
      const all = Array.from({ length: workers }, () => create(CC, { ...APP, tokenUrl: url }));
      await Promise.all(all.map((each) => each.apply()));
      clock.now += 60_000;
      const callers = Array.from({ length: 50 / workers }, () => all.map((each) => each.apply())).flat();
      const got = await Promise.all(callers);
      expect(new Set(got.map((each) => each.headers['authorization']))).toEqual(new Set(['Bearer token-2']));
      expect(used).toEqual(['canary-refresh-1']);
      expect(isRevoked()).toBe(false);
      expect(calls).toHaveLength(2);
    });
  });
});

describe('the token request', () => {
  const token = (): PlayedAnswer => ({ body: { access_token: 'abc' } });

  test('goes as JSON where the system wants that', async () => {
    await withSignIn(token, async ({ create, url, calls }) => {
      const more = { encoding: 'json', form: { audience: 'x' }, headers: { 'X-Partner': '7' } };
      await create(CC, { ...APP, tokenUrl: `${url}/v1/token`, ...more }).apply();
      expect(calls[0]?.headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'x-partner': '7' });
      expect(JSON.parse(calls[0]?.body ?? '')).toEqual({
        ...{ audience: 'x', grant_type: 'client_credentials', client_id: 'id', client_secret: 'canary-secret' },
        scope: 'all',
      });
    });
  });

  test('carries a client that is the same for everybody, whose secret is none', async () => {
    await withSignIn(token, async ({ create, url, calls, secrets }) => {
      const datto = {
        clientId: 'public-client',
        clientSecret: 'public',
        clientAuthentication: 'basic',
        publicClient: true,
      };
      const user = { username: 'api-key', password: 'canary-api-secret', scopeRequired: false };
      await create('oauth2-password', { tokenUrl: `${url}/auth/oauth/token`, ...datto, ...user }).apply();
      const header = calls[0]?.headers.authorization ?? '';
      expect(Buffer.from(header.replace('Basic ', ''), 'base64').toString()).toBe('public-client:public');
      expect(calls[0]?.form).toEqual({ grant_type: 'password', username: 'api-key', password: 'canary-api-secret' });
      expect(secrets).not.toContain('public');
      expect(secrets).toContain('canary-api-secret');
    });
  });

  test('leaves the secret out for a client without one', async () => {
    await withSignIn(token, async ({ create, url, calls }) => {
      await create(CC, {
        ...APP,
        tokenUrl: url,
        clientAuthentication: 'none',
        scopes: '',
        scopeRequired: false,
      }).apply();
      expect(calls[0]?.form).toEqual({ grant_type: 'client_credentials', client_id: 'id' });
    });
  });

  test('is not sent to what is no address', async () => {
    await withSignIn(token, async ({ create }) => {
      const error = await errorOf(create(CC, { ...APP, tokenUrl: '/token' }).apply());
      expect(error).toMatchObject({ code: 'ERR_ADDRESS_INVALID', class: 'config' });
    });
  });
});

describe('the life of a token', () => {
  const MINUTE = 60_000;

  async function livesFor(answer: (now: number) => object, unit: string, skewMs = 0): Promise<number> {
    const now = Date.now();
    const date = new Date(now + skewMs).toUTCString();
    return withSignIn(
      () => ({ body: { data: { key: 'abc', ends: answer(now + skewMs) } }, headers: { date } }),
      async ({ create, url, clock, calls }) => {
        const paths = { accessToken: 'data.key', expiresIn: 'data.ends', expiresUnit: unit };
        const authenticator = create(CC, { ...APP, tokenUrl: url, answer: paths, renewEarlyMs: 0 });
        clock.now = now;
        await authenticator.apply();
        let minutes = 0;
        for (; calls.length === 1 && minutes < 500; minutes += 1) {
          clock.now = now + minutes * MINUTE + 5_000;
          await authenticator.apply();
        }
        return minutes - 1;
      },
    );
  }

  test.each<[string, string, (now: number) => unknown]>([
    ['seconds', 'seconds', () => 600],
    ['milliseconds', 'milliseconds', () => 600_000],
    ['a date', 'date', (now) => new Date(now + 10 * MINUTE).toISOString()],
    ['a date without a zone', 'date', (now) => new Date(now + 10 * MINUTE).toISOString().slice(0, 19)],
    ['a date with seven digits', 'date', (now) => new Date(now + 10 * MINUTE).toISOString().replace('Z', '1234Z')],
    ['a date as HTTP writes it', 'date', (now) => new Date(now + 10 * MINUTE).toUTCString()],
    ['seconds since 1970', 'epoch-seconds', (now) => Math.floor(now / 1000) + 600],
    ['milliseconds since 1970, as text', 'epoch-milliseconds', (now) => String(now + 10 * MINUTE)],
  ])('told as %s is kept by the server clock, however far it is off', async (_title, unit, ends) => {
    for (const skewMs of [0, 5 * MINUTE, -5 * MINUTE]) {
      expect(await livesFor(ends as (now: number) => object, unit, skewMs)).toBe(10);
    }
  });

  test.each([
    ['nonsense', 'date'],
    ['2001-01-01', 'date'],
    [-5, 'seconds'],
    [{}, 'seconds'],
    [1, 'epoch-seconds'],
  ])('told as %j in %s is taken for the fallback', async (ends, unit) => {
    expect(await livesFor(() => ends as object, unit)).toBe(60);
  });

  test('that is absurdly long does no harm', async () => {
    expect(await livesFor(() => 1e300 as unknown as object, 'seconds')).toBe(499);
  });
});

describe('a token URL that is', () => {
  const failing = (
    answer: PlayedAnswer,
    options: object = {},
  ): Promise<{ error: unknown; calls: number; again: unknown; callsAgain: number }> =>
    withSignIn(
      () => answer,
      async ({ create, url, calls }) => {
        const authenticator = create(CC, { ...APP, tokenUrl: `${url}/token`, ...options });
        const error = await errorOf(authenticator.apply());
        const before = calls.length;
        return { error, calls: before, again: await errorOf(authenticator.apply()), callsAgain: calls.length };
      },
    );

  test('locked is left alone', async () => {
    const { error, calls, again, callsAgain } = await failing({ status: 423, body: { message: 'Key locked' } });
    expect(error).toMatchObject({ code: 'ERR_SIGN_IN_LOCKED', class: 'sign-in', retryable: false });
    expect((error as Error).message).toContain('(Key locked)');
    expect((error as Error).message).toContain('Have it unlocked');
    expect(again).toMatchObject({ code: 'ERR_SIGN_IN_LOCKED' });
    expect([calls, callsAgain]).toEqual([1, 1]);
  });

  test('locked for a while makes calls wait, and is not asked meanwhile', async () => {
    const { error, again, callsAgain } = await failing(
      { status: 403, body: {} },
      { lockedOn: [403, 423], lockedFor: '5m' },
    );
    expect(error).toMatchObject({ class: 'rate-limit', retryAfterMs: 300_000 });
    expect(again).toMatchObject({ class: 'rate-limit', retryAfterMs: 300_000 });
    expect(callsAgain).toBe(1);
  });

  test('locked even for a moment is not tried again by itself', async () => {
    const { error, calls } = await failing({ status: 423, body: {} }, { lockedFor: '1s' });
    expect(error).toMatchObject({ class: 'rate-limit', retryAfterMs: 1000 });
    expect(calls).toBe(1);
  });

  test('unlocked later is asked again', async () => {
    await withSignIn(
      (_call, count) => (count === 1 ? { status: 423, body: {} } : { body: { access_token: 'abc' } }),
      async ({ create, url, clock }) => {
        const authenticator = create(CC, { ...APP, tokenUrl: url });
        await errorOf(authenticator.apply());
        clock.now += 60_000;
        expect(await authenticator.apply()).toEqual(bearer('abc'));
      },
    );
  });

  test('busy for long gives the call back, and is not asked meanwhile', async () => {
    const { error, callsAgain } = await failing({ status: 429, body: {}, headers: { 'retry-after': '600' } });
    expect(error).toMatchObject({ class: 'rate-limit', retryAfterMs: 600_000 });
    expect(callsAgain).toBe(1);
  });

  test.each<[string, PlayedAnswer, string]>([
    [
      'wrong',
      { status: 200, text: '<html>Sign in</html>', headers: { 'content-type': 'text/html' } },
      'ERR_TOKEN_URL_WRONG',
    ],
    ['gone', { status: 404, text: '<html>' }, 'ERR_TOKEN_URL_WRONG'],
    ['cut off', { status: 200, text: '{"access_token": "canary-half' }, 'ERR_TOKEN_ANSWER'],
    ['silent about the token', { status: 200, body: { ok: true } }, 'ERR_TOKEN_ANSWER'],
    ['refusing inside a 200', { status: 200, body: { error: 'invalid_client' } }, 'ERR_CLIENT_REFUSED'],
    ['refusing', { status: 401, body: { error: 'invalid_client' } }, 'ERR_CLIENT_REFUSED'],
    ['hostile', { status: 400, body: { error: 'constructor' } }, 'ERR_TOKEN_REFUSED_REQUEST'],
    ['hostile by prototype', { status: 400, body: { error: '__proto__' } }, 'ERR_TOKEN_REFUSED_REQUEST'],
  ])('%s is told as such', async (_title, answer, code) => {
    const { error, calls } = await failing(answer);
    expect(error).toMatchObject({ code, class: 'sign-in', message: expect.stringMatching(/^acme: the token URL 127/) });
    expect(inspect(error, { depth: 9 })).not.toContain('canary');
    expect(calls).toBe(1);
  });
});
