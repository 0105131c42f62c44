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
