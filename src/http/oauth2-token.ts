import { createHash } from 'node:crypto';
import { ConfigError } from '../core/errors.ts';
import { requestToken, type TokenRequest } from './oauth2-request.ts';
import { tokenCall, type TokenSettings } from './oauth2-settings.ts';
import { createSecrets } from './redaction.ts';
import { sleep as realSleep } from './sleep.ts';
import type { Authenticator, AuthenticatorContext, HttpRequest, StoredToken } from './types.ts';

/** How long one worker may take to renew before another one tries. */
const CLAIM_MS = 30_000;
const POLL_MS = 200;

/**
 * Creates an authenticator that shares one token among all calls and workers.
 *
 * In this process one renewal runs at a time, whoever asks; among workers the token store's claim decides. What waits,
 * takes the token that the other one stored.
 *
 * @throws ConfigError ERR_SCOPE_MISSING: Halo answers 200 without a scope, with a token that every call refuses.
 */
export function createTokenAuthenticator(settings: TokenSettings, context: AuthenticatorContext): Authenticator {
  const source = createTokenSource(settings, context);
  let token: StoredToken | undefined;
  let renewal: Promise<StoredToken> | undefined;

  const renew = async (): Promise<StoredToken> => {
    try {
      token = await sharedToken(source, context);
      return token;
    } finally {
      renewal = undefined;
    }
  };
  return {
    async apply(signal) {
      signal?.throwIfAborted();
      const current = isFresh(token, context.now()) ? token : await abortable((renewal ??= renew()), signal);
      return bearer(current);
    },
    async refresh(refused) {
      if (!token || (refused && refused.headers['authorization'] !== bearer(token).headers.authorization)) return;
      const { accessToken } = token;
      token = undefined;
      await context.tokens.discard(context.client, accessToken);
    },
  };
}

/** Where a token comes from; `key` changes with everything that decides which token it is. */
interface TokenSource extends TokenRequest {
  readonly key: string;
  /** Names the credentials to the client again, whose memory of secrets keeps the newest. */
  readonly register: () => void;
}

function createTokenSource(settings: TokenSettings, context: AuthenticatorContext): TokenSource {
  if (settings.scopes.trim() === '') {
    const message = 'The scopes are empty: name at least one, for example "all". Without a scope every call is refused';
    throw new ConfigError('ERR_SCOPE_MISSING', message, { details: { client: context.client } });
  }
  const secrets = [settings.clientSecret, settings.grant['password']].filter((value) => value !== undefined);
  const request = tokenCall(settings);
  const { renewEarlyMs, fallbackLifeSeconds } = settings;
  const register = (): void => {
    for (const secret of secrets) context.addSecret(secret);
  };
  register();
  const own = createSecrets(secrets);
  return { request, key: keyOf(request), renewEarlyMs, fallbackLifeSeconds, secrets: own, register };
}

function keyOf({ url, query, form, headers }: HttpRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([url, query, form, headers]))
    .digest('hex');
}

/** The stored token, or a new one; one worker at a time fetches it. */
async function sharedToken(source: TokenSource, context: AuthenticatorContext): Promise<StoredToken> {
  const { tokens, client } = context;
  source.register();
  for (;;) {
    const stored = await storedToken(source, context);
    if (stored) return stored;
    if (await tokens.claimRenewal(client, CLAIM_MS)) return fetchClaimed(source, context);
    await (context.sleep ?? realSleep)(POLL_MS);
  }
}

async function fetchClaimed(source: TokenSource, context: AuthenticatorContext): Promise<StoredToken> {
  const { tokens, client } = context;
  let isWritten = false;
  try {
    // Another worker may have stored one between our look and our claim.
    const stored = await storedToken(source, context);
    if (stored) return stored;
    const token = await requestToken(source, context);
    await tokens.write(client, source.key, token);
    isWritten = true;
    return token;
  } finally {
    if (!isWritten) await tokens.releaseRenewal(client);
  }
}

async function storedToken({ key }: TokenSource, context: AuthenticatorContext): Promise<StoredToken | undefined> {
  const stored = await context.tokens.read(context.client, key);
  if (!isFresh(stored, context.now())) return undefined;
  context.addSecret(stored.accessToken);
  return stored;
}

/** `expiresAtMs` already includes the early renewal, so that all workers agree without knowing a token's life. */
function isFresh(token: StoredToken | undefined, now: number): token is StoredToken {
  return token !== undefined && token.expiresAtMs > now;
}

function bearer({ accessToken }: StoredToken): { readonly headers: { readonly authorization: string } } {
  return { headers: { authorization: `Bearer ${accessToken}` } };
}

/** Stops waiting when the signal is aborted; what was waited for goes on for the others. */
async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
