import type { Entry } from './part.ts';
import type { Php } from './php/array.ts';
import { pathText } from './php/pattern.ts';

/** What an accessor has read, for steps that need keys: where it is the record itself, that is what the record holds. */
export function keyedEntries(root: Php, entries: readonly Entry[]): readonly Entry[] {
  const isWhole = entries.length === 1 && entries[0]?.path.length === 0;
  if (!isWhole) return entries;
  return root instanceof Map
    ? [...root].map(([key, value]) => ({ key, name: pathText([key]), path: [key], value }))
    : [];
}
