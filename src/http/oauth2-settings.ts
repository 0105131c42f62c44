import type { JSONSchema } from 'json-schema-to-ts';
import { ConfigError } from '../core/errors.ts';
import { ANSWER, type AnswerPaths, LIFE_OPTIONS } from './token-answer.ts';
import { LOCK_OPTIONS, type LockSettings } from './token-call.ts';
import type { AuthenticatorContext, HttpRequest, Query } from './types.ts';

/** Options of everything that asks a token URL as OAuth 2 says. */
export const TOKEN_OPTIONS = {
  tokenUrl: { type: 'string', minLength: 1, description: 'Where tokens are fetched.' },
  query: {
    type: 'object',
    additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
    default: {},
    description: 'Query parameters of the token URL, e.g. the tenant. Empty ones are left out.',
  },
  headers: {
    type: 'object',
    additionalProperties: { type: 'string' },
    default: {},
    description: 'More headers of the token request.',
  },
  encoding: {
    enum: ['form', 'json'],
    default: 'form',
    description: 'How the token request is written: as a form, as OAuth 2 says, or as JSON.',
  },
  clientId: { type: 'string', minLength: 1, description: 'Id of the application.' },
  clientAuthentication: {
    enum: ['body', 'basic', 'none'],
    default: 'body',
    description: 'Where the id and secret go: into the form, or into a Basic header; "none" sends the id alone.',
  },
  publicClient: {
    type: 'boolean',
    default: false,
    description: 'The id and secret of the application are the same for everybody, so that the secret is none.',
  },
  scopes: { type: 'string', default: '', description: 'Scopes, separated by spaces.' },
  scopeRequired: {
    type: 'boolean',
    default: true,
    description: 'Refuse empty scopes: some systems then give out tokens that every call refuses.',
  },
  form: {
    type: 'object',
    additionalProperties: { type: ['string', 'null'] },
    default: {},
    description: 'More fields of the token request, e.g. the audience. Empty ones are left out.',
  },
  answer: ANSWER,
  ...LOCK_OPTIONS,
  ...LIFE_OPTIONS,
} as const satisfies Record<string, JSONSchema>;

/** Checked options of a token URL. */
export interface TokenSettings extends LockSettings {
  readonly tokenUrl: string;
  readonly query: Query;
  readonly headers: Readonly<Record<string, string>>;
  readonly encoding: 'form' | 'json';
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  readonly clientAuthentication: 'body' | 'basic' | 'none';
  readonly publicClient: boolean;
  readonly scopes: string;
  readonly scopeRequired: boolean;
  readonly form: Readonly<Record<string, string | null>>;
  readonly answer: AnswerPaths;
  readonly renewEarlyMs: number;
  readonly fallbackLifeSeconds: number;
}

/** Fields of a token request, by name. */
export type Fields = Readonly<Record<string, string>>;

/** The call that fetches a token. Repeatable: a token more does no harm. */
export function tokenRequest(settings: TokenSettings, grant: Fields): HttpRequest {
  const { tokenUrl, clientId, clientSecret = '', clientAuthentication, form, encoding } = settings;
  const isBasic = clientAuthentication === 'basic' && clientId !== undefined && clientSecret !== '';
  const inBody = {
    ...(clientId !== undefined && { client_id: clientId }),
    ...(clientSecret !== '' && clientAuthentication !== 'none' && { client_secret: clientSecret }),
  };
  const { scope, ...rest } = grant;
  const fields = {
    ...withoutEmpty(form),
    ...rest,
    ...(isBasic ? {} : inBody),
    ...(scope !== undefined && { scope }),
  };
  const headers = { ...settings.headers, ...(isBasic && { authorization: basic(clientId, clientSecret) }) };
  return {
    method: 'POST',
    url: tokenUrl,
    query: Object.fromEntries(Object.entries(settings.query).filter(([, value]) => value !== null && value !== '')),
    ...(encoding === 'json' ? { json: fields } : { form: fields }),
    ...(Object.keys(headers).length > 0 && { headers }),
    repeatable: true,
  };
}

/** Fields with a value: what a form leaves open is not sent. */
export function withoutEmpty(fields: Readonly<Record<string, string | null>>): Fields {
  const filled = Object.entries(fields).filter((entry): entry is [string, string] => (entry[1] ?? '') !== '');
  return Object.fromEntries(filled);
}

/** The scopes as a field; no field where there are none. */
export function scopeField({ scopes }: Pick<TokenSettings, 'scopes'>): Fields {
  return scopes.trim() === '' ? {} : { scope: scopes.trim() };
}

/** @throws ConfigError ERR_SCOPE_MISSING: Halo answers 200 without a scope, with a token that every call refuses. */
export function requireScopes({ scopes, scopeRequired }: TokenSettings, { client }: AuthenticatorContext): void {
  if (!scopeRequired || scopes.trim() !== '') return;
  const message = 'The scopes are empty: name at least one, for example "all". Without a scope every call is refused';
  throw new ConfigError('ERR_SCOPE_MISSING', message, { details: { client } });
}

/** Id and secret are form-encoded before they are joined. See RFC 6749, section 2.3.1. */
function basic(clientId: string, clientSecret: string): string {
  return `Basic ${Buffer.from(`${formEncode(clientId)}:${formEncode(clientSecret)}`).toString('base64')}`;
}

function formEncode(value: string): string {
  return new URLSearchParams([['', value]]).toString().slice(1);
}
