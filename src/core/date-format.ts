import { ConfigError } from './errors.ts';
import { checkInstantFormat, formatInstant, INSTANT_FORMATS } from './instant-format.ts';
import { instantOf, readIsoDate } from './iso-date.ts';
import type { Json } from './record.ts';
import { localFields, offsetOf } from './zone-clock.ts';

/** Latest instant that a date can hold, in epoch milliseconds; the earliest is its negative. */
const MAX_INSTANT = 8.64e15;

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

/** What stands in a pattern: a field such as "MM", or text. */
type Part = { readonly token: string } | { readonly text: string };

const TOKEN = /'([^']*)'|(yyyy|yy|MMMM|MMM|MM|M|dd|d|EEEE|EEE|HH|H|hh|h|mm|m|ss|s|SSS|a|XXX|XX)|([^])/g;

/** Words for option descriptions. */
export const DATE_FORMAT_WORDS =
  `${INSTANT_FORMATS.join(', ')}, or a pattern of yyyy yy MMMM MMM MM M dd d EEEE EEE HH H hh h mm m ss s SSS a XXX; ` +
  'letters that are no field stand in single quotes: "dd.MM.yyyy \'at\' HH:mm"';

/** Tells whether a number of epoch milliseconds is one that a date can hold. */
export function isInstant(instant: number): boolean {
  return Math.abs(instant) <= MAX_INSTANT;
}

/**
 * Compiles a way to write instants (epoch milliseconds).
 *
 * @throws ConfigError ERR_INSTANT_FORMAT when the form or zone is not known.
 */
export function compileDateWriter(format: string, zone = 'UTC'): (instant: number) => Json {
  checkZone(zone);
  if (isNamed(format)) return (instant) => formatInstant(instant, format, zone);
  const parts = parsePattern(format);
  return (instant) => writeParts(parts, instant, zone);
}

/**
 * Compiles a way to read dates as epoch milliseconds.
 *
 * Without a form, or with "iso", dates are ISO 8601: `2025-01-31`, with a time after "T" or a space, with or without a
 * zone; and numbers, as seconds or milliseconds by their size. What names no zone is on the clock of `zone`.
 *
 * @returns A function that gives undefined for what is no such date, also for days that do not exist.
 * @throws ConfigError ERR_INSTANT_FORMAT.
 */
export function compileDateReader(format: string | undefined, zone = 'UTC'): (value: Json) => number | undefined {
  checkZone(zone);
  if (format === undefined || isNamed(format)) return (value) => readNamed(value, format, zone);
  const parts = parsePattern(format);
  return (value) => (typeof value === 'string' ? readParts(parts, value.trim(), zone) : undefined);
}

function isNamed(format: string): boolean {
  return (INSTANT_FORMATS as readonly string[]).includes(format);
}

function checkZone(zone: string): void {
  checkInstantFormat('iso', zone);
}

function parsePattern(format: string): readonly Part[] {
  const parts: Part[] = [];
  for (const [whole, quoted, token] of format.matchAll(TOKEN)) {
    if (token !== undefined) parts.push({ token });
    // Two quotes are one.
    else if (quoted !== undefined) parts.push({ text: quoted === '' ? "'" : quoted });
    // Separators, and the "T" and "Z" that people write without quotes.
    else if (/[^a-zA-Z]|[TZ]/.test(whole)) parts.push({ text: whole });
    else throw patternError(format, whole);
  }
  if (!parts.some((part) => 'token' in part)) throw patternError(format, format);
  return parts;
}

function patternError(format: string, part: string): ConfigError {
  const message = `"${format}" is no form of a date (see "${part}"); it is one of ${DATE_FORMAT_WORDS}`;
  return new ConfigError('ERR_INSTANT_FORMAT', message);
}

function writeParts(parts: readonly Part[], instant: number, zone: string): string {
  const fields = localFields(instant, zone);
  return parts.map((part) => ('text' in part ? part.text : writeField(part.token, fields, instant, zone))).join('');
}

