import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { DURATION, parseDuration } from '../../core/duration.ts';
import { AuthError, ConfigError } from '../../core/errors.ts';
import type { Json } from '../../core/record.ts';
import { createAssertion, type SignAssertion } from '../assertion.ts';
import { type Fields, requireScopes, scopeField, TOKEN_OPTIONS, type TokenSettings } from '../oauth2-settings.ts';
import { createTokenUrl, hashOf } from '../oauth2-token.ts';
import { createTokenAuthenticator } from '../shared-token.ts';
import type { Authenticator, AuthenticatorComponent, AuthenticatorContext, StoredToken } from '../types.ts';

const { tokenUrl, clientId, ...tokenOptions } = TOKEN_OPTIONS;

const options = {
  type: 'object',
  properties: {
    use: {
      enum: ['assertion', 'client-assertion', 'bearer'],
      default: 'assertion',
      description:
        'How the JWT is used: traded for a token (RFC 7523, section 2.1), in place of the client secret (section 2.2), or sent with every call.',
    },
    algorithm: { enum: ['RS256', 'ES256', 'HS256'], default: 'RS256', description: 'How it is signed.' },
    key: {
      type: 'string',
      minLength: 1,
      writeOnly: true,
      description: 'Private key as PEM; for HS256 the shared secret.',
    },
    certificate: {
      type: 'string',
      minLength: 1,
      description: 'Certificate of the key as PEM: adds x5t to the header.',
    },
    claims: {
      type: 'object',
      additionalProperties: true,
      default: {},
      description: 'Claims: iss, sub, aud, …. iat, nbf, exp and jti are added.',
    },
    header: {
      type: 'object',
      additionalProperties: true,
      default: {},
      description: 'More members of the header, e.g. kid.',
    },
    lifetime: { ...DURATION, default: '5m', description: `How long a JWT is valid. ${DURATION.description}` },
    tokenUrl: { ...tokenUrl, description: `${tokenUrl.description} Not for use "bearer".` },
    clientId: { ...clientId, description: `${clientId.description} Needed for use "client-assertion".` },
    clientSecret: { type: 'string', writeOnly: true, description: 'Secret of the application, where it has one.' },
    ...tokenOptions,
    scopeRequired: { ...tokenOptions.scopeRequired, default: false },
  },
  required: ['key'],
  additionalProperties: false,
} as const satisfies JSONSchema;

type Settings = FromSchema<typeof options>;

export default {
  type: 'jwt-assertion',
  summary: 'Signs in with a JWT of its own, signed by a key or a shared secret.',
  options,
  create(settings, context) {
    context.addSecret(settings.key);
    const sign = createAssertion(
      {
        ...settings,
        lifetimeMs: parseDuration(settings.lifetime),
        claims: settings.claims as Readonly<Record<string, Json>>,
        header: settings.header as Readonly<Record<string, Json>>,
      },
      context.client,
    );
    return settings.use === 'bearer' ? bearer(settings, sign, context) : traded(settings, sign, context);
  },
} satisfies AuthenticatorComponent<Settings>;

/** Sends the JWT itself; a new one after half of its life, or when one was refused. */
function bearer({ lifetime }: Settings, sign: SignAssertion, context: AuthenticatorContext): Authenticator {
  let current: { readonly jwt: Promise<string>; readonly untilMs: number } | undefined;
  const fresh = (): { readonly jwt: Promise<string>; readonly untilMs: number } => {
    const now = context.now();
    return { jwt: sign(now), untilMs: now + parseDuration(lifetime) / 2 };
  };
  return {
    async apply() {
      if (!current || current.untilMs <= context.now()) current = fresh();
      const jwt = await current.jwt;
      context.addSecret(jwt);
      return { headers: { authorization: `Bearer ${jwt}` } };
    },
    refresh() {
      current = undefined;
      return Promise.resolve();
    },
  };
}

/** A clock that is off by more than this is worth another try with the server's time. */
const WORTH_MS = 30_000;

function traded(settings: Settings, sign: SignAssertion, context: AuthenticatorContext): Authenticator {
  const checked = tokenSettings(settings, context);
  let skewMs = 0;
  const send: AuthenticatorContext['send'] = async (request, signal) => {
    const answer = await context.send(request, signal);
    if (answer.serverTimeMs !== undefined) skewMs = answer.serverTimeMs - context.now();
    return answer;
  };
  const tokens = createTokenUrl(checked, [settings.key], { ...context, send });

  const trade = async (signal: AbortSignal): Promise<StoredToken> => {
    const jwt = await sign(context.now() + skewMs);
    tokens.addSecret(jwt);
    return tokens.fetch({ ...fieldsOf(settings, jwt), ...scopeField(checked) }, signal);
  };
  return createTokenAuthenticator(
    {
      key: hashOf(settings),
      register: tokens.register,
      async fetchToken(previous, signal) {
        const refreshed = settings.use === 'assertion' ? await tokens.refresh(previous, signal) : undefined;
        if (refreshed) return refreshed;
        const usedMs = skewMs;
        try {
          return await trade(signal);
        } catch (error) {
          if (!isRefused(error) || Math.abs(skewMs - usedMs) < WORTH_MS) throw error;
          return trade(signal);
        }
      },
    },
    context,
  );
}

function isRefused(error: unknown): boolean {
  return error instanceof AuthError && error.code !== 'ERR_SIGN_IN_LOCKED';
}

function fieldsOf({ use }: Settings, jwt: string): Fields {
  if (use === 'assertion') return { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: jwt };
  return {
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: jwt,
  };
}

/** @throws ConfigError ERR_INVALID for what this use needs and the schema cannot ask for. */
function tokenSettings(settings: Settings, context: AuthenticatorContext): TokenSettings {
  const { use, tokenUrl: url, clientId: id } = settings;
  const missing = [
    ...(url === undefined ? ['tokenUrl'] : []),
    ...(use === 'client-assertion' && id === undefined ? ['clientId'] : []),
  ];
  if (url === undefined || missing.length > 0) {
    throw new ConfigError('ERR_INVALID', `${context.client}: ${missing.join(', ')} is missing for use "${use}"`);
  }
  const checked = { ...settings, tokenUrl: url };
  requireScopes(checked, context);
  return checked;
}
