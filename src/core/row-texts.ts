import { hashText } from './record-hash.ts';
import type { DataRecord } from './record.ts';

type Rows = readonly DataRecord[];

/**
 * The records of a page as JSON, each on its own. Whoever asks first has them made; the others get the same.
 *
 * @param rows A page as it came: nobody changes its records, or the list.
 */
export const rowTexts = madeOnce((rows) => rows.map((row) => JSON.stringify(row)));

/** Fingerprints of these texts, made once as well. */
export const rowHashes = madeOnce((rows) => rowTexts(rows).map(hashText));

function madeOnce(make: (rows: Rows) => readonly string[]): (rows: Rows) => readonly string[] {
  const known = new WeakMap<Rows, readonly string[]>();
  return (rows) => {
    const made = known.get(rows) ?? make(rows);
    known.set(rows, made);
    return made;
  };
}
