import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { Authenticator } from '../../src/http/types.ts';
import { errorOf } from './test-transport.ts';
import { bearer, type PlayedAnswer, type SeenCall, type SignInWorld, withSignIn } from './with-sign-in.ts';

const TYPE = 'oauth2-authorization-code';
const VERIFIER = 'canary-verifier-0123456789-0123456789-0123456789';
const BACK = { code: 'canary-code', redirectUri: 'https://sluice.test/api/v1/oauth/callback', verifier: VERIFIER };

const optionsOf = ({ url }: SignInWorld, rest: object = {}): object => ({
  authorizeUrl: `${url}/authorize?prompt=login`,
  tokenUrl: `${url}/token`,
  clientId: 'id',
  clientSecret: 'canary-secret',
  scopes: 'monitoring offline_access',
  ...rest,
});

function play({ form }: SeenCall, count: number): PlayedAnswer {
  if (form['grant_type'] === 'authorization_code' && form['code'] !== BACK.code) {
    return { status: 400, body: { error: 'invalid_grant', error_description: 'canary-code is unknown' } };
  }
  return { body: { access_token: `token-${count}`, refresh_token: `canary-refresh-${count}`, expires_in: 60 } };
}

/** Signs in, and returns what calls are signed with. */
async function connected(world: SignInWorld, rest: object = {}): Promise<Authenticator> {
  await world.authorization(optionsOf(world, rest)).finish(BACK);
  return world.create(TYPE, optionsOf(world, rest));
}

describe('the address that a person opens', () => {
  const start = (world: SignInWorld, rest: object = {}): URL =>
    new URL(world.authorization(optionsOf(world, rest)).start({ ...BACK, state: 'the-state' }));

  test('carries state, scopes and the challenge of PKCE, never the verifier or the secret', async () => {
    await withSignIn(play, (world) => {
      const url = start(world, { authorizeQuery: { access_type: 'offline', state: 'mine' } });
      expect(url.pathname).toBe('/authorize');
      expect(Object.fromEntries(url.searchParams)).toEqual({
        ...{ prompt: 'login', access_type: 'offline', response_type: 'code', client_id: 'id', state: 'the-state' },
        ...{ redirect_uri: BACK.redirectUri, scope: 'monitoring offline_access', code_challenge_method: 'S256' },
        code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
      });
      expect(url.href).not.toContain('canary');
      return Promise.resolve();
    });
  });

  test('has no challenge where the system does not know PKCE, and no scope where there is none', async () => {
    await withSignIn(play, (world) => {
      const url = start(world, { pkce: false, scopes: '' });
      expect([...url.searchParams.keys()].sort()).toEqual([
        'client_id',
        'prompt',
        'redirect_uri',
        'response_type',
        'state',
      ]);
      return Promise.resolve();
    });
  });
});

describe('a person who comes back', () => {
  test('has the code traded for a token, with the verifier', async () => {
    await withSignIn(play, async (world) => {
      const authenticator = await connected(world);
      expect(world.calls[0]?.form).toEqual({
        ...{ grant_type: 'authorization_code', code: BACK.code, redirect_uri: BACK.redirectUri },
        ...{ code_verifier: VERIFIER, client_id: 'id', client_secret: 'canary-secret' },
      });
      expect(await authenticator.apply()).toEqual(bearer('token-1'));
      expect(world.calls).toHaveLength(1);
      for (const secret of ['canary-code', VERIFIER, 'canary-secret', 'token-1', 'canary-refresh-1']) {
        expect(world.secrets).toContain(secret);
      }
    });
  });

  test('with a code that is not accepted is told so', async () => {
    await withSignIn(play, async (world) => {
      const error = await errorOf(world.authorization(optionsOf(world)).finish({ ...BACK, code: 'canary-other' }));
      expect(error).toMatchObject({
        code: 'ERR_GRANT_REFUSED',
        message: expect.stringContaining('The code was not accepted'),
      });
    });
  });

  test('does not get their token overwritten by a renewal that is under way', async () => {
    await withSignIn(play, async (world) => {
      await world.tokens.claimRenewal('acme', 5_000);
      const begun = world.clock.now;
      await world.authorization(optionsOf(world)).finish(BACK);
      expect(world.clock.now - begun).toBe(5_000);
    });
  });
});

