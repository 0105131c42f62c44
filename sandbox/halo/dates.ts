/** What Halo writes where there is no date. */
export const NO_DATE = '1900-01-01T00:00:00';

const ZONE = /(?:Z|[+-]\d\d:?\d\d)$/i;

/** Writes an instant as Halo does: UTC without a zone, and no zeros at the end of the fraction. */
export function formatDate(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.?0*Z$/, '');
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
