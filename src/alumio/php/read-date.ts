import { ConfigError, TransformError } from '../../core/errors.ts';
import type { Php } from './array.ts';
import { MONTHS } from './date-names.ts';
import { readDateWords } from './date-words.ts';
import { toText } from './scalars.ts';
import { checkZone, fromClock, type PhpDate, zoneOf } from './zone.ts';

/**
 * Compiles a way to read dates.
 *
 * Without a format it reads what PHP's strtotime does: ISO dates, `31-01-2025`, `01/31/2025`, `31 January 2025`, and words
 * such as "tomorrow" or "-3 days"; numbers are seconds. A missing or empty value is now.
 *
 * @param format In the letters of PHP's date(), or undefined.
 */
export function compilePhpDateReader(format: string | undefined, zone: string): (value: Php, now: number) => PhpDate {
  checkZone(zone);
  const readFormat = format === undefined || format === '' ? undefined : compileFormat(format, zone);
  return (value, now) => {
    if (value instanceof Map) throw new TransformError('A list or an object is no date');
    const text = toText(value).trim();
    if (text === '') return { instant: now, zone };
    const date = readFormat ? readFormat(text, now) : readFree(text, zone, now);
    if (date && Number.isFinite(date.instant)) return date;
    throw new TransformError(`${JSON.stringify(text)} is no date${format ? ` of the form "${format}"` : ''}`);
  };
}

function readFree(text: string, zone: string, now: number): PhpDate | undefined {
  const isWritten = /^(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\d{6})?$/.test(text);
  if (!isWritten && /^@?-?\d{5,}(\.\d+)?$/.test(text))
    return { instant: Number(text.replace('@', '')) * 1000, zone: 'UTC' };
  return readDateWords(text, zone, now);
}

type Field =
  'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'millisecond' | 'half' | 'zone' | 'epoch' | 'none';

/** What each letter reads, and into which field. */
const LETTERS: Readonly<Record<string, readonly [Field, string]>> = {
  d: ['day', '\\d{1,2}'],
  j: ['day', '\\d{1,2}'],
  D: ['none', '[A-Za-z]{3,9}'],
  l: ['none', '[A-Za-z]{3,9}'],
  S: ['none', '[a-z]{2}'],
  m: ['month', '\\d{1,2}'],
  n: ['month', '\\d{1,2}'],
  M: ['month', '[A-Za-z]{3,9}'],
  F: ['month', '[A-Za-z]{3,9}'],
  Y: ['year', '\\d{1,4}'],
  y: ['year', '\\d{2}'],
  a: ['half', '[AaPp][Mm]'],
  A: ['half', '[AaPp][Mm]'],
  g: ['hour', '\\d{1,2}'],
  G: ['hour', '\\d{1,2}'],
  h: ['hour', '\\d{1,2}'],
  H: ['hour', '\\d{1,2}'],
  i: ['minute', '\\d{2}'],
  s: ['second', '\\d{2}'],
  u: ['millisecond', '\\d{1,6}'],
  v: ['millisecond', '\\d{1,3}'],
  e: ['zone', '(?:[A-Za-z_/]+|[+-]\\d{1,2}:?\\d{0,2})'],
  T: ['zone', '(?:[A-Za-z_/]+|[+-]\\d{1,2}:?\\d{0,2})'],
  O: ['zone', '(?:Z|[+-]\\d{1,2}:?\\d{0,2})'],
  P: ['zone', '(?:Z|[+-]\\d{1,2}:?\\d{0,2})'],
  p: ['zone', '(?:Z|[+-]\\d{1,2}:?\\d{0,2})'],
  U: ['epoch', '-?\\d+'],
};

/** What stands for other characters in a form: any one, one mark, what comes up to a mark or digit, and all that follows. */
const JOKERS: Readonly<Record<string, string>> = {
  '?': '[^]',
  '#': '[;:/.,()-]',
  '*': '[^\\s,;:/.\\\\()\\-\\d]*',
  '+': '[^]*',
};

