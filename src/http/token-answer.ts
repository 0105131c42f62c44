import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { readIsoDate } from '../core/iso-date.ts';
import type { Json } from '../core/record.ts';
import type { HttpAnswer, StoredToken } from './types.ts';
import { valueAt } from './value-at.ts';

/** How the end of a token's life is told. */
export const EXPIRES_UNIT = {
  enum: ['seconds', 'milliseconds', 'date', 'epoch-seconds', 'epoch-milliseconds'],
  default: 'seconds',
  description:
    'How it is told: as a length of time, as a date, or as an instant in seconds or milliseconds since 1970.',
} as const satisfies JSONSchema;

/** Where the parts of a token are in the answer of a token URL. */
export const ANSWER = {
  type: 'object',
  description: 'Where the parts of a token are in the answer.',
  properties: {
    accessToken: { type: 'string', minLength: 1, default: 'access_token', description: 'Path of the access token.' },
    expiresIn: { type: 'string', minLength: 1, default: 'expires_in', description: 'Path of the end of its life.' },
    expiresUnit: EXPIRES_UNIT,
    refreshToken: { type: 'string', minLength: 1, default: 'refresh_token', description: 'Path of the refresh token.' },
    refreshExpiresIn: {
      type: 'string',
      minLength: 1,
      default: 'refresh_token_expires_in',
      description: "Path of the end of the refresh token's life, told in the same way.",
    },
    scope: { type: 'string', minLength: 1, default: 'scope', description: 'Path of the scopes that were granted.' },
  },
  additionalProperties: false,
  default: {},
} as const satisfies JSONSchema;

export type AnswerPaths = FromSchema<typeof ANSWER>;
export type ExpiresUnit = FromSchema<typeof EXPIRES_UNIT>;

/** Options of every kind that fetches a token. */
export const LIFE_OPTIONS = {
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

/** What an answer told of a token, as it stands there. */
export interface TokenParts {
  readonly accessToken: Json | undefined;
  readonly expiresIn?: Json | undefined;
  readonly refreshToken?: Json | undefined;
  readonly refreshExpiresIn?: Json | undefined;
  readonly scope?: Json | undefined;
}

/** How long a token is used. */
export interface TokenLife {
  readonly expiresUnit: ExpiresUnit;
  readonly renewEarlyMs: number;
  readonly fallbackLifeSeconds: number;
  /** Our clock, epoch milliseconds. */
  readonly now: number;
  /** Clock of the server that answered; what it calls "then" is measured by it. */
  readonly serverNow: number | undefined;
}

/** Longer lives are cut: "never" is written as all kinds of numbers. */
const LONGEST_MS = 3650 * 86_400_000;

/** Finds the parts of a token. */
export function partsOf({ body }: HttpAnswer, paths: AnswerPaths): TokenParts {
  return {
    accessToken: valueAt(body, paths.accessToken),
    expiresIn: valueAt(body, paths.expiresIn),
    refreshToken: valueAt(body, paths.refreshToken),
    refreshExpiresIn: valueAt(body, paths.refreshExpiresIn),
    scope: valueAt(body, paths.scope),
  };
}

/**
 * Makes a token of its parts.
 *
 * @returns `expiresAtMs` is the end of its life by our clock, less the early renewal; undefined when there is no access token.
 */
export function toToken(parts: TokenParts, life: TokenLife): StoredToken | undefined {
  const { accessToken, refreshToken, scope } = parts;
  if (!isText(accessToken)) return undefined;
  const lifeMs = lengthOf(parts.expiresIn, life) ?? life.fallbackLifeSeconds * 1000;
  const refreshMs = lengthOf(parts.refreshExpiresIn, life);
  return {
    accessToken,
    expiresAtMs: life.now + lifeMs - Math.min(life.renewEarlyMs, lifeMs / 2),
    ...(isText(scope) && { scope }),
    ...(isText(refreshToken) && { refreshToken }),
    ...(isText(refreshToken) && refreshMs !== undefined && { refreshExpiresAtMs: life.now + refreshMs }),
  };
}

/** The refresh token that may be used now. */
export function usableRefreshToken(token: StoredToken | undefined, now: number): string | undefined {
  const { refreshToken, refreshExpiresAtMs = Infinity } = token ?? {};
  return refreshExpiresAtMs > now ? refreshToken : undefined;
}

function isText(value: Json | undefined): value is string {
  return typeof value === 'string' && value !== '';
}

/** Milliseconds from now; undefined when nothing is told, or nothing that makes sense. */
function lengthOf(value: Json | undefined, { expiresUnit, now, serverNow = now }: TokenLife): number | undefined {
  if (value === undefined || value === null) return undefined;
  const ms = expiresUnit === 'date' ? instantOf(value) - serverNow : numberOf(value, expiresUnit, serverNow);
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, LONGEST_MS) : undefined;
}

function numberOf(value: Json, unit: Exclude<ExpiresUnit, 'date'>, serverNow: number): number {
  // Some servers send the number as a text.
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number !== 'number') return NaN;
  switch (unit) {
    case 'seconds':
      return number * 1000;
    case 'milliseconds':
      return number;
    case 'epoch-seconds':
      return number * 1000 - serverNow;
    case 'epoch-milliseconds':
      return number - serverNow;
  }
}

/** ISO 8601, or a date as HTTP writes it. */
function instantOf(value: Json): number {
  if (typeof value !== 'string') return NaN;
  return readIsoDate(value.trim()) ?? (/^[A-Z][a-z]{2},/.test(value.trim()) ? Date.parse(value) : NaN);
}
