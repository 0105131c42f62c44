const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'narrow' });
const absolute = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

/** Zone of the browser, to be named beside absolute times. */
export const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** "3 min ago", "in 2 h"; "now" below a second. */
export function relativeTime(instant: string | number, now = Date.now()): string {
  const distance = new Date(instant).getTime() - now;
  for (const [unit, size] of UNITS) {
    if (Math.abs(distance) >= size) return relative.format(Math.trunc(distance / size), unit);
  }
  return 'now';
}

/** Date and time in the browser's zone, which is named. */
export function absoluteTime(instant: string | number): string {
  return `${absolute.format(new Date(instant))} (${ZONE})`;
}

/** A length of time as people say it: "320 ms", "4.2 s", "3 min", "2 h". */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min`;
  if (ms < 86_400_000) return `${Math.floor(ms / 3_600_000)} h ${Math.floor((ms % 3_600_000) / 60_000)} min`;
  return `${Math.floor(ms / 86_400_000)} d`;
}

const MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of a duration as documents write it ("5m"); undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  const [, digits, unit = ''] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? [];
  const size = MS[unit];
  return digits === undefined || size === undefined ? undefined : Number(digits) * size;
}
