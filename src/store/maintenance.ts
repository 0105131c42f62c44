import type { Database } from './database.ts';

/** How long history is kept, in milliseconds. */
export interface Retention {
  /** Finished and skipped tasks, their exchanges, and runs. */
  readonly restMs: number;
  /** Failed tasks. */
  readonly failedMs: number;
}

const BATCH = 5000;
/** Kept answers that no list has asked for during this time belong to rows that are gone. */
const DETAIL_UNUSED_MS = 30 * 86_400_000;

/** Removes old history in batches and keeps an embedded database small. */
export function maintenanceRepository(database: Database) {
  return {
    /** Removes what is older than the retention; answers the number of tasks removed. */
    async prune(retention: Retention): Promise<number> {
      const now = Date.now();
      let removed = await prune(database, ['finished', 'skipped'], now - retention.restMs);
      removed += await prune(database, ['failed'], now - retention.failedMs);
      await database.query('DELETE FROM detail WHERE used_at < $1', [now - DETAIL_UNUSED_MS]);
      await database.query('DELETE FROM exchange WHERE at < $1', [now - retention.restMs]);
      await database.query(
        `DELETE FROM run r WHERE r.status <> 'running' AND r.finished_at < $1
           AND NOT EXISTS (SELECT 1 FROM task t WHERE t.run = r.id)`,
        [now - retention.restMs],
      );
      return removed;
    },

    /** PGlite has no autovacuum; without this its queue and task tables only grow. */
    async vacuum(): Promise<void> {
      if (database.engine !== 'pglite') return;
      const { rows } = await database.query<{ name: string }>(
        `SELECT format('%I.%I', schemaname, relname) AS name FROM pg_stat_user_tables WHERE n_dead_tup > 1000`,
      );
      for (const { name } of rows) await database.query(`VACUUM ANALYZE ${name}`);
    },

    /** Proves that the database answers. */
    async ping(): Promise<void> {
      await database.query('SELECT 1');
    },
  };
}

async function prune(database: Database, states: readonly string[], before: number): Promise<number> {
  let total = 0;
  for (;;) {
    const { rowCount } = await database.query(
      `WITH old AS (SELECT id FROM task WHERE state = ANY($1::text[]) AND updated_at < $2 ORDER BY id LIMIT $3),
         history AS (DELETE FROM attempt WHERE task IN (SELECT id FROM old))
       DELETE FROM task WHERE id IN (SELECT id FROM old)`,
      [states, before, BATCH],
    );
    total += rowCount;
    if (rowCount < BATCH) return total;
  }
}
