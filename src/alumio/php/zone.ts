import { checkInstantFormat } from '../../core/instant-format.ts';
import { offsetOf } from '../../core/zone-clock.ts';

/** A date with the zone that it is told in: an IANA name, or an offset such as "+02:00". */
export interface PhpDate {
  readonly instant: number;
  readonly zone: string;
}

/** How far a zone is ahead of UTC at an instant, in milliseconds. */
export function zoneOffset(instant: number, zone: string): number {
  const fixed = /^([+-])(\d\d):(\d\d)$/.exec(zone);
  if (!fixed) return offsetOf(instant, zone);
  const minutes = Number(fixed[2]) * 60 + Number(fixed[3]);
  return (fixed[1] === '-' ? -minutes : minutes) * 60_000;
}

/** The instant of a time on the clock of a zone, given as if it were UTC. */
export function fromClock(clock: number, zone: string): number {
  if (zone === 'UTC' || /^[+-]/.test(zone)) return clock - zoneOffset(clock, zone);
  const before = clock - zoneOffset(clock - 86_400_000, zone);
  const after = clock - zoneOffset(clock + 86_400_000, zone);
  const fits = [before, after].filter((instant) => instant + zoneOffset(instant, zone) === clock);
  return fits.length > 0 ? Math.min(...fits) : Math.max(before, after);
}

/** "Z", "+0200" and "+2" in the one form. */
export function zoneOf(text: string): string {
  if (/^(?:z|utc|gmt)$/i.test(text)) return 'UTC';
  const offset = /^([+-])(\d{1,2}):?(\d\d)?$/.exec(text);
  return offset ? `${offset[1] ?? '+'}${(offset[2] ?? '').padStart(2, '0')}:${offset[3] ?? '00'}` : text;
}

/** An offset as PHP writes it. */
export function offsetText(offset: number, between: string): string {
  const minutes = Math.round(Math.abs(offset) / 60_000);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${between}${two(minutes % 60)}`;
}

/** Throws ConfigError ERR_INSTANT_FORMAT for a zone that is not known. */
export function checkZone(zone: string): void {
  if (!/^[+-]\d\d:\d\d$/.test(zone)) checkInstantFormat('iso', zone);
}