const LONGER: Readonly<Record<string, string>> = { c: 'Y-m-d\\TH:i:sP', r: 'D, d M Y H:i:s O' };

/** Like DateTime::createFromFormat: fields that the form lacks are those of now, unless it has "!" or "|" in it. */
function compileFormat(format: string, zone: string): (text: string, now: number) => PhpDate | undefined {
  const fields: { field: Field; letter: string }[] = [];
  let isReset = false;
  const source = (LONGER[format] ?? format)
    .match(/\\[^]|[^]/gu)
    ?.map((part) => {
      if (part === '!' || part === '|') {
        isReset = true;
        return '';
      }
      if (Object.hasOwn(JOKERS, part)) return JOKERS[part];
      const known = Object.hasOwn(LETTERS, part) ? LETTERS[part] : undefined;
      if (!known) return part.replace(/^\\(?=.)/s, '').replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
      fields.push({ field: known[0], letter: part });
      return `(${known[1]})`;
    })
    .join('');
  checkRepeats(format);
  // Made of the letters above alone, each of them once: nothing in it can run away.
  const pattern = new RegExp(`^${source ?? ''}$`);
  return (text, now) => {
    const match = text.length > MAX_DATE ? null : pattern.exec(text);
    return match ? build(fields, match.slice(1), { zone, now, isReset }) : undefined;
  };
}

/** Longer texts are no dates. */
const MAX_DATE = 500;

/** A field that comes twice says nothing, and makes an expression that looks for where one ends and the next begins. */
function checkRepeats(format: string): void {
  const parts = format.match(/\\[^]|[^]/gu) ?? [];
  const known = parts.filter((part) => Object.hasOwn(LETTERS, part) || part === '*' || part === '+');
  const twice = known.find((part, index) => known.indexOf(part) !== index);
  if (twice === undefined) return;
  const message = `The form of a date "${format}" has "${twice}" more than once`;
  throw new ConfigError('ERR_INSTANT_FORMAT', message, { details: { format } });
}

function build(
  fields: readonly { field: Field; letter: string }[],
  found: readonly string[],
  { zone, now, isReset }: { zone: string; now: number; isReset: boolean },
): PhpDate | undefined {
  const values = new Map(fields.map(({ field, letter }, index) => [field, { letter, text: found[index] ?? '' }]));
  const text = (field: Field): string | undefined => values.get(field)?.text;
  const own = text('zone') === undefined ? zone : zoneOf(text('zone') ?? '');
  if (values.has('epoch')) return { instant: Number(text('epoch')) * 1000, zone: 'UTC' };
  const base = new Date(isReset ? 0 : now);
  const hasTime = ['hour', 'minute', 'second'].some((field) => values.has(field as Field));
  const time = (field: Field, of: number): number => Number(text(field) ?? (hasTime || isReset ? 0 : of));
  const year = values.get('year');
  const years = year
    ? Number(year.text) + (year.letter === 'y' ? (Number(year.text) < 70 ? 2000 : 1900) : 0)
    : base.getUTCFullYear();
  const month = text('month') === undefined ? base.getUTCMonth() + 1 : monthOf(text('month') ?? '');
  if (month === undefined) return undefined;
  const half = text('half')?.toLowerCase();
  const hour = time('hour', base.getUTCHours());
  const hours = half === undefined ? hour : (hour % 12) + (half === 'pm' ? 12 : 0);
  const fraction = Number(`0.${text('millisecond') ?? '0'}`) * 1000;
  const clock = Date.UTC(
    years,
    month - 1,
    Number(text('day') ?? base.getUTCDate()),
    hours,
    time('minute', base.getUTCMinutes()),
    time('second', base.getUTCSeconds()),
    fraction,
  );
  return { instant: fromClock(clock, own), zone: own };
}

/** Number of a month by its number or name. */
function monthOf(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  const index = MONTHS.findIndex((name) => name.toLowerCase().startsWith(text.toLowerCase().slice(0, 3)));
  return index < 0 ? undefined : index + 1;
}
