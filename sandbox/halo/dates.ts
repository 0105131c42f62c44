/** What Halo writes where there is no date. */
export const NO_DATE = '1900-01-01T00:00:00';

const ZONE = /(?:Z|[+-]\d\d:?\d\d)$/i;

const DAY_MS = 86_400_000;
const TWO_DIGITS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));
const DAYS_KEPT = 1000;
const dayTexts = new Map<number, string>();

/**
 * Writes an instant as Halo does: UTC without a zone, and no zeros at the end of the fraction.
 *
 * Computed tickets have six dates each, so the texts of days are kept and the rest is put together by hand.
 */
export function formatDate(epochMs: number): string {
  const day = Math.floor(epochMs / DAY_MS);
  const ms = epochMs - day * DAY_MS;
  const hours = twoDigits(Math.floor(ms / 3_600_000));
  const minutes = twoDigits(Math.floor(ms / 60_000) % 60);
  return `${dayText(day)}${hours}:${minutes}:${twoDigits(Math.floor(ms / 1000) % 60)}${fraction(ms % 1000)}`;
}

function dayText(day: number): string {
  const known = dayTexts.get(day);
  if (known !== undefined) return known;
  const text = new Date(day * DAY_MS).toISOString().slice(0, 11);
  if (dayTexts.size >= DAYS_KEPT) dayTexts.clear();
  dayTexts.set(day, text);
  return text;
}

function twoDigits(number: number): string {
  return TWO_DIGITS[number] ?? '';
}

function fraction(ms: number): string {
  return ms === 0 ? '' : `.${String(ms).padStart(3, '0')}`.replace(/0+$/, '');
}

/**
 * Reads a date as Halo does: without a zone it is UTC, and a day alone is its midnight.
 *
 * @returns Epoch milliseconds, or undefined when the text is no date.
 */
export function parseDate(text: string): number | undefined {
  const zoned = text.includes('T') && !ZONE.test(text) ? `${text}Z` : text;
  const epochMs = Date.parse(zoned);
  return Number.isNaN(epochMs) ? undefined : epochMs;
}
