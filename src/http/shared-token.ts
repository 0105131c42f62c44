import { isDeepStrictEqual } from 'node:util';
import { AuthError, NetworkError, RateLimitError } from '../core/errors.ts';
import { sleep as realSleep } from './sleep.ts';
import type { Authenticator, AuthenticatorContext, Credentials, StoredToken } from './types.ts';

/** Where a token comes from, and how it is sent. */
export interface TokenSource {
  /** Changes with everything that decides which token it is. */
  readonly key: string;
  /** Names the credentials to the client again, whose memory of secrets keeps the newest. */
  readonly register: () => void;
  /**
   * Fetches a token. At most one call runs at a time, among all workers.
   *
   * @param previous The stored token, expired or refused; what its refresh token is good for, the source knows.
   * @param signal Aborted before another worker may take over.
   */
  readonly fetchToken: (previous: StoredToken | undefined, signal: AbortSignal) => Promise<StoredToken>;
  /** Default: a Bearer header. */
  readonly credentials?: (token: StoredToken) => Credentials;
}

/** How long one worker may take to renew before another one tries. */
const CLAIM_MS = 60_000;
/** Ends before the claim does: two workers must never use one refresh token. */
const FETCH_MS = 50_000;
const POLL_MS = 200;
/** A locked sign-in is not tried again for so long: each try may prolong the lock. */
const LOCKED_MS = 60_000;

/**
 * Creates an authenticator that shares one token among all calls and workers.
 *
 * In this process one renewal runs at a time, whoever asks; among workers the token store's claim decides. What waits,
 * takes the token that the other one stored. A new token is stored before it is used: its refresh token may be the only
 * one that still works. A process that dies between the answer and the store loses it; nothing on our side helps then.
 */
export function createTokenAuthenticator(source: TokenSource, context: AuthenticatorContext): Authenticator {
  const { credentials = bearer } = source;
  let token: StoredToken | undefined;
  let renewal: Promise<StoredToken> | undefined;
  let rest: Rest | undefined;

  const renew = async (): Promise<StoredToken> => {
    try {
      throwWhileResting(rest, context.now());
      token = await sharedToken(source, context);
      return token;
    } catch (error) {
      rest = restAfter(error, context.now()) ?? rest;
      throw error;
    } finally {
      renewal = undefined;
    }
  };
  return {
    async apply(signal) {
      signal?.throwIfAborted();
      const current = token && isFresh(token, context.now()) ? token : await abortable((renewal ??= renew()), signal);
      return credentials(current);
    },
    async refresh(refused) {
      if (!token || (refused && !isDeepStrictEqual(refused, credentials(token)))) return;
      const { accessToken } = token;
      token = undefined;
      await context.tokens.discard(context.client, accessToken);
    },
  };
}

/** Stores a token that was not fetched by a renewal, once none is under way that would overwrite it. */
export async function storeToken(key: string, token: StoredToken, context: AuthenticatorContext): Promise<void> {
  const { tokens, client, sleep = realSleep } = context;
  while (!(await tokens.claimRenewal(client, CLAIM_MS))) await sleep(POLL_MS);
  await tokens.write(client, key, token);
}

/** An error that stays true for a while, so that asking again would only do harm. */
interface Rest {
  readonly error: AuthError | RateLimitError;
  readonly untilMs: number;
}

function restAfter(error: unknown, now: number): Rest | undefined {
  if (error instanceof RateLimitError) return { error, untilMs: now + error.retryAfterMs };
  const isLocked = error instanceof AuthError && error.code === 'ERR_SIGN_IN_LOCKED';
  return isLocked ? { error, untilMs: now + LOCKED_MS } : undefined;
}

function throwWhileResting(rest: Rest | undefined, now: number): void {
  if (!rest || rest.untilMs <= now) return;
  const { error, untilMs } = rest;
  if (error instanceof AuthError) throw new AuthError(error.code, error.message, { details: error.details });
  throw new RateLimitError(error.message, untilMs - now, { details: error.details });
}

/** The stored token, or a new one; one worker at a time fetches it. */
async function sharedToken(source: TokenSource, context: AuthenticatorContext): Promise<StoredToken> {
  const { tokens, client, sleep = realSleep } = context;
  source.register();
  for (;;) {
    const stored = await readToken(source, context);
    if (stored && isFresh(stored, context.now())) return stored;
    if (await tokens.claimRenewal(client, CLAIM_MS)) return fetchClaimed(source, context);
    await sleep(POLL_MS);
  }
}

async function fetchClaimed(source: TokenSource, context: AuthenticatorContext): Promise<StoredToken> {
  const { tokens, client } = context;
  const claim = { isHeld: true };
  const write = async (token: StoredToken): Promise<void> => {
    await tokens.write(client, source.key, token);
    claim.isHeld = false;
  };
  try {
    // Another worker may have stored one between our look and our claim.
    const stored = await readToken(source, context);
    if (stored && isFresh(stored, context.now())) return stored;
    const token = await fetchInTime(source, stored, context).catch(async (error: unknown) => {
      // A dead refresh token is forgotten, or every call would try it again.
      if (stored && isOver(error)) await write({ ...stored, expiresAtMs: 0, refreshToken: undefined });
      throw error;
    });
    await write(token);
    return token;
  } finally {
    if (claim.isHeld) await tokens.releaseRenewal(client);
  }
}

async function fetchInTime(
  source: TokenSource,
  stored: StoredToken | undefined,
  { client }: AuthenticatorContext,
): Promise<StoredToken> {
  const signal = AbortSignal.timeout(FETCH_MS);
  try {
    return await source.fetchToken(stored, signal);
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    const message = `${client}: signing in took longer than ${FETCH_MS / 1000} s`;
    throw new NetworkError('ERR_TIMEOUT_TOTAL', message, { details: { client } });
  }
}

function isOver(error: unknown): boolean {
  return error instanceof AuthError && error.code === 'ERR_CONNECT_AGAIN';
}

async function readToken({ key }: TokenSource, context: AuthenticatorContext): Promise<StoredToken | undefined> {
  const stored = await context.tokens.read(context.client, key);
  if (stored) addTokenSecrets(stored, context);
  return stored;
}

/** Everything of a token that must not be shown. */
export function addTokenSecrets({ accessToken, refreshToken }: StoredToken, context: AuthenticatorContext): void {
  context.addSecret(accessToken);
  if (refreshToken !== undefined) context.addSecret(refreshToken);
}

/** `expiresAtMs` already includes the early renewal, so that all workers agree without knowing a token's life. */
function isFresh({ expiresAtMs }: StoredToken, now: number): boolean {
  return expiresAtMs > now;
}

function bearer({ accessToken }: StoredToken): Credentials {
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
