import { createHash } from 'node:crypto';
import { AuthError } from '../core/errors.ts';
import { type DataRecord, type Json, plainText } from '../core/record.ts';
import { type Fields, requireScopes, scopeField, tokenRequest, type TokenSettings } from './oauth2-settings.ts';
import { createSecrets, type Secrets } from './redaction.ts';
import { addTokenSecrets, createTokenAuthenticator, type TokenSource } from './shared-token.ts';
import { partsOf, toToken, usableRefreshToken } from './token-answer.ts';
import { callTokenUrl } from './token-call.ts';
import { refusal, type TokenCall } from './token-refusal.ts';
import type { Authenticator, AuthenticatorContext, HttpAnswer, HttpRequest, StoredToken } from './types.ts';

/** A way to get a token without a person: its fields, and what of them must not be shown. */
export interface Grant {
  readonly fields: Fields;
  readonly secrets: readonly string[];
}

/** Creates an authenticator that asks a token URL with the same grant each time, and with refresh tokens in between. */
export function createOAuth2Authenticator(
  settings: TokenSettings,
  grant: Grant,
  context: AuthenticatorContext,
): Authenticator {
  requireScopes(settings, context);
  const fields = { ...grant.fields, ...scopeField(settings) };
  const tokens = createTokenUrl(settings, grant.secrets, context);
  const source: TokenSource = {
    key: keyOf(tokenRequest(settings, fields)),
    register: tokens.register,
    fetchToken: async (previous, signal) =>
      (await tokens.refresh(previous, signal)) ?? (await tokens.fetch(fields, signal)),
  };
  return createTokenAuthenticator(source, context);
}

/** A token URL and what it is asked with. */
export interface TokenUrl {
  readonly register: () => void;
  /** Registers a credential that is made for one request. */
  readonly addSecret: (value: string) => void;
  /** Asks for a token. Throws AuthError when it is refused; `explain` may know better why. */
  readonly fetch: (fields: Fields, signal: AbortSignal, explain?: Explain) => Promise<StoredToken>;
  /**
   * Trades a refresh token for the next token.
   *
   * @returns undefined when there is none that can be used, or it was refused: then the grant itself is asked again.
   */
  readonly refresh: (previous: StoredToken | undefined, signal: AbortSignal) => Promise<StoredToken | undefined>;
}

/** Another word on a refused answer; undefined leaves it to the codes of OAuth. */
export type Explain = (answer: HttpAnswer) => { readonly code: string; readonly advice: string } | undefined;

/** Opens a token URL: what all of its grants share. */
export function createTokenUrl(
  settings: TokenSettings,
  credentials: readonly string[],
  context: AuthenticatorContext,
): TokenUrl {
  const { clientSecret = '', publicClient } = settings;
  // A user name may be a key as well: whatever the form keeps secret, a token URL may repeat.
  const kept = Object.values((context.values?.['secret'] ?? {}) as DataRecord).map(plainText);
  const own = [...(publicClient ? [] : [clientSecret]), ...credentials, ...kept];
  const secrets = createSecrets(own);
  const register = (): void => {
    for (const secret of own) if (secret !== '') context.addSecret(secret);
  };
  register();
  const addSecret = (value: string): void => {
    context.addSecret(value);
    secrets.add(value);
  };

  const fetch: TokenUrl['fetch'] = async (fields, signal, explain) => {
    const call = callOf(tokenRequest(settings, fields), secrets, settings, context);
    const answer = await callTokenUrl(call, settings, context, signal);
    const now = context.now();
    const token =
      answer.status < 300
        ? toToken(partsOf(answer, settings.answer), {
            ...settingsOfLife(settings),
            now,
            serverNow: answer.serverTimeMs,
          })
        : undefined;
    if (!token) throw refusal(answer, call, explain?.(answer));
    addTokenSecrets(token, context);
    return token;
  };
  return {
    register,
    addSecret,
    fetch,
    async refresh(previous, signal) {
      const refreshToken = usableRefreshToken(previous, context.now());
      if (refreshToken === undefined) return undefined;
      addSecret(refreshToken);
      try {
        return keepRefreshToken(await fetch(refreshFields(refreshToken), signal), previous);
      } catch (error) {
        if (error instanceof AuthError && error.code !== 'ERR_SIGN_IN_LOCKED') return undefined;
        throw error;
      }
    },
  };
}

/** Fields that trade a refresh token for the next token. */
export function refreshFields(refreshToken: string): Fields {
  return { grant_type: 'refresh_token', refresh_token: refreshToken };
}

/** A server that rotates sends a new refresh token; one that does not means the old one to be used on. */
export function keepRefreshToken(next: StoredToken, previous: StoredToken | undefined): StoredToken {
  if (next.refreshToken !== undefined || !previous) return next;
  const { refreshToken, refreshExpiresAtMs } = previous;
  return { ...next, refreshToken, refreshExpiresAtMs };
}

/** A name for everything that decides which token comes; tells nothing of it. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

function keyOf({ url, query, form, json, headers }: HttpRequest): string {
  return hashOf([url, query, form ?? (json as Json), headers]);
}

function callOf(
  request: HttpRequest,
  secrets: Secrets,
  { answer }: TokenSettings,
  { client }: AuthenticatorContext,
): TokenCall {
  return { client, request, secrets, wanted: answer.accessToken };
}

function settingsOfLife({ answer, renewEarlyMs, fallbackLifeSeconds }: TokenSettings) {
  return { expiresUnit: answer.expiresUnit, renewEarlyMs, fallbackLifeSeconds };
}
