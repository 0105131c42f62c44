import { ConfigError } from './errors.ts';
import { didYouMean } from './nearest.ts';
import type { Json } from './record.ts';

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
  if (/(?:Z|[+-]\d\d:?\d\d)$/i.test(text)) return Date.parse(text);
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?$/.exec(text);
  if (!match) return Date.parse(text);
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0'] = match;
  const milliseconds = Math.floor(Number(`0.${fraction}`) * 1000);
  return toInstant([year, month, day, hour, minute, second, milliseconds].map(Number), zone);
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

/** Year, month, day, hour, minute, second, millisecond of an instant in a zone. */
export function localFields(instant: number, zone: string): number[] {
  const date = new Date(instant + offsetOf(instant, zone));
  return [
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
    date.getUTCMilliseconds(),
  ];
}

/**
 * Epoch milliseconds of year, month, day, … on the clock of a zone.
 *
 * An hour that the zone skips becomes the one after it; of an hour that comes twice it is the first.
 */
export function toInstant(fields: readonly number[], zone: string): number {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0, millisecond = 0] = fields;
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second, millisecond);
  if (zone === 'UTC' || Number.isNaN(asUtc)) return asUtc;
  const before = asUtc - offsetOf(asUtc - 86_400_000, zone);
  const after = asUtc - offsetOf(asUtc + 86_400_000, zone);
  const fits = [before, after].filter((instant) => instant + offsetOf(instant, zone) === asUtc);
  return fits.length > 0 ? Math.min(...fits) : Math.max(before, after);
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** How far a zone's clock is ahead of UTC at an instant, in milliseconds. */
export function offsetOf(instant: number, zone: string): number {
  if (zone === 'UTC') return 0;
  const clock = clocks.get(zone) ?? clockOf(zone);
  clocks.set(zone, clock);
  const parts = Object.fromEntries(clock.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  const local = Date.UTC(year, month - 1, day, hour % 24, minute, second);
  return local - Math.floor(instant / 1000) * 1000;
}

function clockOf(zone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
}