function writeField(token: string, fields: readonly number[], instant: number, zone: string): string {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0, millisecond = 0] = fields;
  const numbers: Readonly<Record<string, number>> = {
    yyyy: year,
    yy: ((year % 100) + 100) % 100,
    M: month,
    d: day,
    H: hour,
    h: hour % 12 === 0 ? 12 : hour % 12,
    m: minute,
    s: second,
    S: millisecond,
  };
  switch (token) {
    case 'MMMM':
      return MONTHS[month - 1] ?? '';
    case 'MMM':
      return (MONTHS[month - 1] ?? '').slice(0, 3);
    case 'EEEE':
    case 'EEE': {
      const name = DAYS[new Date(Date.UTC(year, month - 1, day)).getUTCDay()] ?? '';
      return token === 'EEE' ? name.slice(0, 3) : name;
    }
    case 'a':
      return hour < 12 ? 'AM' : 'PM';
    case 'XX':
    case 'XXX':
      return writeOffset(offsetOf(instant, zone), token === 'XXX' ? ':' : '');
    default: {
      const value = numbers[token] ?? numbers[token.charAt(0)] ?? 0;
      return (value < 0 ? '-' : '') + String(Math.abs(value)).padStart(token.length, '0');
    }
  }
}

function writeOffset(offset: number, between: string): string {
  const minutes = Math.round(Math.abs(offset) / 60_000);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${between}${two(minutes % 60)}`;
}

const EPOCH = /^-?\d{5,16}(\.\d{1,9})?$/;

function readNamed(value: Json, format: string | undefined, zone: string): number | undefined {
  if (typeof value === 'number') return withinRange(readNumber(value, format));
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return readIsoDate(text, zone) ?? (EPOCH.test(text) ? withinRange(readNumber(Number(text), format)) : undefined);
}

/** Seconds reach 1e11 in the year 5138. */
function readNumber(value: number, format: string | undefined): number {
  const isSeconds = format === 'epoch-seconds' || (format !== 'epoch-milliseconds' && Math.abs(value) <= 1e11);
  return Math.round(isSeconds ? value * 1000 : value);
}

function withinRange(instant: number): number | undefined {
  return isInstant(instant) ? instant : undefined;
}

/** Reads the fields of a pattern one after the other, from the left. */
function readParts(parts: readonly Part[], text: string, zone: string): number | undefined {
  const fields = [1970, 1, 1, 0, 0, 0, 0];
  let rest = text;
  let half: string | undefined;
  let offset: string | undefined;
  for (const part of parts) {
    const found = 'text' in part ? readText(part.text, rest) : readField(part.token, rest);
    if (found === undefined) return undefined;
    if ('token' in part) {
      if (part.token === 'a') half = found.toUpperCase();
      else if (part.token.startsWith('X')) offset = found;
      else setField(fields, part.token, found);
    }
    rest = rest.slice(found.length);
  }
  if (rest !== '') return undefined;
  const hour = fields[3] ?? 0;
  if (half !== undefined) fields[3] = (hour % 12) + (half === 'PM' ? 12 : 0);
  return instantOf(fields, zone, offset);
}

function readText(expected: string, rest: string): string | undefined {
  return rest.startsWith(expected) ? expected : undefined;
}

function readField(token: string, rest: string): string | undefined {
  if (token === 'MMMM' || token === 'EEEE') return nameIn(token === 'MMMM' ? MONTHS : DAYS, rest);
  if (token === 'MMM' || token === 'EEE') {
    return nameIn(
      (token === 'MMM' ? MONTHS : DAYS).map((name) => name.slice(0, 3)),
      rest,
    );
  }
  if (token === 'a') return /^[ap]m/i.exec(rest)?.[0];
  if (token.startsWith('X')) return /^(?:Z|[+-]\d\d(?::?\d\d)?)/i.exec(rest)?.[0];
  const digits = token.length === 1 ? /^\d{1,2}/.exec(rest)?.[0] : rest.slice(0, token.length);
  return digits !== undefined && digits.length >= token.length && /^\d+$/.test(digits) ? digits : undefined;
}

function nameIn(names: readonly string[], rest: string): string | undefined {
  const name = names.find((each) => rest.slice(0, each.length).toLowerCase() === each.toLowerCase());
  return name === undefined ? undefined : rest.slice(0, name.length);
}

function setField(fields: number[], token: string, found: string): void {
  const value = Number(found);
  if (token === 'yy') fields[0] = value < 70 ? 2000 + value : 1900 + value;
  else if (token === 'yyyy') fields[0] = value;
  else if (token.startsWith('MMM')) {
    fields[1] = MONTHS.findIndex((name) => name.slice(0, 3).toLowerCase() === found.slice(0, 3).toLowerCase()) + 1;
  } else if (!token.startsWith('E')) {
    const place = ['y', 'M', 'd', 'H', 'm', 's', 'S'].indexOf(token.startsWith('h') ? 'H' : token.charAt(0));
    fields[place] = value;
  }
}
