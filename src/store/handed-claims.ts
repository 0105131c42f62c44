import type { TaskOutcome } from '../core/task.ts';
import type { Queryable } from './database.ts';
import { exchangeColumns, type Exchanges, insertExchanges } from './exchanges.ts';
import { RESOLVED_BY_LATER } from './task-actions.ts';

/** A batch that was handed over with its page, all of whose records arrived. */
export interface HandedEnd {
  readonly claim: number;
  readonly outgoing: string;
  readonly exchange: number | null;
  /** One for each task of the claim, in its order. */
  readonly outcomes: readonly TaskOutcome[];
}

/**
 * A batch of first versions that goes from its page straight to a publisher of the same process is written as part of its
 * claim: their ids, keys and places in the page. So the tasks of the usual case are written once, when they are finished.
 *
 * The claim's row is what everybody waits for: who ends it, or makes rows of it, holds its lock. In every other case
 * (a record failed, the worker stops or died, a person looks) the tasks become rows first, and all goes on as with any claim.
 */
const SETTLE_HANDED = `
  WITH e AS (
    SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::int[], $5::int[])
      AS e(claim, outgoing, exchange, first, last)),
  gone AS (
    DELETE FROM claim c USING e WHERE c.id = e.claim AND c.tasks IS NOT NULL
    RETURNING c.id, c.route, c.incoming, c.run, c.page, c.created_at, c.tasks, c.keys, c.items, c.search,
      e.outgoing, e.exchange, e.first, e.last),
  held AS (
    SELECT g.route, g.incoming, g.run, g.page, g.created_at, g.outgoing, g.exchange, t.*
    FROM gone g CROSS JOIN LATERAL
      unnest(g.tasks, g.keys, g.items, g.search, ($6::text[])[g.first:g.last], ($7::int[])[g.first:g.last])
        AS t(id, key, item, search, target_id, exchange_index)),
  put AS (
    INSERT INTO task (id, route, incoming, run, key, state, page, item, search, attempts, target_id, exchange,
      exchange_index, started_at, created_at, updated_at)
    OVERRIDING SYSTEM VALUE
    SELECT id, route, incoming, run, key, 'finished', page, item, search::text[], 1, target_id, exchange,
      exchange_index, created_at, created_at, $8 FROM held),
  stuck AS (
    SELECT f.id, held.id AS later FROM held JOIN task f ON f.key = held.key AND f.route = held.route AND f.id < held.id
    WHERE f.state = 'failed' FOR UPDATE OF f SKIP LOCKED),
  resolved AS (
    UPDATE task SET state = 'skipped', cause = NULL, updated_at = $8, error = replace($9, '$task', r.later::text)
    FROM (SELECT id, max(later) AS later FROM stuck GROUP BY id) r WHERE task.id = r.id),
  learnt AS (
    INSERT INTO link SELECT DISTINCT ON (outgoing, key) outgoing, key, target_id, $8 FROM held
    WHERE target_id IS NOT NULL ORDER BY outgoing, key, id DESC
    ON CONFLICT (outgoing, key) DO UPDATE SET target_id = excluded.target_id, updated_at = excluded.updated_at),
  calls AS (${insertExchanges(10)})
  SELECT id FROM gone`;

/**
 * Ends handed batches as a whole, and writes the calls that wait.
 *
 * @returns Claims that are done. The others are no handed ones any more: their tasks are rows now, or were taken back.
 */
export async function settleHanded(
  database: Queryable,
  ends: readonly HandedEnd[],
  exchanges: Exchanges,
): Promise<ReadonlySet<number>> {
  if (ends.length === 0) return new Set();
  const calls = exchanges.take();
  try {
    const { rows } = await database.query<{ id: number }>(SETTLE_HANDED, [
      ...columnsOf(ends),
      ...exchangeColumns(calls),
    ]);
    return new Set(rows.map(({ id }) => id));
  } catch (error) {
    exchanges.giveBack(calls);
    throw error;
  }
}

function columnsOf(ends: readonly HandedEnd[]): unknown[] {
  // In the order in which everybody locks claims.
  const sorted = ends.toSorted((a, b) => a.claim - b.claim);
  const outcomes = sorted.flatMap((end) => end.outcomes);
  const lasts: number[] = [];
  for (const end of sorted) lasts.push((lasts.at(-1) ?? 0) + end.outcomes.length);
  return [
    sorted.map((end) => end.claim),
    sorted.map((end) => end.outgoing),
    sorted.map((end) => end.exchange),
    sorted.map((end, index) => (lasts[index] ?? 0) - end.outcomes.length + 1),
    lasts,
    outcomes.map((outcome) => outcome.targetId),
    outcomes.map((outcome) => outcome.exchangeIndex),
    Date.now(),
    RESOLVED_BY_LATER,
  ];
}

/**
 * Makes rows of the tasks of handed batches; their claims stay, as any others.
 *
 * @param where Which claims, as a condition on their columns.
 */
export async function writeHandedTasks(
  database: Queryable,
  where: string,
  parameters: readonly unknown[],
): Promise<void> {
  await database.query(
    `WITH handed AS (SELECT * FROM claim WHERE tasks IS NOT NULL AND (${where}) ORDER BY id FOR UPDATE),
     put AS (
       INSERT INTO task (id, route, incoming, run, key, state, page, item, search, attempts, claim, started_at,
         created_at, updated_at)
       OVERRIDING SYSTEM VALUE
       SELECT t.id, h.route, h.incoming, h.run, t.key, 'processing', h.page, t.item, t.search::text[], 1, h.id,
         h.created_at, h.created_at, h.created_at
       FROM handed h CROSS JOIN LATERAL unnest(h.tasks, h.keys, h.items, h.search) AS t(id, key, item, search))
     UPDATE claim SET tasks = NULL, keys = NULL, items = NULL, search = NULL FROM handed WHERE claim.id = handed.id`,
    parameters,
  );
}
