import type { JSONSchema } from 'json-schema-to-ts';
import type { HttpRequest, Query } from './types.ts';

/** Options of every grant that fetches a token from a token URL. */
export const TOKEN_OPTIONS = {
  tokenUrl: { type: 'string', minLength: 1, description: 'Where tokens are fetched.' },
  query: {
    type: 'object',
    additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
    default: {},
    description: 'Query parameters of the token URL, e.g. the tenant. Empty ones are left out.',
  },
  clientId: { type: 'string', minLength: 1, description: 'Id of the application.' },
  clientAuthentication: {
    enum: ['body', 'basic'],
    default: 'body',
    description: 'Where the id and secret go: into the form, or into a Basic header.',
  },
  scopes: { type: 'string', default: '', description: 'Scopes, separated by spaces. Needed: never empty.' },
  form: {
    type: 'object',
    additionalProperties: { type: 'string' },
    default: {},
    description: 'More fields of the token request.',
  },
  renewEarlyMs: {
    type: 'integer',
    minimum: 0,
    default: 90_000,
    description: 'Milliseconds before its end that a token is renewed; at most half of its life.',
  },
  fallbackLifeSeconds: {
    type: 'integer',
    minimum: 1,
    default: 3600,
    description: 'Life of a token where the answer does not say it.',
  },
} as const satisfies Record<string, JSONSchema>;

/** Checked options of a grant, and the form fields that make it one. */
export interface TokenSettings {
  readonly tokenUrl: string;
  readonly query: Query;
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  readonly clientAuthentication: 'body' | 'basic';
  readonly scopes: string;
  readonly form: Readonly<Record<string, string>>;
  readonly renewEarlyMs: number;
  readonly fallbackLifeSeconds: number;
  readonly grant: Readonly<Record<string, string>>;
}

/** The call that fetches a token. Repeatable: a token more does no harm. */
export function tokenCall(settings: TokenSettings): HttpRequest {
  const { tokenUrl, clientId, clientSecret, scopes, grant, form } = settings;
  const isBasic = settings.clientAuthentication === 'basic' && clientSecret !== undefined && clientSecret !== '';
  const inForm = {
    client_id: clientId,
    ...(clientSecret !== undefined && clientSecret !== '' && { client_secret: clientSecret }),
  };
  const query = Object.fromEntries(
    Object.entries(settings.query).filter(([, value]) => value !== null && value !== ''),
  );
  return {
    method: 'POST',
    url: tokenUrl,
    query,
    form: { ...form, ...grant, ...(isBasic ? {} : inForm), scope: scopes.trim() },
    ...(isBasic && { headers: { authorization: basic(clientId, clientSecret) } }),
    repeatable: true,
  };
}

/** Id and secret are form-encoded before they are joined. See RFC 6749, section 2.3.1. */
function basic(clientId: string, clientSecret: string): string {
  return `Basic ${Buffer.from(`${formEncode(clientId)}:${formEncode(clientSecret)}`).toString('base64')}`;
}

function formEncode(value: string): string {
  return new URLSearchParams([['', value]]).toString().slice(1);
}
