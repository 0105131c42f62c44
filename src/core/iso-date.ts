import { toInstant } from './zone-clock.ts';

/**
 * Reads an ISO 8601 date, or date and time, as epoch milliseconds: `2025-01-31`, with a time after "T" or a space, seconds
 * and their fraction as far as they are given, and a zone such as `Z`, `+02:00`, `+0200` or `+02`.
 *
 * A text without a zone is on the clock of `zone`, by default UTC, as Halo sends its times; a date alone is its midnight.
 *
 * @returns undefined for what is no such date, also for days that do not exist.
 */
export function readIsoDate(text: string, zone = 'UTC'): number | undefined {
  if (text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH) return undefined;
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2)];
  if (text.length === 10) return instantOf([year, month, day], zone, undefined);
  const between = text.charCodeAt(10);
  if (between !== UPPER_T && between !== LOWER_T && between !== SPACE) return undefined;
  const [hour, minute] = [digits(text, 11, 2), digits(text, 14, 2)];
  if (text.charCodeAt(13) !== COLON) return undefined;
  let [at, second, millisecond] = [16, 0, 0];
  if (text.charCodeAt(at) === COLON) {
    second = digits(text, at + 1, 2);
    at += 3;
    const end = fractionEnd(text, at);
    if (end > at) millisecond = Number(text.slice(at + 1, Math.min(end, at + 4)).padEnd(3, '0'));
    at = end;
  }
  const offset = at === text.length ? undefined : OFFSET.exec(text.slice(at))?.[1];
  if (offset === undefined && at < text.length) return undefined;
  return instantOf([year, month, day, hour, minute, second, millisecond], zone, offset);
}

/**
 * Epoch milliseconds of year, month, day, … on the clock of a zone, or at an offset such as "+02:00".
 *
 * Refuses the 31st of February and 25 o'clock, which Date would carry over: undefined, as for negative fields.
 */
export function instantOf(fields: readonly number[], zone: string, offset: string | undefined): number | undefined {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0, millisecond = 0] = fields;
  if (!exists(year, month, day) || !within(hour, 23) || !within(minute, 59) || !within(second, 59)) return undefined;
  if (offset === undefined && zone !== 'UTC') return toInstant(fields, zone);
  const time = ((hour * 60 + minute) * 60 + second) * 1000 + millisecond;
  return epochDay(year, month, day) * DAY_MS + time - (offset === undefined ? 0 : offsetMs(offset));
}

/**
 * The text of a date in UTC with its time in full, `2025-01-31T08:00:00.000Z`, where that takes no more than filling it up.
 *
 * @returns undefined for every other text, which is not to say that it is no date.
 */
export function fillUpIsoDate(text: string): string | undefined {
  switch (text.length) {
    case 10:
      return isIsoDay(text) ? `${text}T00:00:00.000Z` : undefined;
    case 19:
      return isIsoDay(text) && isIsoTime(text) ? `${text}.000Z` : undefined;
    case 20:
      return text.charCodeAt(19) === UPPER_Z && isIsoDay(text) && isIsoTime(text)
        ? `${text.slice(0, 19)}.000Z`
        : undefined;
    case 24:
      return isIsoDay(text) && isIsoTime(text) && isIsoFraction(text) ? text : undefined;
    default:
      return undefined;
  }
}

/** Whether a text begins with a day that exists. */
function isIsoDay(text: string): boolean {
  if (text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH) return false;
  return exists(digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2));
}

/** Whether "T", hour, minute and second follow the day. */
function isIsoTime(text: string): boolean {
  if (text.charCodeAt(10) !== UPPER_T || text.charCodeAt(13) !== COLON || text.charCodeAt(16) !== COLON) return false;
  return within(digits(text, 11, 2), 23) && within(digits(text, 14, 2), 59) && within(digits(text, 17, 2), 59);
}

/** Whether milliseconds and "Z" follow the time. */
function isIsoFraction(text: string): boolean {
  return text.charCodeAt(19) === POINT && digits(text, 20, 3) >= 0 && text.charCodeAt(23) === UPPER_Z;
}

const DAY_MS = 86_400_000;
const [DASH, COLON, POINT, COMMA, SPACE, UPPER_T, LOWER_T, UPPER_Z] = [45, 58, 46, 44, 32, 84, 116, 90];

const OFFSET = /^\s?(Z|[+-]\d\d(?::?\d\d)?)$/i;

/** The number that these digits write; -1 where there is something else. */
function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let at = from; at < from + count; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (!within(digit, 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Where a fraction of one to nine digits ends that begins here; `from` where there is none. */
function fractionEnd(text: string, from: number): number {
  const mark = text.charCodeAt(from);
  if (mark !== POINT && mark !== COMMA) return from;
  let end = from + 1;
  while (end < from + 10 && within(text.charCodeAt(end) - 48, 9)) end += 1;
  return end > from + 1 ? end : from;
}

/** Also false for NaN. */
function within(value: number, most: number): boolean {
  return value >= 0 && value <= most;
}

function exists(year: number, month: number, day: number): boolean {
  return year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days since 1970-01-01. Years begin in March here, so that the leap day is the last of one. */
function epochDay(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function offsetMs(offset: string): number {
  if (offset === 'Z' || offset === 'z') return 0;
  const plain = offset.slice(1).replace(':', '').padEnd(4, '0');
  const minutes = Number(plain.slice(0, 2)) * 60 + Number(plain.slice(2));
  return (offset.startsWith('-') ? -minutes : minutes) * 60_000;
}
