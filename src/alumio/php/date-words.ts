import { DAYS, MONTHS } from './date-names.ts';
import { ABBREVIATIONS, fromClock, isZone, type PhpDate, zoneOffset, zoneOf } from './zone.ts';

/** A date that is being put together; the clock is the time of the zone as if it were UTC. */
interface Draft {
  clock: Date;
  zone: string;
  hasTime: boolean;
  hasDate: boolean;
  /** Weekday to go to at the end: PHP counts units first. */
  weekday: { readonly day: number; readonly steps: number } | undefined;
  /** Whether the weekday is one of a week that is named, as in "next week"; Monday where no day is. */
  isOfWeek: boolean;
  /** "first monday of": which weekday of the month; -1 is the last. */
  nth: { readonly day: number; readonly count: number } | undefined;
  readonly now: number;
}

/**
 * Reads dates as PHP's strtotime does: parts one after the other, each a date, a time, a zone or words that move it.
 *
 * @returns undefined where a part means nothing.
 */
export function readDateWords(text: string, zone: string, now: number): PhpDate | undefined {
  const start = new Date(Math.floor((now + zoneOffset(now, zone)) / 1000) * 1000);
  const draft: Draft = {
    ...{ clock: start, zone, hasTime: false, hasDate: false },
    ...{ weekday: undefined, isOfWeek: false, nth: undefined, now },
  };
  let rest = text.trim();
  while (rest !== '') {
    const taken = RULES.map(([pattern, apply]) => [pattern.exec(rest), apply] as const).find(([match]) => match);
    const [match, apply] = taken ?? [];
    if (!match || !apply || match[0] === '') return undefined;
    apply(draft, match);
    rest = rest.slice(match[0].length).replace(/^[\s,]+/, '');
  }
  if (draft.hasDate && !draft.hasTime) setTime(draft, 0, 0, 0);
  if (draft.nth) goToNth(draft, draft.nth);
  else if (draft.isOfWeek) goToDayOfWeek(draft, draft.weekday?.day ?? 1);
  else if (draft.weekday) goToWeekday(draft, draft.weekday);
  return { instant: fromClock(draft.clock.getTime(), draft.zone), zone: draft.zone };
}

type Rule = readonly [RegExp, (draft: Draft, match: RegExpExecArray) => void];

const END = '(?=$|[\\s,])';
const UNIT = '(seconds?|secs?|minutes?|mins?|hours?|days?|weekdays?|weeks?|fortnights?|months?|years?)';
const DAY = `(${DAYS.map((name) => `${name}|${name.slice(0, 3)}`).join('|')})`;
const MONTH = `(${MONTHS.map((name) => `${name}|${name.slice(0, 3)}`).join('|')}|sept)`;
const ORDINALS = 'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth'.split(' ');
const COUNT = `(next|last|previous|this|[+-]?\\s?\\d{1,9}|an?|one|${ORDINALS.filter((name) => name !== 'second').join('|')})`;
const rule = (source: string, apply: Rule[1]): Rule => [new RegExp(`^(?:${source})`, 'i'), apply];

