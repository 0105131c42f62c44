import type { Database } from './database.ts';

/** How long and how much history is kept. What is open or waits for a decision is no history. */
export interface Retention {
  /** Finished and skipped tasks, calls, runs and incidents, in milliseconds. */
  readonly restMs: number;
  /** Failed tasks, in milliseconds. */
  readonly failedMs: number;
  /** Most finished and skipped tasks, and most failed ones. */
  readonly maxTasks: number;
  /** Most runs that are over and have no tasks any more. */
  readonly maxRuns: number;
  /** Most bytes of records in tasks at rest, and of calls. */
  readonly maxBytes: number;
}

/** Rows of one statement: each is over before anybody waits for its locks. */
const BATCH = 5000;
/** Kept answers that no list has asked for during this time belong to rows that are gone. */
const DETAIL_UNUSED_MS = 30 * 86_400_000;
/** What happened so long ago is no news, told or not. */
const NOTICE_KEPT_MS = 30 * 86_400_000;
/** A page and its tasks are written at once; this is only to be far from that. */
const PAGE_SETTLED_MS = 60_000;
/** Values of one value map that are kept, the latest: a field that is no list of values would fill the table. */
const MOST_UNMATCHED = 10_000;
const AT_REST = ['finished', 'skipped'];
const HISTORY_TABLES = ['task', 'page_body', 'attempt', 'exchange'];

