import type { UnmatchedValue } from '../core/step-run.ts';
import type { Database } from './database.ts';
import { countUnmatched } from './step-effects.ts';

/** A value that a value map did not have, as people look at it. */
export interface UnmatchedRow {
  /** JSON text. */
  readonly value: string;
  /** How many records had it. */
  readonly count: number;
  /** Key of the last of them. */
  readonly sample: string;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** Where a page of them begins: behind the row with this count and value. */
export interface UnmatchedPosition {
  readonly count: number;
  readonly value: string;
}

/** Values that value maps did not have. Steps add to them (see `writeEffects`). */
export function unmatchedRepository(database: Database) {
  return {
    /** Counts values; those that are there are added up. */
    async add(values: readonly UnmatchedValue[]): Promise<void> {
      await countUnmatched(database, values);
    },

    /** The most frequent first. */
    async list(
      valueMap: string,
      { after, limit }: { readonly after: UnmatchedPosition | undefined; readonly limit: number },
    ): Promise<UnmatchedRow[]> {
      const { rows } = await database.query<UnmatchedRow>(
        `SELECT value, count, sample, first_at AS "firstAt", last_at AS "lastAt" FROM unmatched_value
         WHERE value_map = $1 AND ($2::bigint IS NULL OR count < $2 OR count = $2 AND value > $3)
         ORDER BY count DESC, value LIMIT $4`,
        [valueMap, after?.count ?? null, after?.value ?? '', limit],
      );
      return rows;
    },

    /** Takes values, as JSON texts, off the list; all of them unless some are given. Answers how many. */
    async clear(valueMap: string, values?: readonly string[]): Promise<number> {
      const { rowCount } = await database.query(
        'DELETE FROM unmatched_value WHERE value_map = $1 AND ($2::text[] IS NULL OR value = ANY($2::text[]))',
        [valueMap, values ?? null],
      );
      return rowCount;
    },
  };
}
