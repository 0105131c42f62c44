import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** A small OpenID provider on a free port: it lets everybody in as the person that the test names. */
export interface OidcProvider {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Claims of whoever signs in next. */
  person: Record<string, unknown>;
  /** Changes claims of the ID token before it is signed, as a wrong provider would. */
  tamper: (claims: Record<string, unknown>) => Record<string, unknown>;
  /** Claims that only the user information has. */
  more: Record<string, unknown>;
  close(): Promise<void>;
}

interface Begun {
  readonly nonce: string;
  readonly challenge: string;
  readonly redirectUri: string;
}

/** Starts a provider. */
export async function startOidcProvider(): Promise<OidcProvider> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  const begun = new Map<string, Begun>();
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const provider: OidcProvider = {
    ...{ url, clientId: 'sluice', clientSecret: 'canary-oidc-client-secret', person: {}, more: {} },
    tamper: (claims) => claims,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const address = new URL(request.url ?? '/', url);
    const json = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (address.pathname === '/.well-known/openid-configuration') {
      json(200, {
        ...{ issuer: url, authorization_endpoint: `${url}/authorize`, token_endpoint: `${url}/token` },
        ...{ jwks_uri: `${url}/jwks`, userinfo_endpoint: `${url}/userinfo`, response_types_supported: ['code'] },
        ...{ subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['RS256'] },
      });
    } else if (address.pathname === '/jwks') json(200, { keys: [jwk] });
    else if (address.pathname === '/userinfo') json(200, { sub: provider.person['sub'], ...provider.more });
    else if (address.pathname === '/authorize') authorize(address.searchParams, response);
    else if (address.pathname === '/token') await exchange(new URLSearchParams(await text(request)), json);
    else json(404, {});
  }

  function authorize(query: URLSearchParams, response: ServerResponse): void {
    const code = randomUUID();
    const redirectUri = query.get('redirect_uri') ?? '';
    const challenge = query.get('code_challenge') ?? '';
    begun.set(code, { nonce: query.get('nonce') ?? '', challenge, redirectUri });
    const back = new URL(redirectUri);
    back.searchParams.set('code', code);
    back.searchParams.set('state', query.get('state') ?? '');
    response.writeHead(302, { location: back.href }).end();
  }

  async function exchange(form: URLSearchParams, json: (status: number, body: unknown) => void): Promise<void> {
    const code = form.get('code') ?? '';
    const known = begun.get(code);
    begun.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isRight =
      known?.challenge === challenge &&
      known.redirectUri === form.get('redirect_uri') &&
      form.get('client_secret') === provider.clientSecret;
    if (!isRight) {
      json(400, { error: 'invalid_grant' });
      return;
    }
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: url,
      aud: provider.clientId,
      iat: now,
      exp: now + 300,
      nonce: known.nonce,
      ...provider.person,
    };
    const token = await new SignJWT(provider.tamper(claims))
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .sign(privateKey);
    json(200, { access_token: randomUUID(), token_type: 'Bearer', expires_in: 300, id_token: token });
  }

  return provider;
}
