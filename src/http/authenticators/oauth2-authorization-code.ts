import { createHash } from 'node:crypto';
import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { AuthError } from '../../core/errors.ts';
import { requireScopes, scopeField, TOKEN_OPTIONS, withoutEmpty } from '../oauth2-settings.ts';
import { createTokenUrl, type Explain, hashOf, keepRefreshToken, refreshFields } from '../oauth2-token.ts';
import { requestUrl } from '../request-url.ts';
import { createTokenAuthenticator, storeToken } from '../shared-token.ts';
import { usableRefreshToken } from '../token-answer.ts';
import { requireAddress } from '../token-call.ts';
import { oauthError } from '../token-refusal.ts';
import type { Authorization, AuthenticatorComponent, AuthenticatorContext } from '../types.ts';

const options = {
  type: 'object',
  properties: {
    ...TOKEN_OPTIONS,
    authorizeUrl: { type: 'string', minLength: 1, description: 'Page on which a person signs in and consents.' },
    authorizeQuery: {
      type: 'object',
      additionalProperties: { type: ['string', 'null'] },
      default: {},
      description: 'More query parameters of this page, e.g. { "access_type": "offline" }. Empty ones are left out.',
    },
    pkce: {
      type: 'boolean',
      default: true,
      description: 'Prove with PKCE (S256) that the same party began and ended.',
    },
    clientSecret: { type: 'string', writeOnly: true, description: 'Secret of the application, where it has one.' },
    scopeRequired: { ...TOKEN_OPTIONS.scopeRequired, default: false },
    fallbackLifeSeconds: {
      ...TOKEN_OPTIONS.fallbackLifeSeconds,
      default: 315_360_000,
      description: 'Life of a token where the answer does not say it; unless given, it is used until it is refused.',
    },
    connectAgainOn: {
      type: 'array',
      items: { type: 'string' },
      default: ['invalid_grant'],
      description: 'Errors of the token URL that mean: the consent is gone, a person has to connect again.',
    },
  },
  required: ['authorizeUrl', 'tokenUrl', 'clientId'],
  additionalProperties: false,
} as const satisfies JSONSchema;

type Settings = FromSchema<typeof options>;

export default {
  type: 'oauth2-authorization-code',
  summary: 'Signs in as a person who has consented once in a browser (OAuth 2 authorization code with PKCE).',
  options,
  create(settings, context) {
    requireScopes(settings, context);
    const { register, fetch, addSecret } = createTokenUrl(settings, [], context);
    return createTokenAuthenticator(
      {
        key: keyOf(settings),
        register,
        async fetchToken(previous, signal) {
          if (!previous) throw notConnected(context);
          const refreshToken = usableRefreshToken(previous, context.now());
          if (refreshToken === undefined) throw connectAgain(context, 'The sign-in has ended');
          addSecret(refreshToken);
          const next = await fetch(refreshFields(refreshToken), signal, refusalOf(settings, context));
          return keepRefreshToken(next, previous);
        },
      },
      context,
    );
  },
  authorization(settings, context): Authorization {
    requireScopes(settings, context);
    requireAddress(settings.authorizeUrl, context.client);
    const { fetch, addSecret } = createTokenUrl(settings, [], context);
    return {
      start: (request) => authorizeUrl(settings, request),
      async finish({ code, redirectUri, verifier }) {
        for (const secret of [code, verifier]) addSecret(secret);
        const proof = settings.pkce ? { code_verifier: verifier } : {};
        const fields = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, ...proof };
        const token = await fetch(fields, AbortSignal.timeout(FINISH_MS), codeRefused);
        await storeToken(keyOf(settings), token, context);
      },
    };
  },
} satisfies AuthenticatorComponent<Settings>;

/** A person waits in front of a browser. */
const FINISH_MS = 50_000;

function authorizeUrl(settings: Settings, request: Parameters<Authorization['start']>[0]): string {
  const { redirectUri, state, verifier } = request;
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  return requestUrl({
    url: settings.authorizeUrl,
    query: {
      ...withoutEmpty(settings.authorizeQuery),
      response_type: 'code',
      client_id: settings.clientId,
      redirect_uri: redirectUri,
      ...scopeField(settings),
      state,
      ...(settings.pkce && { code_challenge: challenge, code_challenge_method: 'S256' }),
    },
  }).href;
}

/** The secret is left out: a new one goes on with the consent that was given to the application. */
function keyOf({ authorizeUrl: url, tokenUrl, query, clientId, scopes }: Settings): string {
  return hashOf([url, tokenUrl, query, clientId, scopes]);
}

function refusalOf({ connectAgainOn }: Settings, { client }: AuthenticatorContext): Explain {
  return (answer) => {
    if (!connectAgainOn.includes(oauthError(answer) ?? '')) return undefined;
    return { code: 'ERR_CONNECT_AGAIN', advice: `The consent has ended or was withdrawn. ${howTo(client)}` };
  };
}

const codeRefused: Explain = (answer) =>
  oauthError(answer) === 'invalid_grant'
    ? { code: 'ERR_GRANT_REFUSED', advice: 'The code was not accepted: it lives for a minute or so. Connect again' }
    : undefined;

function notConnected(context: AuthenticatorContext): AuthError {
  const message = `${context.client}: nobody has signed in for it yet, or its address, client id or scopes were changed since. ${howTo(context.client)}`;
  return new AuthError('ERR_NOT_CONNECTED', message, { details: { client: context.client } });
}

function connectAgain({ client }: AuthenticatorContext, what: string): AuthError {
  return new AuthError('ERR_CONNECT_AGAIN', `${client}: ${what}. ${howTo(client)}`, { details: { client } });
}

function howTo(client: string): string {
  return `Run "sluice connect ${client}" and sign in on the page that it names`;
}
