const DAY_MS = 86_400_000;
/** Days from the beginning of each calendar to 1970. Excel's first takes 1900 for a leap year. */
const DAYS_1900 = 25_569;
const DAYS_1904 = 24_107;
/** The 29 February 1900 that never was. */
const FALSE_LEAP_DAY = 60;

/** Whether a number format shows numbers as dates or times of day; durations such as "[h]:mm" stay numbers. */
export function isDateFormat(id: number, code: string | undefined): boolean {
  if (code === undefined)
    return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || id === 45 || id === 47 || (id >= 50 && id <= 58);
  const [positive = ''] = code.replace(/"[^"]*"|\\.|_.|\*./g, '').split(';');
  if (/\[[hms]+\]/i.test(positive)) return false;
  const plain = positive.replace(/\[[^\]]*\]/g, '').replace(/general/gi, '');
  return /[ymdhs]/i.test(plain);
}

/**
 * A date of a spreadsheet as ISO 8601 without a zone, because it has none: a day, a day with time, or a time of day for
 * numbers below one. Undefined for numbers that are no date.
 */
export function dateText(serial: number, is1904: boolean): string | undefined {
  if (!Number.isFinite(serial) || serial < 0 || serial >= 2_958_466) return undefined;
  const shifted = !is1904 && serial < FALSE_LEAP_DAY ? serial + 1 : serial;
  // Times are fractions of a day, which are seldom exact: to the nearest millisecond.
  const ms = Math.round((shifted - (is1904 ? DAYS_1904 : DAYS_1900)) * DAY_MS);
  const [day = '', time = ''] = new Date(ms)
    .toISOString()
    .replace(/(\.000)?Z$/, '')
    .split('T');
  if (serial < 1) return time;
  return time === '00:00:00' ? day : `${day}T${time}`;
}