const RULES: readonly Rule[] = [
  rule('(\\d{4})-(\\d{1,2})-(\\d{1,2})(?=$|[\\sTt,])', (draft, [, y, m, d]) => {
    setDate(draft, Number(y), Number(m), Number(d));
  }),
  rule(`(\\d{4})/(\\d{1,2})/(\\d{1,2})${END}`, (draft, [, y, m, d]) => {
    setDate(draft, Number(y), Number(m), Number(d));
  }),
  rule(`(\\d{1,2})/(\\d{1,2})/(\\d{4})${END}`, (draft, [, m, d, y]) => {
    setDate(draft, Number(y), Number(m), Number(d));
  }),
  rule(`(\\d{1,2})[-.](\\d{1,2})[-.](\\d{4})${END}`, (draft, [, d, m, y]) => {
    setDate(draft, Number(y), Number(m), Number(d));
  }),
  rule(`(\\d{4})(\\d{2})(\\d{2})(?=$|[\\sTt,])`, (draft, [, y, m, d]) => {
    setDate(draft, Number(y), Number(m), Number(d));
  }),
  rule(`(\\d{4})(\\d{2})(\\d{2})(\\d{2})(\\d{2})(\\d{2})${END}`, (draft, [, y, m, d, h, i, s]) => {
    setDate(draft, Number(y), Number(m), Number(d));
    setTime(draft, Number(h), Number(i), Number(s));
  }),
  rule(`T(\\d{2})(\\d{2})(\\d{2})?(?=$|[\\s,Z+-])`, (draft, [, h, m, s]) => {
    setTime(draft, Number(h), Number(m), Number(s ?? 0));
  }),
  rule(`(\\d{1,2})/(\\d{1,2})/(\\d{2})${END}`, (draft, [, m, d, y]) => {
    setDate(draft, fullYear(y), Number(m), Number(d));
  }),
  rule(`(\\d{2})-(\\d{1,2})-(\\d{1,2})${END}`, (draft, [, y, m, d]) => {
    setDate(draft, fullYear(y), Number(m), Number(d));
  }),
  rule(`(\\d{4})-(\\d{2})${END}`, (draft, [, y, m]) => {
    setDate(draft, Number(y), Number(m), 1);
  }),
  rule(`(\\d{4})-?W(\\d{2})(?:-?([0-7]))?(?=$|[\\sTt,])`, (draft, [, y, week, day]) => {
    const fourth = new Date(Date.UTC(Number(y), 0, 4));
    const days = 4 - (fourth.getUTCDay() || 7) + (Number(week) - 1) * 7 + Number(day ?? 1);
    setDate(draft, Number(y), 1, 1);
    move(draft, 'day', days - 1);
  }),
  rule(`(\\d{4})[.-](\\d{3})${END}`, (draft, [, y, day]) => {
    setDate(draft, Number(y), 1, 1);
    move(draft, 'day', Number(day) - 1);
  }),
  rule(`(\\d{4})-${MONTH}-(\\d{1,2})${END}`, (draft, [, y, m, d]) => {
    setDate(draft, Number(y), nameIndex(MONTHS, m) + 1, Number(d));
  }),
  rule(`${MONTH}[\\s.-]*(\\d{4})${END}`, (draft, [, m, y]) => {
    setDate(draft, Number(y), nameIndex(MONTHS, m) + 1, 1);
  }),
  rule(`(\\d{1,2})(?:st|nd|rd|th)?[\\s.-]*${MONTH}[\\s.,-]*(\\d{4}|(?<=-)\\d{2})?${END}`, (draft, [, d, m, y]) => {
    setDate(draft, y === undefined ? draft.clock.getUTCFullYear() : fullYear(y), nameIndex(MONTHS, m) + 1, Number(d));
  }),
  rule(`${MONTH}[\\s-]+(\\d{1,2})(?:st|nd|rd|th)?(?:[\\s,-]+(\\d{4}))?${END}`, (draft, [, m, d, y]) => {
    setDate(draft, y === undefined ? draft.clock.getUTCFullYear() : Number(y), nameIndex(MONTHS, m) + 1, Number(d));
  }),
  rule(
    '[Tt]?(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?(?:\\s*([ap]\\.?m\\.?)(?![a-z]))?',
    (draft, [, h, m, s, f, half]) => {
      const hour = half === undefined ? Number(h) : (Number(h) % 12) + (/^p/i.test(half) ? 12 : 0);
      setTime(draft, hour, Number(m), Number(s ?? 0), Math.floor(Number(`0.${f ?? 0}`) * 1000));
    },
  ),
  rule(`(\\d{1,2})\\s*([ap]\\.?m\\.?)${END}`, (draft, [, h, half]) => {
    setTime(draft, (Number(h) % 12) + (/^p/i.test(half ?? '') ? 12 : 0), 0, 0);
  }),
  rule(`now${END}`, () => undefined),
  rule(`(?:today|midnight)${END}`, (draft) => {
    setTime(draft, 0, 0, 0);
  }),
  rule(`noon${END}`, (draft) => {
    setTime(draft, 12, 0, 0);
  }),
  rule(`tomorrow${END}`, (draft) => {
    setTime(draft, 0, 0, 0);
    move(draft, 'day', 1);
  }),
  rule(`yesterday${END}`, (draft) => {
    setTime(draft, 0, 0, 0);
    move(draft, 'day', -1);
  }),
  rule(
    `(first|last) day of(?:\\s+(next|last|previous|this)\\s+(month|year))?(?:\\s+${MONTH}(?:\\s+(\\d{4}))?)?${END}`,
    (draft, match) => {
      goToDayOfMonth(draft, match);
    },
  ),
  rule(`(${ORDINALS.join('|')}|last)\\s+${DAY}\\s+of${END}`, (draft, [, count = '', day]) => {
    setTime(draft, 0, 0, 0);
    draft.nth = { day: nameIndex(DAYS, day), count: /last/i.test(count) ? -1 : countOf(count) };
  }),
  rule(`(next|last|previous|this)\\s+weeks?${END}`, (draft, [, count = '']) => {
    move(draft, 'week', countOf(count));
    draft.isOfWeek = true;
  }),
  rule(`${COUNT}\\s*${UNIT}(\\s+ago)?${END}`, (draft, [, count = '', unit = '', ago]) => {
    move(draft, unit.toLowerCase(), countOf(count) * (ago === undefined ? 1 : -1));
  }),
  rule(`(Z|UTC|GMT|[+-]\\d{2}:?\\d{2})${END}`, (draft, [, zone]) => {
    const moved = zoneOf(zone ?? '');
    if (!draft.hasTime) return;
    draft.zone = moved;
  }),
  rule(`(${Object.keys(ABBREVIATIONS).join('|')})${END}`, (draft, [, zone = '']) => {
    draft.zone = ABBREVIATIONS[zone.toUpperCase()] ?? draft.zone;
  }),
  rule(`\\(?([A-Za-z]+(?:/[A-Za-z_]+){1,2})\\)?${END}`, (draft, [, zone = '']) => {
    if (isZone(zone)) draft.zone = zone;
    else draft.clock = new Date(NaN);
  }),
  rule(`(?:(next|last|previous|this)\\s+)?${DAY}${END}`, (draft, [, which = 'this', day]) => {
    if (!draft.hasTime) setTime(draft, 0, 0, 0);
    const steps = /next/i.test(which) ? 1 : /last|previous/i.test(which) ? -1 : 0;
    draft.weekday = { day: nameIndex(DAYS, day), steps };
  }),
];

