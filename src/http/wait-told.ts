import { parseRetryAfter } from './retry-after.ts';
import type { ErrorRule, HttpAnswer, WaitUnit } from './types.ts';
import { valueAt } from './value-at.ts';

/**
 * How long an answer asks to wait: where the rule says, else in Retry-After, else as long as the rule says.
 *
 * @returns Milliseconds, 0 or more; undefined when nobody says.
 */
export function waitToldBy(answer: HttpAnswer, rule: ErrorRule | undefined, now: number): number | undefined {
  const told = rule?.waitAt && readWait(placeOf(answer, rule.waitAt), rule.waitAt.unit, now);
  return told ?? parseRetryAfter(answer.headers['retry-after'] ?? '', now) ?? rule?.waitMs;
}

function placeOf({ headers, body }: HttpAnswer, { header, path }: NonNullable<ErrorRule['waitAt']>): unknown {
  return header === undefined ? valueAt(body, path ?? '') : headers[header.toLowerCase()];
}

/** Milliseconds from now that a value of a header or body stands for; undefined when it is not of that form. */
export function readWait(value: unknown, unit: WaitUnit, now: number): number | undefined {
  if (unit === 'date') {
    const instant = typeof value === 'string' ? Date.parse(value) : Number.NaN;
    return Number.isNaN(instant) ? undefined : Math.max(0, instant - now);
  }
  const number =
    typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  if (!Number.isFinite(number) || number < 0) return undefined;
  switch (unit) {
    case 'seconds':
      return number * 1000;
    case 'milliseconds':
      return number;
    case 'epoch-seconds':
      return Math.max(0, number * 1000 - now);
    case 'epoch-milliseconds':
      return Math.max(0, number - now);
  }
}
