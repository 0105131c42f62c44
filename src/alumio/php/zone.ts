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
  // An hour that comes twice is the second of them, as in PHP.
  return fits.length > 0 ? Math.max(...fits) : Math.max(before, after);
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

/** Zones by the short names that dates carry. */
export const ABBREVIATIONS: Readonly<Record<string, string>> = {
  ...{ WET: '+00:00', WEST: '+01:00', BST: '+01:00', CET: '+01:00', CEST: '+02:00', EET: '+02:00', EEST: '+03:00' },
  ...{ EST: '-05:00', EDT: '-04:00', CST: '-06:00', CDT: '-05:00', MST: '-07:00', MDT: '-06:00' },
  ...{ PST: '-08:00', PDT: '-07:00' },
};

/** Whether a name is that of a zone: "Europe/Paris". */
export function isZone(name: string): boolean {
  try {
    checkInstantFormat('iso', name);
    return true;
  } catch {
    return false;
  }
}

/** Throws ConfigError ERR_INSTANT_FORMAT for a zone that is not known. */
export function checkZone(zone: string): void {
  if (!/^[+-]\d\d:\d\d$/.test(zone)) checkInstantFormat('iso', zone);
}
