import type { DataRecord } from '../types.ts';

/** Path of a template that is nothing but one field ("&{client.name}"); undefined for everything else. */
export function plainPath(template: unknown): string | undefined {
  if (typeof template !== 'string') return undefined;
  return /^[&?]\{([\w-]+(?:\.[\w-]+)*)\}$/.exec(template)?.[1];
}

/** Value at a plain path; undefined when it is not there. */
export function valueAt(record: DataRecord, path: string): unknown {
  let value: unknown = record;
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as DataRecord)[part];
  }
  return value;
}
