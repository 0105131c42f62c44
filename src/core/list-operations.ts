import { canonicalText } from './canonical-text.ts';
import { compareTexts } from './compare-texts.ts';
import { getPath, parsePath } from './field-path.ts';
import { readNumber } from './numbers.ts';
import type { Json } from './record.ts';

/** Reads what a list is sorted or told apart by; the item itself without a path. */
export function compileKey(by: string | undefined): (item: Json) => Json | undefined {
  if (by === undefined || by === '@') return (item) => item;
  const path = parsePath(by);
  return (item) => getPath(item, path);
}

/**
 * Compiles a comparison for sorting: numbers by size, texts by character, numbers before texts, false before true.
 *
 * Items without a value come last in either order; items that are equal keep their order.
 */
export function compileSort(by: string | undefined, order: 'ascending' | 'descending', numeric: boolean) {
  const keyOf = compileKey(by);
  const sign = order === 'descending' ? -1 : 1;
  const measure = (item: Json) => {
    const key = keyOf(item) ?? null;
    return numeric && typeof key === 'string' ? (readNumber(key) ?? key) : key;
  };
  return (list: readonly Json[]): Json[] => {
    const keyed = list.map((item) => ({ item, key: measure(item) }));
    keyed.sort((a, b) => {
      if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);
      return sign * compareKeys(a.key, b.key);
    });
    return keyed.map(({ item }) => item);
  };
}

const RANKS = ['boolean', 'number', 'string', 'object'];

function compareKeys(a: Json, b: Json): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  return RANKS.indexOf(typeof a) - RANKS.indexOf(typeof b) || Number(a === true) - Number(b === true);
}

/** The first item of each key; objects are compared by what is in them. */
export function uniqueBy(list: readonly Json[], keyOf: (item: Json) => Json | undefined): Json[] {
  const seen = new Set<string>();
  return list.filter((item) => {
    const key = canonicalText(keyOf(item) ?? null);
    return seen.has(key) ? false : seen.add(key);
  });
}

/** Lifts the items of inner lists out of them, so many levels deep. */
export function flattenList(list: readonly Json[], depth: number): Json[] {
  // The type of a deep flat() is more than the compiler can work out.
  return (list as readonly unknown[]).flat(depth) as Json[];
}
