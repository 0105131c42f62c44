import { isObject, type Json } from './record.ts';

/**
 * Tells whether two JSON values are the same: numbers and texts differ, the order of keys does not matter.
 *
 * @param visit Called for each pair of values, so that a caller can bound the work.
 */
export function jsonEqual(a: Json | undefined, b: Json | undefined, visit?: () => void): boolean {
  visit?.();
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && equalLists(a, b, visit);
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && jsonEqual(a[key] as Json, b[key] as Json, visit));
}

function equalLists(a: readonly Json[], b: readonly Json[], visit?: () => void): boolean {
  return a.length === b.length && a.every((item, index) => jsonEqual(item, b[index], visit));
}