describe('a connection', () => {
  test('that nobody has made says how to make it, and calls nobody', async () => {
    await withSignIn(play, async (world) => {
      const error = await errorOf(world.create(TYPE, optionsOf(world)).apply());
      expect(error).toMatchObject({ code: 'ERR_NOT_CONNECTED', class: 'sign-in' });
      expect((error as Error).message).toContain('sluice connect acme');
      expect(world.calls).toHaveLength(0);
    });
  });

  test('is renewed with refresh tokens that rotate', async () => {
    await withSignIn(play, async (world) => {
      const authenticator = await connected(world);
      for (const count of [1, 2, 3]) {
        expect(await authenticator.apply()).toEqual(bearer(`token-${count}`));
        world.clock.now += 60_000;
      }
      expect(world.calls.map(({ form }) => form['refresh_token'])).toEqual([
        ...[undefined, 'canary-refresh-1', 'canary-refresh-2'],
      ]);
    });
  });

  test('is made for its application and scopes only, whatever the secret', async () => {
    await withSignIn(play, async (world) => {
      await connected(world);
      const apply = (rest: object): Promise<unknown> => world.create(TYPE, optionsOf(world, rest)).apply();
      expect(await apply({ clientSecret: 'a new one' })).toEqual(bearer('token-1'));
      expect(await errorOf(apply({ clientId: 'other' }))).toMatchObject({ code: 'ERR_NOT_CONNECTED' });
      expect(await errorOf(apply({ scopes: 'more' }))).toMatchObject({ code: 'ERR_NOT_CONNECTED' });
    });
  });

  test('whose consent was withdrawn has to be made again, and the dead token is not tried twice', async () => {
    const refused = (call: SeenCall, count: number): PlayedAnswer =>
      call.form['grant_type'] === 'refresh_token'
        ? { status: 400, body: { error: 'invalid_grant' } }
        : play(call, count);
    await withSignIn(refused, async (world) => {
      const authenticator = await connected(world);
      world.clock.now += 60_000;
      const error = await errorOf(authenticator.apply());
      expect(error).toMatchObject({ code: 'ERR_CONNECT_AGAIN', class: 'sign-in' });
      expect((error as Error).message).toContain('sluice connect acme');
      expect(await errorOf(authenticator.apply())).toMatchObject({ code: 'ERR_CONNECT_AGAIN' });
      expect(world.calls).toHaveLength(2);
    });
  });

  test('survives a client secret that is wrong for a while', async () => {
    let isWrong = false;
    await withSignIn(
      (call, count) => (isWrong ? { status: 401, body: { error: 'invalid_client' } } : play(call, count)),
      async (world) => {
        const authenticator = await connected(world);
        world.clock.now += 60_000;
        isWrong = true;
        expect(await errorOf(authenticator.apply())).toMatchObject({ code: 'ERR_CLIENT_REFUSED' });
        isWrong = false;
        expect(await authenticator.apply()).toEqual(bearer('token-3'));
      },
    );
  });

  test('without end and refresh token lasts until it is refused', async () => {
    await withSignIn(
      () => ({ body: { access_token: 'endless' } }),
      async (world) => {
        const authenticator = await connected(world);
        world.clock.now += 365 * 86_400_000;
        const refused = await authenticator.apply();
        expect(refused).toEqual(bearer('endless'));
        await authenticator.refresh?.(refused);
        expect(await errorOf(authenticator.apply())).toMatchObject({ code: 'ERR_NOT_CONNECTED' });
      },
    );
  });
});
