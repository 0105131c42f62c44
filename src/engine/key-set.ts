import { createHash } from 'node:crypto';

/** A set of keys that holds one number for each, however long they are. */
export interface KeySet {
  has(key: string): boolean;
  add(key: string): void;
}

/** Creates an empty set. Among a million keys, two are taken for one with a chance of one in 500. */
export function createKeySet(): KeySet {
  const marks = new Set<number>();
  const markOf = (key: string): number => createHash('sha256').update(key).digest().readUIntBE(0, 6);
  return {
    has: (key) => marks.has(markOf(key)),
    add: (key) => {
      marks.add(markOf(key));
    },
  };
}
