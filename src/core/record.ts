/** Any value that JSON can carry. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** One JSON object on its way from a source to a target. Read-only: a step returns a new record. */
export type DataRecord = Readonly<Record<string, Json>>;

/** Tells a JSON object from lists, null and plain values. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Tells a record: same test as {@link isObject}, for values that are known to be JSON. */
export function isRecord(value: Json | undefined): value is DataRecord {
  return isObject(value);
}

/** A value as text: plain values as they are, lists and objects as JSON, null as nothing. */
export function plainText(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
