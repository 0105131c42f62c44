import { ConfigError } from './errors.ts';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** JSON Schema of a duration, for component options and documents. */
export const DURATION = {
  type: 'string',
  pattern: '^[0-9]+(ms|s|m|h|d)$',
  description: 'A whole number and a unit: 500ms, 30s, 5m, 2h, 1d.',
} as const;

/**
 * Milliseconds of a duration such as `5m`.
 *
 * @throws ConfigError when it is not a whole number with one of the units ms, s, m, h, d.
 */
export function parseDuration(text: string): number {
  const match = /^(\d+)(ms|s|m|h|d)$/.exec(text);
  const unit = UNITS[match?.[2] ?? ''];
  if (!match || unit === undefined) {
    throw new ConfigError('ERR_DURATION', `"${text}" is not a duration; write a number and a unit, for example "5m"`);
  }
  return Number(match[1]) * unit;
}
