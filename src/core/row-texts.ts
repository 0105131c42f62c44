import type { DataRecord } from './record.ts';

const known = new WeakMap<readonly DataRecord[], readonly string[]>();

/**
 * The records of a page as JSON, each on its own. Whoever asks first has them made; the others get the same.
 *
 * @param rows A page as it came: nobody changes its records, or the list.
 */
export function rowTexts(rows: readonly DataRecord[]): readonly string[] {
  const before = known.get(rows);
  if (before) return before;
  const texts = rows.map((row) => JSON.stringify(row));
  known.set(rows, texts);
  return texts;
}