/** Removes old history in batches and keeps an embedded database small. */
export function maintenanceRepository(database: Database) {
  return {
    /** Removes what is older or more than the retention allows, oldest first; answers the number of tasks removed. */
    async prune(retention: Retention): Promise<number> {
      const now = Date.now();
      const old = now - retention.restMs;
      let removed = await pruneTasks(database, AT_REST, old, retention);
      removed += await pruneTasks(database, ['failed'], now - retention.failedMs, retention);
      await inBatches(database, 'page_body', PAGE_WITHOUT_TASKS, [now - PAGE_SETTLED_MS]);
      await inBatches(database, 'detail', 'used_at < $1', [now - DETAIL_UNUSED_MS]);
      await inBatches(database, 'exchange', 'at < $1', [old]);
      await inBatches(database, 'exchange', 'id <= $1', [await beyondBytes(database, CALL_BYTES, retention)]);
      await inBatches(database, 'recent_call', 'at < $1', [old]);
      await inBatches(database, 'storage_entry', 'expires_at < $1', [now]);
      await inBatches(database, 'unmatched_value', 'last_at < $1', [old]);
      await database.query(SURPLUS_UNMATCHED, [MOST_UNMATCHED]);
      await inBatches(database, 'incident', 'ended_at < $1', [old]);
      await inBatches(database, 'notice', 'at < $1', [now - NOTICE_KEPT_MS]);
      const surplus = await idOf(database, NTH_RUN, [retention.maxRuns]);
      await inBatches(database, 'run', OVER_WITHOUT_TASKS, [old, surplus]);
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

    /** What history takes on disk, and since when it is kept: of tasks, their records, their tries and calls. */
    async history(): Promise<{ bytes: number; since: number | null }> {
      const { rows } = await database.query<{ bytes: number; since: number | null }>(
        `SELECT (SELECT sum(pg_total_relation_size(name::regclass))::bigint FROM unnest($1::text[]) AS name) AS bytes,
           (SELECT created_at FROM task ORDER BY id LIMIT 1) AS since`,
        [HISTORY_TABLES],
      );
      return rows[0] ?? { bytes: 0, since: null };
    },

    /** Proves that the database answers. */
    async ping(): Promise<void> {
      await database.query('SELECT 1');
    },
  };
}

const SURPLUS_UNMATCHED = `
  DELETE FROM unmatched_value WHERE ctid = ANY(ARRAY(
    SELECT place FROM (
      SELECT ctid AS place, row_number() OVER (PARTITION BY value_map ORDER BY last_at DESC, value) AS n FROM unmatched_value) u
    WHERE n > $1))`;

async function pruneTasks(
  database: Database,
  states: readonly string[],
  before: number,
  retention: Retention,
): Promise<number> {
  const surplus = await idOf(database, NTH_TASK, [states, retention.maxTasks]);
  const beyond = await beyondBytes(database, TASK_BYTES, retention, [states]);
  const pageBeyond = await beyondBytes(database, PAGE_BYTES, retention);
  let total = 0;
  let last = 0;
  for (;;) {
    const { rows } = await database.query<{ count: number; last: number | null }>(PRUNE_TASKS, [
      states,
      before,
      Math.max(surplus, beyond),
      last,
      BATCH,
      pageBeyond,
    ]);
    const { count = 0, last: reached = null } = rows[0] ?? {};
    total += count;
    if (count < BATCH || reached === null) return total;
    last = reached;
  }
}

const PRUNE_TASKS = `
  WITH old AS (
    SELECT id FROM task WHERE id > $4 AND state = ANY($1::text[]) AND (updated_at < $2 OR id <= $3 OR page <= $6)
    ORDER BY id LIMIT $5),
  history AS (DELETE FROM attempt WHERE task IN (SELECT id FROM old)),
  gone AS (DELETE FROM task WHERE id IN (SELECT id FROM old) AND state = ANY($1::text[]))
  SELECT count(*)::int AS count, max(id) AS last FROM old`;

const NTH_TASK = 'SELECT id FROM task WHERE state = ANY($1::text[]) ORDER BY id DESC OFFSET $2 LIMIT 1';
const NTH_RUN = `SELECT id FROM run WHERE status <> 'running' ORDER BY id DESC OFFSET $1 LIMIT 1`;

const OVER_WITHOUT_TASKS = `status <> 'running' AND (finished_at < $1 OR id <= $2)
  AND NOT EXISTS (SELECT 1 FROM task t WHERE t.run = run.id) AND NOT EXISTS (SELECT 1 FROM claim c WHERE c.run = run.id)`;

/** Where sizes are summed up, newest first. Sizes are those on disk, so that nothing has to be unpacked for it. */
const TASK_BYTES = {
  table: 'task',
  sql: `SELECT id FROM (
    SELECT id, sum(coalesce(pg_column_size(payload), 0) + coalesce(pg_column_size(error), 0)) OVER (ORDER BY id DESC) AS bytes
    FROM task WHERE state = ANY($2::text[])) t WHERE bytes > $1 ORDER BY id DESC LIMIT 1`,
};
/** Records that stand together in their page. */
const PAGE_BYTES = {
  table: 'page_body',
  sql: `SELECT id FROM (
    SELECT id, sum(pg_column_size(body)) OVER (ORDER BY id DESC) AS bytes FROM page_body) t
    WHERE bytes > $1 ORDER BY id DESC LIMIT 1`,
};
const PAGE_WITHOUT_TASKS = `created_at < $1
  AND NOT EXISTS (SELECT 1 FROM task t WHERE t.run = page_body.run AND t.page = page_body.id)
  AND NOT EXISTS (SELECT 1 FROM claim c WHERE c.page = page_body.id)`;
const CALL_BYTES = {
  table: 'exchange',
  sql: `SELECT id FROM (
    SELECT id, sum(coalesce(pg_column_size(request), 0) + coalesce(pg_column_size(answer), 0)) OVER (ORDER BY id DESC) AS bytes
    FROM exchange) t WHERE bytes > $1 ORDER BY id DESC LIMIT 1`,
};

/** The newest id that is too much by bytes; 0 where all is within. The whole is only summed up when the table is large. */
async function beyondBytes(
  database: Database,
  { table, sql }: { readonly table: string; readonly sql: string },
  { maxBytes }: Retention,
  values: readonly unknown[] = [],
): Promise<number> {
  const { rows } = await database.query<{ bytes: number }>('SELECT pg_total_relation_size($1::regclass) AS bytes', [
    table,
  ]);
  return (rows[0]?.bytes ?? 0) > maxBytes ? idOf(database, sql, [maxBytes, ...values]) : 0;
}

async function idOf(database: Database, sql: string, values: readonly unknown[]): Promise<number> {
  const { rows } = await database.query<{ id: number }>(sql, values);
  return rows[0]?.id ?? 0;
}

/** Deletes by a condition, some rows at a time, until none is left. */
async function inBatches(
  database: Database,
  table: string,
  condition: string,
  values: readonly unknown[],
): Promise<void> {
  const sql = `DELETE FROM ${table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM ${table} WHERE ${condition} LIMIT ${BATCH}))`;
  while ((await database.query(sql, values)).rowCount >= BATCH);
}
