import { DAYS, MONTHS } from './date-names.ts';
import { offsetText, zoneOffset } from './zone.ts';

/** Compiles a format in the letters of PHP's date(): `d-m-Y H:i:s`. A backslash makes plain text of a letter. */
export function compilePhpDateWriter(format: string): (instant: number, zone: string) => string {
  const parts = format.match(/\\[^]|[^]/gu) ?? [];
  return (instant, zone) => {
    const offset = zoneOffset(instant, zone);
    const date: Local = { clock: new Date(instant + offset), instant, offset, zone };
    return parts.map((part) => (part.length > 1 && part.startsWith('\\') ? part.slice(1) : write(part, date))).join('');
  };
}

interface Local {
  /** The time on the clock of the zone, as if it were UTC. */
  readonly clock: Date;
  readonly instant: number;
  readonly offset: number;
  readonly zone: string;
}

const two = (value: number): string => String(value).padStart(2, '0');
const hour12 = (clock: Date): number => clock.getUTCHours() % 12 || 12;

const WRITERS: Readonly<Record<string, (date: Local) => string | number>> = {
  d: ({ clock }) => two(clock.getUTCDate()),
  D: ({ clock }) => (DAYS[clock.getUTCDay()] ?? '').slice(0, 3),
  j: ({ clock }) => clock.getUTCDate(),
  l: ({ clock }) => DAYS[clock.getUTCDay()] ?? '',
  N: ({ clock }) => clock.getUTCDay() || 7,
  S: ({ clock }) => ordinal(clock.getUTCDate()),
  w: ({ clock }) => clock.getUTCDay(),
  z: ({ clock }) => dayOfYear(clock),
  W: ({ clock }) => two(isoWeek(clock).week),
  o: ({ clock }) => isoWeek(clock).year,
  F: ({ clock }) => MONTHS[clock.getUTCMonth()] ?? '',
  m: ({ clock }) => two(clock.getUTCMonth() + 1),
  M: ({ clock }) => (MONTHS[clock.getUTCMonth()] ?? '').slice(0, 3),
  n: ({ clock }) => clock.getUTCMonth() + 1,
  t: ({ clock }) => new Date(Date.UTC(clock.getUTCFullYear(), clock.getUTCMonth() + 1, 0)).getUTCDate(),
  L: ({ clock }) => (new Date(Date.UTC(clock.getUTCFullYear(), 1, 29)).getUTCMonth() === 1 ? 1 : 0),
  Y: ({ clock }) => String(clock.getUTCFullYear()).padStart(4, '0'),
  y: ({ clock }) => two(clock.getUTCFullYear() % 100),
  a: ({ clock }) => (clock.getUTCHours() < 12 ? 'am' : 'pm'),
  A: ({ clock }) => (clock.getUTCHours() < 12 ? 'AM' : 'PM'),
  g: ({ clock }) => hour12(clock),
  G: ({ clock }) => clock.getUTCHours(),
  h: ({ clock }) => two(hour12(clock)),
  H: ({ clock }) => two(clock.getUTCHours()),
  i: ({ clock }) => two(clock.getUTCMinutes()),
  s: ({ clock }) => two(clock.getUTCSeconds()),
  u: ({ clock }) => String(clock.getUTCMilliseconds() * 1000).padStart(6, '0'),
  v: ({ clock }) => String(clock.getUTCMilliseconds()).padStart(3, '0'),
  e: ({ zone }) => zone,
  B: ({ instant }) =>
    String(Math.floor(((((instant / 1000 + 3600) % 86_400) + 86_400) % 86_400) / 86.4)).padStart(3, '0'),
  I: ({ instant, offset, zone }) => (offset > standardOffset(instant, zone) ? 1 : 0),
  O: ({ offset }) => offsetText(offset, ''),
  P: ({ offset }) => offsetText(offset, ':'),
  p: ({ offset }) => (offset === 0 ? 'Z' : offsetText(offset, ':')),
  T: ({ instant, offset, zone }) => zoneName(instant, offset, zone),
  Z: ({ offset }) => offset / 1000,
  U: ({ instant }) => Math.floor(instant / 1000),
  c: ({ instant, zone }) => compilePhpDateWriter('Y-m-d\\TH:i:sP')(instant, zone),
  r: ({ instant, zone }) => compilePhpDateWriter('D, d M Y H:i:s O')(instant, zone),
};

function write(letter: string, date: Local): string {
  return Object.hasOwn(WRITERS, letter) ? String(WRITERS[letter]?.(date)) : letter;
}

function ordinal(day: number): string {
  if (day % 100 >= 11 && day % 100 <= 13) return 'th';
  return ['th', 'st', 'nd', 'rd'][day % 10] ?? 'th';
}

function dayOfYear(clock: Date): number {
  return Math.floor((clock.getTime() - Date.UTC(clock.getUTCFullYear(), 0, 1)) / 86_400_000);
}

/** Weeks begin on Monday; the first has the first Thursday of the year. */
function isoWeek(clock: Date): { year: number; week: number } {
  const weekday = clock.getUTCDay() || 7;
  const thursday = new Date(Date.UTC(clock.getUTCFullYear(), clock.getUTCMonth(), clock.getUTCDate() + 4 - weekday));
  return { year: thursday.getUTCFullYear(), week: Math.floor(dayOfYear(thursday) / 7) + 1 };
}

function standardOffset(instant: number, zone: string): number {
  const year = new Date(instant).getUTCFullYear();
  return Math.min(zoneOffset(Date.UTC(year, 0, 1), zone), zoneOffset(Date.UTC(year, 6, 1), zone));
}

function zoneName(instant: number, offset: number, zone: string): string {
  if (zone === 'UTC') return 'UTC';
  if (/^[+-]/.test(zone)) return zone;
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'short' }).formatToParts(instant);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  return /^GMT/.test(name)
    ? (EUROPE[offset / 3_600_000]?.[standardOffset(instant, zone) < offset ? 1 : 0] ?? offsetText(offset, ':'))
    : name;
}

/** What Intl calls "GMT+1" has a name in Europe: in winter, in summer. */
const EUROPE: Readonly<Record<number, readonly [string, string]>> = {
  0: ['GMT', 'WEST'],
  1: ['CET', 'BST'],
  2: ['EET', 'CEST'],
  3: ['MSK', 'EEST'],
};
