import { createHash, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, exportJWK, jwtVerify } from 'jose';
import { selfSigned } from './self-signed.ts';
import { errorOf } from './test-transport.ts';
import { bearer, type PlayedAnswer, withSignIn } from './with-sign-in.ts';

const TYPE = 'jwt-assertion';
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const RSA_PEM = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const EC_PEM = ec.privateKey.export({ type: 'sec1', format: 'pem' }) as string;
const CLAIMS = { iss: 'app', sub: 'api@acme.test', aud: 'https://acme.test/token' };
const token = (): PlayedAnswer => ({ body: { access_token: 'abc', expires_in: 3600 } });

describe('a JWT of our own', () => {
  test('is traded for a token', async () => {
    await withSignIn(token, async ({ create, url, calls, clock, secrets }) => {
      const options = { tokenUrl: url, key: RSA_PEM, claims: CLAIMS, header: { kid: 'k1' }, scopes: 'read' };
      expect(await create(TYPE, options).apply()).toEqual(bearer('abc'));
      const { assertion = '', ...form } = calls[0]?.form ?? {};
      expect(form).toEqual({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', scope: 'read' });
      const verified = await jwtVerify(assertion, rsa.publicKey, { issuer: 'app', audience: CLAIMS.aud });
      expect(verified.protectedHeader).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'k1' });
      const { iat = 0, exp = 0, nbf, jti } = verified.payload;
      expect([exp - iat, nbf, typeof jti]).toEqual([300, iat, 'string']);
      expect(Math.abs(clock.now / 1000 - 60 - iat)).toBeLessThan(2);
      expect(secrets).toEqual(expect.arrayContaining([RSA_PEM, assertion, 'abc']));
    });
  });

  test('stands in for the client secret, with the thumbprint of its certificate', async () => {
    const { key, cert: certificate } = selfSigned(new Date(), new Date(Date.now() + 86_400_000));
    await withSignIn(token, async ({ create, url, calls }) => {
      const options = { use: 'client-assertion', tokenUrl: url, clientId: 'id', key, certificate, claims: CLAIMS };
      await create(TYPE, { ...options, algorithm: 'ES256', scopes: 'https://graph.microsoft.com/.default' }).apply();
      const { client_assertion: assertion = '', ...form } = calls[0]?.form ?? {};
      expect(form).toEqual({
        ...{ grant_type: 'client_credentials', client_id: 'id', scope: 'https://graph.microsoft.com/.default' },
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      });
      const x5t = createHash('sha1').update(new X509Certificate(certificate).raw).digest('base64url');
      expect(decodeProtectedHeader(assertion)).toMatchObject({ alg: 'ES256', x5t });
    });
  });

  test('is sent by itself, and made anew after half of its life or a refusal', async () => {
    await withSignIn(token, async ({ create, calls, clock }) => {
      const authenticator = create(TYPE, { use: 'bearer', algorithm: 'ES256', key: EC_PEM, claims: CLAIMS });
      const first = await authenticator.apply();
      const jwt = (first.headers['authorization'] ?? '').replace('Bearer ', '');
      const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(ec.publicKey)), alg: 'ES256' }] });
      await jwtVerify(jwt, keys, { issuer: 'app' });
      clock.now += 149_000;
      expect(await authenticator.apply()).toEqual(first);
      clock.now += 1000;
      const second = await authenticator.apply();
      expect(second).not.toEqual(first);
      await authenticator.refresh?.(second);
      expect(await authenticator.apply()).not.toEqual(second);
      expect(calls).toHaveLength(0);
    });
  });

  test('is signed with a shared secret', async () => {
    await withSignIn(token, async ({ create, url, calls }) => {
      const options = {
        tokenUrl: url,
        algorithm: 'HS256',
        key: 'canary shared secret',
        claims: CLAIMS,
        lifetime: '1h',
      };
      await create(TYPE, options).apply();
      const secret = new TextEncoder().encode('canary shared secret');
      const { payload } = await jwtVerify(calls[0]?.form['assertion'] ?? '', secret);
      expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3600);
    });
  });

  test('takes a PEM whose line breaks were written as \\n, and the older form of RSA keys', async () => {
    const pkcs1 = rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }) as string;
    await withSignIn(token, async ({ create, url, calls }) => {
      for (const key of [RSA_PEM.replaceAll('\n', String.raw`\n`), pkcs1]) {
        await create(TYPE, { tokenUrl: url, key, claims: CLAIMS }).apply();
      }
      for (const { form } of calls) await jwtVerify(form['assertion'] ?? '', rsa.publicKey);
      expect(calls).toHaveLength(2);
    });
  });
});

describe('clocks', () => {
  test.each([5, -5])('that are %d minutes apart cost one more try', async (minutes) => {
    const skewMs = minutes * 60_000;
    await withSignIn(
      ({ form }) => {
        const now = (Date.now() + skewMs) / 1000;
        const { iat = 0, exp = 0 } = decodeJwt(form['assertion'] ?? '');
        const headers = { date: new Date(now * 1000).toUTCString() };
        return iat > now || exp < now
          ? { status: 400, body: { error: 'invalid_grant' }, headers }
          : { ...token(), headers };
      },
      async ({ create, url, calls }) => {
        const authenticator = create(TYPE, { tokenUrl: url, key: RSA_PEM, claims: CLAIMS, lifetime: '4m' });
        expect(await authenticator.apply()).toEqual(bearer('abc'));
        expect(calls).toHaveLength(2);
      },
    );
  });

  test('that agree make a refusal final', async () => {
    await withSignIn(
      () => ({ status: 400, body: { error: 'invalid_grant' } }),
      async ({ create, url, calls }) => {
        const error = await errorOf(create(TYPE, { tokenUrl: url, key: RSA_PEM, claims: CLAIMS }).apply());
        expect(error).toMatchObject({ class: 'sign-in', code: 'ERR_GRANT_REFUSED' });
        expect(calls).toHaveLength(1);
      },
    );
  });
});

describe('what cannot work is refused', () => {
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
  test.each([
    ['no key', { key: 'canary' }, 'ERR_CREDENTIAL', 'no private key in PEM form'],
    ['another kind of key', { key: EC_PEM }, 'ERR_CREDENTIAL', 'not an RSA key'],
    ['a key that is too short', { key: small }, 'ERR_CREDENTIAL', '2048 bits'],
    ['an RSA key for ES256', { algorithm: 'ES256', key: RSA_PEM }, 'ERR_CREDENTIAL', 'not a P-256 key'],
    ['no certificate', { key: RSA_PEM, certificate: 'canary' }, 'ERR_CREDENTIAL', 'certificate'],
    ['no token URL', { key: RSA_PEM, tokenUrl: undefined }, 'ERR_INVALID', 'tokenUrl is missing'],
    ['no client', { key: RSA_PEM, use: 'client-assertion' }, 'ERR_INVALID', 'clientId is missing'],
  ])('%s', async (_title, options, code, message) => {
    await withSignIn(token, ({ create }) => {
      let error: unknown;
      try {
        create(TYPE, JSON.parse(JSON.stringify({ tokenUrl: 'https://a.test', ...options })) as object);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toMatchObject({ code, class: 'config', message: expect.stringContaining(message) });
      expect(inspect(error)).not.toContain('canary');
      return Promise.resolve();
    });
  });
});
