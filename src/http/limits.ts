import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { DURATION, parseDuration } from '../core/duration.ts';
import { throwProblems, parseWithSchema, type Problem } from '../core/validation.ts';
import type { CallWindow, Limit } from './types.ts';

/** JSON Schema of a client's limits: `[{ "requests": 500, "per": "300s" }, { "concurrency": 4 }]`. */
export const LIMITS_SCHEMA = {
  type: 'array',
  title: 'Limits',
  description: 'How many calls the client may make: in any stretch of time, and at the same time.',
  items: {
    type: 'object',
    properties: {
      requests: { type: 'integer', minimum: 1, description: 'Calls in any stretch of the length "per".' },
      per: DURATION,
      concurrency: { type: 'integer', minimum: 1, description: 'Calls at the same time, of all workers together.' },
    },
    additionalProperties: false,
  },
} as const satisfies JSONSchema;

type LimitDocument = FromSchema<typeof LIMITS_SCHEMA>[number];

/**
 * Reads limits as documents and manifests write them.
 *
 * @param what Names the document in errors.
 * @throws ConfigError ERR_INVALID that names each limit that is neither `requests` with `per` nor `concurrency`.
 */
export function parseLimits(value: unknown, what = 'limits'): Limit[] {
  const documents = parseWithSchema(LIMITS_SCHEMA, value, what) as LimitDocument[];
  throwProblems(what, documents.flatMap(problemsOf));
  return documents.map(toLimit);
}

function problemsOf({ requests, per, concurrency }: LimitDocument, index: number): Problem[] {
  const isWindow = requests !== undefined && per !== undefined && concurrency === undefined;
  const isConcurrency = concurrency !== undefined && requests === undefined && per === undefined;
  if (!isWindow && !isConcurrency) {
    return [{ path: `[${index}]`, message: 'must be either "requests" with "per", or "concurrency"' }];
  }
  if (per !== undefined && parseDuration(per) === 0) return [{ path: `[${index}].per`, message: 'must not be 0' }];
  return [];
}

function toLimit({ requests, per, concurrency }: LimitDocument): Limit {
  if (concurrency !== undefined) return { concurrency };
  return { requests: requests ?? 1, perMs: parseDuration(per ?? '') };
}

/** The windows among the limits, as a budget wants them; `scope` names whose they are. */
export function windowsOf(limits: readonly Limit[], scope?: string): CallWindow[] {
  const windows = limits.filter((limit) => 'requests' in limit);
  return scope === undefined ? windows : windows.map((window) => ({ scope, ...window }));
}

/** The smallest concurrency among the limits; Infinity where none is set. */
export function concurrencyOf(limits: readonly Limit[]): number {
  return Math.min(...limits.map((limit) => ('concurrency' in limit ? limit.concurrency : Infinity)));
}
