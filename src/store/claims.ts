import type { ClaimedTask, ClaimOrder } from '../core/task.ts';
import type { Queryable } from './database.ts';

/** Records of which a version stands in a handed batch. */
const HANDED = `SELECT unnest(c.keys) FROM claim c WHERE c.route = $1 AND c.tasks IS NOT NULL`;

/**
 * A record's versions are published in the order they were read: a task is claimed only when no earlier one of the
 * same key on its route is still open. A task whose workers died before is claimed alone, so that it cannot take
 * others down with it.
 *
 * Route and id of the earlier version are compared as expressions, so that it is looked up by its key: the index of
 * open tasks would be read from its start for each record.
 */
const PICK_BY_KEY = `
  SELECT t.id FROM task t
  WHERE t.route = $1 AND t.state IN ('new', 'retrying') AND t.next_at <= $2
    AND (t.losses < 3 AND NOT EXISTS (SELECT 1 FROM suspect) OR t.id = (SELECT id FROM suspect))
    AND NOT EXISTS (
      SELECT 1 FROM task e WHERE e.key = t.key AND e.route || '' = t.route AND e.id + 0 < t.id
        AND e.state IN ('new', 'retrying', 'processing', 'waiting'))
    AND t.key NOT IN (${HANDED})
  ORDER BY t.id LIMIT $3::int * $5::int FOR UPDATE OF t SKIP LOCKED`;

/**
 * Only the newest version of a record is claimed, so that one that is tried again holds up none, and the later one
 * wins. Never two at a time: both might create the record. One that may have arrived is settled first for the same reason.
 */
const PICK_NEWEST = `
  SELECT t.id FROM task t
  WHERE t.route = $1 AND t.state IN ('new', 'retrying') AND t.next_at <= $2
    AND (t.losses < 3 AND NOT EXISTS (SELECT 1 FROM suspect) OR t.id = (SELECT id FROM suspect))
    AND NOT EXISTS (
      SELECT 1 FROM task e WHERE e.key = t.key AND e.route || '' = t.route AND e.id + 0 <> t.id AND (
        e.state = 'processing'
        OR e.id + 0 < t.id AND e.state IN ('new', 'retrying', 'waiting') AND e.uncertain_since IS NOT NULL
        OR e.id + 0 > t.id AND e.state IN ('new', 'retrying') AND t.uncertain_since IS NULL))
    AND t.key NOT IN (${HANDED})
  ORDER BY t.id LIMIT $3::int * $5::int FOR UPDATE OF t SKIP LOCKED`;

/** One batch at a time, from the first open task on, up to the first that is not due or would come twice in the batch. */
const pickInOrder = (stops: string): string => `
  SELECT t.id FROM task t
  WHERE t.id IN (SELECT id FROM open WHERE id < (SELECT coalesce(min(id), 9223372036854775807) FROM open o
      WHERE o.next_at > $2 OR o.place > 1 AND (o.losses >= 3 OR (SELECT losses FROM open WHERE place = 1) >= 3)
        OR EXISTS (SELECT 1 FROM open e WHERE e.key = o.key AND e.id < o.id)))
    AND NOT EXISTS (SELECT 1 FROM task p WHERE p.route = $1 AND p.state = 'processing')
    AND NOT EXISTS (SELECT 1 FROM claim c WHERE c.route = $1 AND c.tasks IS NOT NULL)
    ${stops}
  ORDER BY t.id FOR UPDATE OF t SKIP LOCKED`;

/** One at a time, also over several claims: beside the guilty one an innocent one would be lost as often. */
const SUSPECT = `suspect AS (
    SELECT id FROM task s WHERE route = $1 AND losses >= 3 AND state IN ('new', 'retrying') AND next_at <= $2
      AND NOT EXISTS (
        SELECT 1 FROM task p WHERE p.route = s.route AND p.state = 'processing' AND p.losses >= 3 AND p.id <> s.id)
    ORDER BY id LIMIT 1)`;

const OPEN = `open AS (
    SELECT id, key, next_at, losses, row_number() OVER (ORDER BY id) AS place FROM (
      SELECT id, key, next_at, losses FROM task WHERE route = $1 AND state IN ('new', 'retrying')
      ORDER BY id LIMIT $3::int * $5::int) first)`;

/** Nothing passes a record that failed or waits. */
const STOPS = `AND t.id < (SELECT coalesce(min(f.id), 9223372036854775807) FROM task f
      WHERE f.route = $1 AND f.state IN ('failed', 'waiting'))`;

/** Versions of a record that waits for a person stay behind it. */
const CONTINUES = `AND NOT EXISTS (
      SELECT 1 FROM task e WHERE e.key = t.key AND e.route || '' = t.route AND e.id + 0 < t.id AND e.state = 'waiting')`;

const claimOf = (sources: string, pick: string): string => `
  WITH ${sources},
  picked AS (${pick}),
  sorted AS (SELECT id, (row_number() OVER (ORDER BY id) - 1) / $3::int AS batch FROM picked),
  claimed AS (
    INSERT INTO claim (worker, route, created_at)
    SELECT $4, $1, $2 FROM generate_series(0, (SELECT max(batch) FROM sorted)) WHERE EXISTS (SELECT 1 FROM worker WHERE id = $4)
    RETURNING id),
  numbered AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS batch FROM claimed)
  UPDATE task SET state = 'processing', claim = numbered.id, attempts = attempts + 1, updated_at = $2, started_at = $2
  FROM sorted JOIN numbered ON numbered.batch = sorted.batch WHERE task.id = sorted.id
  RETURNING task.id, task.key, task.payload, task.page, task.item, task.stage, task.attempts,
    task.uncertain_since AS "uncertainSince", task.next_at AS "nextAt", task.claim`;

const STATEMENTS: Readonly<Record<ClaimOrder, string>> = {
  key: claimOf(SUSPECT, PICK_BY_KEY),
  none: claimOf(SUSPECT, PICK_NEWEST),
  'route-stop': claimOf(OPEN, pickInOrder(STOPS)),
  'route-continue': claimOf(OPEN, pickInOrder(CONTINUES)),
};

/** A claimed task; its record stands in itself or in a page. */
export interface ClaimRow extends Omit<ClaimedTask, 'record'> {
  readonly payload: string | null;
  readonly page: number | null;
  readonly item: number | null;
  readonly claim: number;
}

/** Claims what is due on a route, in the order that it asks for: up to `batches` claims of up to `size` tasks. */
export async function claimTasks(
  database: { transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> } & Queryable,
  order: ClaimOrder,
  parameters: readonly [route: string, now: number, size: number, worker: string, batches: number],
): Promise<ClaimRow[]> {
  const statement = STATEMENTS[order];
  if (order === 'key') return (await database.query<ClaimRow>(statement, parameters)).rows;
  return database.transaction(async (tx) => {
    // Two claims at once would not see each other's tasks as being processed. The lock is taken before the statement
    // begins, so what it reads is what the claim before has written.
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 7))', [parameters[0]]);
    return (await tx.query<ClaimRow>(statement, parameters)).rows;
  });
}
