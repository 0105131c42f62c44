import { ConfigError } from './errors.ts';
import { readIsoDate } from './iso-date.ts';
import { didYouMean } from './nearest.ts';
import type { Json } from './record.ts';
import { localFields, toInstant } from './zone-clock.ts';

/** Forms of an instant that have a name; every other form is a pattern such as "yyyy-MM-dd HH:mm:ss". */
export const INSTANT_FORMATS = ['iso', 'iso-no-zone', 'date', 'epoch-seconds', 'epoch-milliseconds'] as const;

const TOKEN = /yyyy|MM|dd|HH|mm|ss|SSS/g;
const FIELDS = ['yyyy', 'MM', 'dd', 'HH', 'mm', 'ss', 'SSS'] as const;

/**
 * Checks a form and its zone.
 *
 * @throws ConfigError ERR_INSTANT_FORMAT with what is known.
 */
export function checkInstantFormat(format: string, zone = 'UTC'): void {
  const isKnown = (INSTANT_FORMATS as readonly string[]).includes(format);
  if (!isKnown && !(format.includes('yyyy') && format.includes('dd'))) {
    const names = [...INSTANT_FORMATS];
    throw new ConfigError(
      'ERR_INSTANT_FORMAT',
      `"${format}" is no form of an instant${didYouMean(format, names)}; or write a pattern of yyyy MM dd HH mm ss SSS`,
    );
  }
  // The first use of Intl costs 20 ms, and most are UTC.
  if (zone === 'UTC') return;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    throw new ConfigError('ERR_INSTANT_FORMAT', `"${zone}" is no time zone; write a name such as "Europe/Berlin"`);
  }
}

/**
 * An instant (epoch milliseconds) as a parameter takes it.
 *
 * What a form cannot hold is rounded down: a window may begin a little early, never late.
 */
export function formatInstant(instant: number, format: string, zone = 'UTC'): Json {
  switch (format) {
    case 'epoch-seconds':
      return Math.floor(instant / 1000);
    case 'epoch-milliseconds':
      return instant;
    case 'iso':
      return new Date(instant).toISOString();
    case 'iso-no-zone':
      return writePattern(instant, 'yyyy-MM-ddTHH:mm:ss', zone);
    case 'date':
      return writePattern(instant, 'yyyy-MM-dd', zone);
    default:
      return writePattern(instant, format, zone);
  }
}

/**
 * Reads when a record changed.
 *
 * Without a form: ISO texts (in `zone` where they name none), and numbers as seconds or milliseconds by their size,
 * decimals included.
 *
 * @returns Epoch milliseconds; undefined for nothing, nonsense, and for years before 1970, which mean "no date".
 */
export function readInstant(value: unknown, format?: string, zone = 'UTC'): number | undefined {
  const instant =
    typeof value === 'number' || isDigits(value) ? fromNumber(Number(value), format) : fromText(value, format, zone);
  return instant === undefined || Number.isNaN(instant) || instant < 0 ? undefined : instant;
}

function isDigits(value: unknown): boolean {
  return typeof value === 'string' && /^\d{9,}(\.\d+)?$/.test(value.trim());
}

function fromNumber(value: number, format: string | undefined): number {
  if (format === 'epoch-milliseconds') return value;
  if (format === 'epoch-seconds') return Math.round(value * 1000);
  // Seconds reach 1e11 in the year 5138.
  return value > 1e11 ? value : Math.round(value * 1000);
}

function fromText(value: unknown, format: string | undefined, zone: string): number | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (format?.includes('yyyy')) return readPattern(text, format, zone);
  return readIsoDate(text, zone) ?? Date.parse(text);
}

function writePattern(instant: number, pattern: string, zone: string): string {
  const local = localFields(instant, zone);
  return pattern.replace(TOKEN, (token) => {
    const value = local[FIELDS.indexOf(token as (typeof FIELDS)[number])] ?? 0;
    return String(value).padStart(token.length, '0');
  });
}

function readPattern(text: string, pattern: string, zone: string): number | undefined {
  const values = [0, 1, 1, 0, 0, 0, 0];
  let at = 0;
  let from = 0;
  for (const { 0: token, index } of pattern.matchAll(TOKEN)) {
    at += index - from;
    const digits = text.slice(at, at + token.length);
    if (!/^\d+$/.test(digits)) return undefined;
    values[FIELDS.indexOf(token as (typeof FIELDS)[number])] = Number(digits);
    at += token.length;
    from = index + token.length;
  }
  return toInstant(values, zone);
}
