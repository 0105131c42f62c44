import { isRecord, type DataRecord } from './record.ts';

/** Merges two objects; where both have an object under a key, these are merged too. Elsewhere `over` wins. */
export function mergeDeep(under: DataRecord, over: DataRecord): DataRecord {
  const entries = Object.entries(over).map(([key, value]) => {
    const below = Object.hasOwn(under, key) ? under[key] : undefined;
    return [key, isRecord(below) && isRecord(value) ? mergeDeep(below, value) : value] as const;
  });
  // A spread of entries defines own keys, also "__proto__".
  return { ...under, ...Object.fromEntries(entries) };
}
