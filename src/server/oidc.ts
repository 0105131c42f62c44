import * as client from 'openid-client';
import { isObject } from '../core/record.ts';
import type { OidcSettings } from './oidc-settings.ts';
import { ROLE_NAMES } from './permissions.ts';
import { RequestError } from './request-error.ts';

/** Who a provider says that somebody is. */
export interface OidcPerson {
  readonly issuer: string;
  readonly subject: string;
  /** What they would like to be called; nothing is decided by it. */
  readonly name: string;
  readonly role: string;
}

/** What a sign-in has to bring back. */
export interface OidcProof {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly redirectUri: string;
}

/** Signing in at a provider: authorisation code with PKCE, state and nonce. */
export interface Oidc {
  start(proof: OidcProof): Promise<URL>;
  /** @throws RequestError ERR_OIDC, ERR_OIDC_NO_ROLE */
  finish(answer: URL, proof: OidcProof): Promise<OidcPerson>;
}

const TIMEOUT_SECONDS = 15;

/** Makes the sign-in at a provider, whose description is read when it is first needed. */
export function createOidc(settings: OidcSettings): Oidc {
  let known: Promise<client.Configuration> | undefined;
  const configuration = async (): Promise<client.Configuration> => {
    const { issuer, clientId, clientSecret } = settings;
    known ??= client.discovery(issuer, clientId, clientSecret, undefined, {
      timeout: TIMEOUT_SECONDS,
      // Plain HTTP is let through by the settings for a provider on this machine only.
      // eslint-disable-next-line @typescript-eslint/no-deprecated
      execute: issuer.protocol === 'http:' ? [client.allowInsecureRequests] : [],
    });
    try {
      return await known;
    } catch (error) {
      known = undefined;
      throw failed('The provider cannot be asked', error);
    }
  };

  return {
    async start({ state, nonce, verifier, redirectUri }) {
      return client.buildAuthorizationUrl(await configuration(), {
        ...{ redirect_uri: redirectUri, scope: settings.scopes, state, nonce },
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
    },

    async finish(answer, { state, nonce, verifier }) {
      const config = await configuration();
      try {
        const checks = {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        };
        const tokens = await client.authorizationCodeGrant(config, answer, checks);
        const claims = tokens.claims();
        if (!claims) throw new Error('no ID token came');
        const isTold = claimAt(claims, settings.roleClaim) !== undefined;
        const hasMore = config.serverMetadata().userinfo_endpoint !== undefined;
        const more = isTold || !hasMore ? {} : await client.fetchUserInfo(config, tokens.access_token, claims.sub);
        return personOf({ ...more, ...claims }, settings);
      } catch (error) {
        if (error instanceof RequestError) throw error;
        throw failed('The sign-in at the provider did not work', error);
      }
    },
  };
}

function personOf(claims: Readonly<Record<string, unknown>>, settings: OidcSettings): OidcPerson {
  const role = roleOf(claimAt(claims, settings.roleClaim), settings);
  if (role === undefined) {
    throw new RequestError(403, 'ERR_OIDC_NO_ROLE', 'The provider knows you, and none of your groups has a role here');
  }
  const names = [claims['preferred_username'], claims['email'], claims['sub']];
  const name = names.find((each): each is string => typeof each === 'string' && each !== '') ?? 'user';
  return { issuer: String(claims['iss']), subject: String(claims['sub']), name, role };
}

/** The highest of those that the values of the claim stand for. */
function roleOf(claim: unknown, { roles, defaultRole }: OidcSettings): string | undefined {
  const values = (Array.isArray(claim) ? claim : [claim]) as readonly unknown[];
  const found = values.map((value) => (typeof value === 'string' ? roles.get(value) : undefined));
  return [...ROLE_NAMES].reverse().find((role) => found.includes(role)) ?? defaultRole;
}

function claimAt(claims: Readonly<Record<string, unknown>>, path: string): unknown {
  let value: unknown = claims;
  // A name with dots in it, such as an address, may be the claim itself.
  if (Object.hasOwn(claims, path)) return claims[path];
  for (const part of path.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, part)) return undefined;
    value = value[part];
  }
  return value;
}

function failed(what: string, error: unknown): RequestError {
  const reason = error instanceof Error ? error.message : String(error);
  return new RequestError(502, 'ERR_OIDC', `${what}: ${reason}`);
}
