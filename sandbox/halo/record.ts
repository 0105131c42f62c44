/** Any JSON value. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** One record as Halo stores it, custom fields and nested lists included. */
export interface HaloRecord {
  [key: string]: Json;
}

/** Tells a JSON object from a list, a plain value and nothing. */
export function isRecord(value: Json | undefined): value is HaloRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads a field as text; what is absent, null or nested is the empty string. */
export function textOf(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
