import { isObject } from '../../core/record.ts';
import type { Node } from './references.ts';

/**
 * Lays a patch over an object: objects are merged key by key, null takes a key away, everything else replaces.
 *
 * Built from entries, so that a key named `__proto__` stays a key.
 */
export function merge(base: Node, patch: Node): Node {
  const merged = new Map<string, unknown>(Object.entries(base));
  for (const [key, value] of Object.entries(patch)) {
    const before = merged.get(key);
    if (value === null) merged.delete(key);
    else merged.set(key, isObject(value) ? merge(isObject(before) ? before : {}, value) : value);
  }
  return Object.fromEntries(merged);
}

/** The same object with its keys in this order; keys that are not named come last, by name. */
export function inOrder(node: Node, order: readonly string[]): Node {
  const place = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length);
  return Object.fromEntries(
    Object.entries(node)
      .filter(([, value]) => value !== undefined)
      .sort(([a], [b]) => place(a) - place(b) || compareText(a, b)),
  );
}

/** Compares by code unit, so that the order is the same in every locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
