import type { DataRecord } from '../core/record.ts';
import type { Queryable } from './database.ts';

/** Characters of page bodies that are kept at hand. */
const MOST_KEPT = 16_000_000;

/**
 * Bodies of pages: the records of all tasks that one page made, as one JSON list.
 *
 * A task says which item is its own. So a record is written once, compressed with those beside it, and the rows that
 * change with each state are small.
 */
export class PageBodies {
  readonly #database: Queryable;
  /** The last ones that were read, oldest first. */
  readonly #kept = new Map<number, { readonly records: readonly DataRecord[]; readonly size: number }>();
  #size = 0;

  constructor(database: Queryable) {
    this.#database = database;
  }

  /** The records of pages by their id. */
  async read(ids: readonly number[]): Promise<ReadonlyMap<number, readonly DataRecord[]>> {
    const found = new Map<number, readonly DataRecord[]>();
    const missing: number[] = [];
    for (const id of new Set(ids)) {
      const kept = this.#kept.get(id);
      if (kept) found.set(id, kept.records);
      else missing.push(id);
    }
    if (missing.length === 0) return found;
    const { rows } = await this.#database.query<{ id: number; body: string }>(
      'SELECT id, body FROM page_body WHERE id = ANY($1::bigint[])',
      [missing],
    );
    for (const { id, body } of rows) {
      const records = JSON.parse(body) as DataRecord[];
      found.set(id, records);
      this.#keep(id, records, body.length);
    }
    return found;
  }

  #keep(id: number, records: readonly DataRecord[], size: number): void {
    this.#kept.set(id, { records, size });
    this.#size += size;
    for (const [oldest, { size: freed }] of this.#kept) {
      if (this.#size <= MOST_KEPT) return;
      this.#kept.delete(oldest);
      this.#size -= freed;
    }
  }
}

/** Where the record of a task is: in itself, or an item of a page. */
export interface RecordPlace {
  readonly payload: string | null;
  readonly page: number | null;
  readonly item: number | null;
}

/** The records of tasks as JSON text, in order; null for a task that holds none. */
export async function recordTexts(tx: Queryable, places: readonly RecordPlace[]): Promise<(string | null)[]> {
  const pages = await new PageBodies(tx).read(
    places.flatMap(({ payload, page }) => (payload !== null || page === null ? [] : [page])),
  );
  return places.map(({ payload, page, item }) => {
    if (payload !== null || page === null) return payload;
    const record = pages.get(page)?.[item ?? 0];
    return record === undefined ? null : JSON.stringify(record);
  });
}