/** Of two digits those below 70 are of this century, as PHP has it. */
function fullYear(text = ''): number {
  return text.length === 2 ? Number(text) + (Number(text) < 70 ? 2000 : 1900) : Number(text);
}

function nameIndex(names: readonly string[], name = ''): number {
  return names.findIndex((each) => each.slice(0, 3).toLowerCase() === name.slice(0, 3).toLowerCase());
}

function setDate(draft: Draft, year: number, month: number, day: number): void {
  const { clock } = draft;
  const time = clock.getTime() - Date.UTC(clock.getUTCFullYear(), clock.getUTCMonth(), clock.getUTCDate());
  // A month of 13 is no date: what does not exist becomes one that is not a number.
  const exists = month >= 1 && month <= 12 && day >= 1 && day <= 31;
  draft.clock = new Date(exists ? Date.UTC(year, month - 1, day) + time : NaN);
  draft.hasDate = true;
}

function setTime(draft: Draft, hour: number, minute: number, second: number, millisecond = 0): void {
  const { clock } = draft;
  const exists = hour <= 24 && minute <= 59 && second <= 60;
  const day = [clock.getUTCFullYear(), clock.getUTCMonth(), clock.getUTCDate()] as const;
  draft.clock = new Date(exists ? Date.UTC(...day, hour, minute, second, millisecond) : NaN);
  draft.hasTime = true;
}

