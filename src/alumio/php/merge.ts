import { nextKey, isIntegerKey, isList, type Php, type PhpArray } from './array.ts';

/** PHP's array_merge: later values of text keys win, values of number keys are put in a row. */
export function arrayMerge(arrays: Iterable<PhpArray>): PhpArray {
  const merged: PhpArray = new Map();
  let next = 0;
  for (const array of arrays) {
    for (const [key, value] of array) {
      if (isIntegerKey(key)) merged.set(String(next++), value);
      else merged.set(key, value);
    }
  }
  return merged;
}

/** Merges arrays with text keys into each other at every depth; lists and plain values are replaced. */
export function mergeDeep(under: Php, over: Php): Php {
  if (!(under instanceof Map) || !(over instanceof Map) || isList(over)) return over;
  const merged: PhpArray = new Map(under);
  for (const [key, value] of over) {
    const before = merged.get(key);
    merged.set(key, before === undefined ? value : mergeDeep(before, value));
  }
  return merged;
}

/** Appends a value as `$array[] = …` does. */
export function append(array: PhpArray, value: Php): void {
  array.set(nextKey(array), value);
}
