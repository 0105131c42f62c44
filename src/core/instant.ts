const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?)?$/i;

/**
 * Reads an ISO 8601 date, or date and time, as epoch milliseconds.
 *
 * A text without a zone is UTC, as Halo sends its times; a date alone is its midnight in UTC.
 *
 * @returns undefined when the text is not such a date.
 */
export function parseInstant(text: string): number | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const [, date = '', time = '00:00', zone = 'Z'] = match;
  const instant = Date.parse(`${date}T${time}${zone.toUpperCase()}`);
  return Number.isNaN(instant) ? undefined : instant;
}