function countOf(text: string): number {
  const word = text.toLowerCase().replace(/\s/g, '');
  if (word === 'next') return 1;
  if (word === 'last' || word === 'previous') return -1;
  if (word === 'this') return 0;
  if (ORDINALS.includes(word)) return ORDINALS.indexOf(word) + 1;
  return /^(?:an?|one)$/.test(word) ? 1 : Number(word);
}

function move(draft: Draft, unit: string, count: number): void {
  if (draft.hasDate && !draft.hasTime) setTime(draft, 0, 0, 0);
  const date = new Date(draft.clock);
  if (unit.startsWith('sec')) date.setUTCSeconds(date.getUTCSeconds() + count);
  else if (unit.startsWith('min')) date.setUTCMinutes(date.getUTCMinutes() + count);
  else if (unit.startsWith('hour')) date.setUTCHours(date.getUTCHours() + count);
  else if (unit.startsWith('weekday')) moveWeekdays(date, count);
  else if (unit.startsWith('week')) date.setUTCDate(date.getUTCDate() + count * 7);
  else if (unit.startsWith('fortnight')) date.setUTCDate(date.getUTCDate() + count * 14);
  else if (unit.startsWith('month')) date.setUTCMonth(date.getUTCMonth() + count);
  else if (unit.startsWith('year')) date.setUTCFullYear(date.getUTCFullYear() + count);
  else date.setUTCDate(date.getUTCDate() + count);
  draft.clock = date;
}

function moveWeekdays(date: Date, count: number): void {
  for (let left = Math.min(Math.abs(count), 100_000); left > 0;) {
    date.setUTCDate(date.getUTCDate() + Math.sign(count));
    if (date.getUTCDay() % 6 !== 0) left -= 1;
  }
}

/** "this" may be today, "next" and "last" are not. */
function goToWeekday(draft: Draft, { day, steps }: { readonly day: number; readonly steps: number }): void {
  const today = draft.clock.getUTCDay();
  const ahead = (day - today + 7) % 7;
  const days = steps > 0 ? ahead || 7 : steps < 0 ? ahead - 7 : ahead;
  const date = new Date(draft.clock);
  date.setUTCDate(date.getUTCDate() + days);
  draft.clock = date;
}

/** A day of the week that the clock stands in, which begins on Monday. */
function goToDayOfWeek(draft: Draft, day: number): void {
  const date = new Date(draft.clock);
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7) + ((day + 6) % 7));
  draft.clock = date;
}

function goToNth(draft: Draft, { day, count }: { readonly day: number; readonly count: number }): void {
  const date = new Date(draft.clock);
  date.setUTCMonth(date.getUTCMonth() + (count < 0 ? 1 : 0), count < 0 ? 0 : 1);
  const away = count < 0 ? -((date.getUTCDay() - day + 7) % 7) : ((day - date.getUTCDay() + 7) % 7) + (count - 1) * 7;
  date.setUTCDate(date.getUTCDate() + away);
  draft.clock = date;
}

function goToDayOfMonth(draft: Draft, [, which = 'first', relation, unit, month, year]: RegExpExecArray): void {
  const { clock } = draft;
  const steps = relation === undefined ? 0 : countOf(relation);
  const years = year === undefined ? clock.getUTCFullYear() + (/year/i.test(unit ?? '') ? steps : 0) : Number(year);
  const index =
    month === undefined ? clock.getUTCMonth() + (/month/i.test(unit ?? '') ? steps : 0) : nameIndex(MONTHS, month);
  const isFirst = /first/i.test(which);
  const date = new Date(clock);
  date.setUTCFullYear(years, isFirst ? index : index + 1, isFirst ? 1 : 0);
  draft.clock = date;
}
