import { coalesce } from '../core/coalesce.ts';
import type { DataRecord } from '../core/record.ts';
import { SETTLE_MS } from '../core/settle-time.ts';
import {
  type Claim,
  type ClaimedTask,
  type Link,
  type NewFollowUp,
  TASK_STATES,
  type TaskOutcome,
  type TaskState,
} from '../core/task.ts';
import type { Database, Queryable } from './database.ts';
import { PageBodies } from './page-bodies.ts';

/** A call as it is kept for people: redacted, capped. */
export interface NewExchange {
  readonly client: string;
  readonly at: number;
  readonly method: string;
  readonly url: string;
  readonly status: number | undefined;
  readonly durationMs: number;
  readonly request?: string | undefined;
  readonly answer?: string | undefined;
  readonly error?: string | undefined;
}

export interface TaskFilter {
  readonly ids?: readonly number[] | undefined;
  readonly state?: string | undefined;
  readonly route?: string | undefined;
  readonly incoming?: string | undefined;
  readonly run?: number | undefined;
  readonly key?: string | undefined;
  /** Tasks with ids below this one: the page after it. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** A task as the API shows it. */
export interface TaskRow {
  readonly id: number;
  readonly route: string;
  readonly incoming: string;
  readonly run: number;
  readonly key: string;
  readonly state: TaskState;
  readonly attempts: number;
  readonly losses: number;
  readonly uncertain: boolean;
  readonly payload: string | null;
  readonly stage: 'source' | 'route' | 'ready';
  readonly error: string | null;
  readonly targetId: string | null;
  readonly exchange: number | null;
  readonly exchangeIndex: number | null;
  readonly nextAt: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

const COLUMNS = `id, route, incoming, run, key, state, attempts, losses, uncertain_since IS NOT NULL AS uncertain, error, target_id AS "targetId", exchange,
  exchange_index AS "exchangeIndex", next_at AS "nextAt", created_at AS "createdAt", updated_at AS "updatedAt"`;

/**
 * A record's versions are published in the order they were read: a task is claimed only when no earlier one of the
 * same key on its route is still open. A task whose workers died before is claimed alone, so that it cannot take
 * others down with it.
 *
 * Route and id of the earlier version are compared as expressions, so that it is looked up by its key: the index of
 * open tasks would be read from its start for each record.
 */
const CLAIM = `
  WITH suspect AS (
    SELECT id FROM task WHERE route = $1 AND losses >= 3 AND state IN ('new', 'retrying') AND next_at <= $2
    ORDER BY id LIMIT 1),
  picked AS (
    SELECT t.id FROM task t
    WHERE t.route = $1 AND t.state IN ('new', 'retrying') AND t.next_at <= $2
      AND (t.losses < 3 AND NOT EXISTS (SELECT 1 FROM suspect) OR t.id = (SELECT id FROM suspect))
      AND NOT EXISTS (
        SELECT 1 FROM task e WHERE e.key = t.key AND e.route || '' = t.route AND e.id + 0 < t.id
          AND e.state IN ('new', 'retrying', 'processing', 'waiting'))
    ORDER BY t.id LIMIT $3::int * $5::int FOR UPDATE OF t SKIP LOCKED),
  sorted AS (SELECT id, (row_number() OVER (ORDER BY id) - 1) / $3::int AS batch FROM picked),
  claimed AS (
    INSERT INTO claim (worker, route, created_at)
    SELECT $4, $1, $2 FROM generate_series(0, (SELECT max(batch) FROM sorted)) WHERE EXISTS (SELECT 1 FROM worker WHERE id = $4)
    RETURNING id),
  numbered AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS batch FROM claimed)
  UPDATE task SET state = 'processing', claim = numbered.id, attempts = attempts + 1, updated_at = $2
  FROM sorted JOIN numbered ON numbered.batch = sorted.batch WHERE task.id = sorted.id
  RETURNING task.id, task.key, task.payload, task.page, task.item, task.stage, task.attempts,
    task.uncertain_since AS "uncertainSince", task.next_at AS "nextAt", task.claim`;

/** One statement is one transaction and one round trip. Links are facts about the target: they stay even when the claim was taken back. */
const SETTLE = `
  WITH o AS (
    SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::int[], $7::bigint[], $8::bigint[], $9::boolean[], $10::bigint[])
      AS o(id, state, error, target_id, exchange, exchange_index, next_at, uncertain_since, counts, claim)),
  settled AS (
    UPDATE task SET state = o.state, error = o.error, target_id = coalesce(o.target_id, task.target_id),
      exchange = coalesce(o.exchange, task.exchange), exchange_index = coalesce(o.exchange_index, task.exchange_index),
      next_at = o.next_at, uncertain_since = o.uncertain_since, claim = NULL, updated_at = $11,
      attempts = CASE WHEN o.counts THEN attempts ELSE greatest(0, attempts - 1) END
    FROM o WHERE task.id = o.id AND task.claim + 0 = o.claim RETURNING task.id, task.run, task.incoming),
  history AS (
    INSERT INTO attempt (task, at, error, exchange)
    SELECT o.id, $11, o.error, o.exchange FROM o WHERE o.error IS NOT NULL AND o.state NOT IN ('skipped', 'finished')),
  followed AS (
    INSERT INTO task (route, incoming, run, key, state, payload, stage, created_at, updated_at)
    SELECT f.route, settled.incoming, settled.run, f.key, 'new', f.payload, 'route', $11, $11
    FROM unnest($16::bigint[], $17::text[], $18::text[], $19::text[]) WITH ORDINALITY
      AS f(after, route, key, payload, position)
    JOIN settled ON settled.id = f.after ORDER BY f.position),
  learnt AS (
    INSERT INTO link SELECT l.outgoing, l.key, l.target_id, $11 FROM unnest($12::text[], $13::text[], $14::text[]) AS l(outgoing, key, target_id)
    ON CONFLICT (outgoing, key) DO UPDATE SET target_id = excluded.target_id, updated_at = excluded.updated_at)
  DELETE FROM claim WHERE id = ANY($15::bigint[])`;

/** Claims that one statement settles at most. */
const MOST_SETTLED = 16;

interface ClaimedRow extends Omit<ClaimedTask, 'record'> {
  readonly payload: string | null;
  readonly page: number | null;
  readonly item: number | null;
  readonly claim: number;
}

/** How a claim ends. */
interface ClaimEnd {
  readonly claim: number;
  readonly outcomes: readonly TaskOutcome[];
  readonly outgoing: string;
  readonly learnt: readonly Link[];
  readonly followUps: readonly NewFollowUp[];
}

/** Tasks: the durable truth about each record on each route. */
export function taskRepository(database: Database) {
  const bodies = new PageBodies(database);
  const markSending = coalesce((claims: readonly number[]) => markAllSending(database, claims));
  const recordExchange = coalesce((exchanges: readonly NewExchange[]) => recordExchanges(database, exchanges));
  const settle = coalesce((ends: readonly ClaimEnd[]) => settleAll(database, ends), MOST_SETTLED);
  return {
    /** Claims due tasks of a route for this worker: up to `batches` claims of up to `size` tasks. */
    async claim(route: string, worker: string, size: number, batches: number): Promise<Claim[]> {
      const { rows } = await database.query<ClaimedRow>(CLAIM, [route, Date.now(), size, worker, batches]);
      if (rows.length === 0) return [];
      const pages = await bodies.read(
        rows.flatMap(({ page, payload }) => (page === null || payload !== null ? [] : [page])),
      );
      const claims = new Map<number, ClaimedTask[]>();
      for (const { claim, payload, page, item, ...task } of rows.sort((a, b) => a.id - b.id)) {
        const record = payload === null ? pages.get(page ?? 0)?.[item ?? 0] : (JSON.parse(payload) as DataRecord);
        const own = claims.get(claim) ?? [];
        own.push({ ...task, record: record ?? {} });
        claims.set(claim, own);
      }
      return [...claims].map(([id, tasks]) => ({ id, tasks }));
    },

    /**
     * Makes durable that a call begins now. Doubt goes back to the first call of a claim, and settles after the last.
     *
     * @returns false when the claim was taken back meanwhile (this process was frozen): nothing may be sent then.
     */
    markSending,

    /** Takes the mark back: the target said that it did not take the call. */
    async clearSending(claim: number): Promise<void> {
      await database.query('UPDATE claim SET sending_at = NULL, last_sending_at = NULL WHERE id = $1', [claim]);
    },

    /** Keeps a call for people to look at; answers its id. */
    recordExchange,

    /** Ends a claim: results, links and failed attempts at once. Results of a claim taken back are dropped. */
    async settle(
      claim: number,
      outcomes: readonly TaskOutcome[],
      links: { readonly outgoing: string; readonly learnt: readonly Link[] },
      followUps: readonly NewFollowUp[] = [],
    ): Promise<void> {
      await settle({ claim, outcomes, ...links, followUps });
    },

    /** Hands a claim back, for a stop. What was being sent is uncertain, as after a crash; the rest loses no attempt. */
    async release(claim: number): Promise<void> {
      await database.query(
        `WITH gone AS (DELETE FROM claim WHERE id = $1 RETURNING id, sending_at, last_sending_at)
         UPDATE task SET claim = NULL, state = 'retrying', next_at = coalesce(gone.last_sending_at + ${SETTLE_MS}, 0),
           uncertain_since = coalesce(uncertain_since, gone.sending_at),
           attempts = CASE WHEN gone.sending_at IS NULL THEN greatest(0, attempts - 1) ELSE attempts END
         FROM gone WHERE task.claim = gone.id`,
        [claim],
      );
    },

    /** Routes with work that is due, and how many tasks each; at most `cap` are counted. */
    async dueByRoute(cap: number): Promise<{ route: string; due: number }[]> {
      const { rows } = await database.query<{ route: string; due: number }>(
        `SELECT route, count(*)::int AS due FROM (
           SELECT route FROM task WHERE state IN ('new', 'retrying') AND next_at <= $1 LIMIT $2) t GROUP BY route`,
        [Date.now(), cap],
      );
      return rows;
    },

    /** Open tasks of a route, counted up to `cap`. */
    async backlog(route: string, cap: number): Promise<number> {
      const { rows } = await database.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM (
           SELECT 1 FROM task WHERE route = $1 AND state IN ('new', 'retrying', 'processing') LIMIT $2) t`,
        [route, cap],
      );
      return rows[0]?.count ?? 0;
    },

    /** Sets aside what stands behind a waiting version of the same record, so that nothing hangs unseen. */
    async parkBehindWaiting(): Promise<void> {
      await database.query(
        `UPDATE task t SET state = 'waiting', updated_at = $1, error = $2
         WHERE t.state IN ('new', 'retrying') AND EXISTS (
           SELECT 1 FROM task e WHERE e.key = t.key AND e.route || '' = t.route AND e.id + 0 < t.id AND e.state = 'waiting')`,
        [Date.now(), BEHIND],
      );
    },

    async countByState(filter: { run?: number; route?: string }): Promise<Record<TaskState, number>> {
      const { rows } = await database.query<{ state: TaskState; count: number }>(
        `SELECT state, count(*)::int AS count FROM task
         WHERE ($1::bigint IS NULL OR run = $1) AND ($2::text IS NULL OR route = $2) GROUP BY state`,
        [filter.run ?? null, filter.route ?? null],
      );
      const counts = Object.fromEntries(TASK_STATES.map((state) => [state, 0])) as Record<TaskState, number>;
      for (const { state, count } of rows) counts[state] = count;
      return counts;
    },

    async list(filter: TaskFilter): Promise<TaskRow[]> {
      const { where, values } = conditions(filter);
      const { rows } = await database.query<TaskRow>(
        `SELECT ${COLUMNS}, NULL AS payload, stage FROM task ${where} ORDER BY id DESC LIMIT $${values.length + 1}`,
        [...values, filter.limit],
      );
      return rows;
    },

    async get(id: number): Promise<TaskRow | undefined> {
      const { rows } = await database.query<TaskRow & { page: number | null; item: number | null }>(
        `SELECT ${COLUMNS}, payload, page, item, stage FROM task WHERE id = $1`,
        [id],
      );
      const [row] = rows;
      if (!row) return undefined;
      const { page, item, ...task } = row;
      if (task.payload !== null || page === null) return task;
      const record = (await bodies.read([page])).get(page)?.[item ?? 0];
      return { ...task, payload: record === undefined ? null : JSON.stringify(record) };
    },

    async attempts(task: number): Promise<{ at: number; error: string; exchange: number | null }[]> {
      const { rows } = await database.query<{ at: number; error: string; exchange: number | null }>(
        'SELECT at, error, exchange FROM attempt WHERE task = $1 ORDER BY id',
        [task],
      );
      return rows;
    },

    async exchange(id: number): Promise<(NewExchange & { id: number }) | undefined> {
      const { rows } = await database.query<NewExchange & { id: number }>(
        `SELECT id, client, at, method, url, status, duration_ms AS "durationMs", request, answer, error FROM exchange WHERE id = $1`,
        [id],
      );
      return rows[0];
    },

    /**
     * Puts tasks that are at rest back to work, or sets them aside.
     *
     * @param action retry: failed, waiting or skipped tasks that hold a record; skip: everything that is not finished
     *   or being processed; resolve: waiting tasks that a person knows to have arrived.
     * @param payload New record, for edit and replay of a single task.
     * @returns Ids that were changed.
     */
    async act(ids: readonly number[], action: 'retry' | 'skip' | 'resolve', payload?: string): Promise<number[]> {
      const { from, to } = ACTIONS[action];
      return database.transaction(async (tx) => {
        const superseded = action === 'retry' && payload === undefined ? await setAsideSuperseded(tx, ids) : [];
        const { rows } = await tx.query<{ id: number; key: string; route: string }>(
          `UPDATE task SET state = $2, next_at = 0, updated_at = $3, losses = 0, claim = NULL,
             attempts = CASE WHEN $2 = 'new' THEN 0 ELSE attempts END,
             uncertain_since = CASE WHEN state = 'waiting' THEN NULL ELSE uncertain_since END,
             payload = coalesce($4, payload),
             error = CASE WHEN $2 = 'skipped' THEN $5 WHEN $2 = 'finished' THEN NULL ELSE error END
           WHERE id = ANY($1::bigint[]) AND state = ANY($6::text[]) AND ($2 <> 'new' OR payload IS NOT NULL OR page IS NOT NULL OR $4::text IS NOT NULL)
           RETURNING id, key, route`,
          [ids.filter((id) => !superseded.includes(id)), to, Date.now(), payload ?? null, SKIPPED_BY_HAND, from],
        );
        await releaseFollowers(
          tx,
          rows.map((row) => row.id),
        );
        return [...superseded, ...rows.map((row) => row.id)];
      });
    },
  };
}

async function markAllSending(database: Database, claims: readonly number[]): Promise<boolean[]> {
  const { rows } = await database.query<{ id: number }>(
    `UPDATE claim SET sending_at = coalesce(sending_at, $2), last_sending_at = $2 WHERE id = ANY($1::bigint[]) RETURNING id`,
    [claims, Date.now()],
  );
  const marked = new Set(rows.map(({ id }) => id));
  return claims.map((claim) => marked.has(claim));
}

async function recordExchanges(database: Database, exchanges: readonly NewExchange[]): Promise<number[]> {
  const { rows } = await database.query<{ id: number }>(RECORD_EXCHANGES, [
    exchanges.map((each) => each.client),
    exchanges.map((each) => each.at),
    exchanges.map((each) => each.method),
    exchanges.map((each) => each.url),
    exchanges.map((each) => each.status ?? null),
    exchanges.map((each) => Math.round(each.durationMs)),
    exchanges.map((each) => each.request ?? null),
    exchanges.map((each) => each.answer ?? null),
    exchanges.map((each) => each.error ?? null),
  ]);
  return rows.map(({ id }) => id).sort((a, b) => a - b);
}

const RECORD_EXCHANGES = `
  INSERT INTO exchange (client, at, method, url, status, duration_ms, request, answer, error)
  SELECT e.client, e.at, e.method, e.url, e.status, e.duration_ms, e.request, e.answer, e.error
  FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::int[], $6::bigint[], $7::text[], $8::text[], $9::text[])
    WITH ORDINALITY AS e(client, at, method, url, status, duration_ms, request, answer, error, position)
  ORDER BY e.position RETURNING id`;

async function settleAll(database: Database, ends: readonly ClaimEnd[]): Promise<undefined[]> {
  const outcomes = ends.flatMap((end) => end.outcomes);
  const links = new Map(
    ends.flatMap(({ outgoing, learnt }) =>
      learnt.map(({ key, targetId }) => [JSON.stringify([outgoing, key]), { outgoing, key, targetId }] as const),
    ),
  );
  const learnt = [...links.values()];
  const followUps = ends.flatMap((end) => end.followUps);
  await database.query(SETTLE, [
    outcomes.map((o) => o.task),
    outcomes.map((o) => o.state),
    outcomes.map((o) => o.error),
    outcomes.map((o) => o.targetId),
    outcomes.map((o) => o.exchange),
    outcomes.map((o) => o.exchangeIndex),
    outcomes.map((o) => o.nextAt),
    outcomes.map((o) => o.uncertainSince),
    outcomes.map((o) => o.countsAttempt),
    ends.flatMap((end) => end.outcomes.map(() => end.claim)),
    Date.now(),
    learnt.map((link) => link.outgoing),
    learnt.map((link) => link.key),
    learnt.map((link) => link.targetId),
    ends.map((end) => end.claim),
    followUps.map((f) => f.after),
    followUps.map((f) => f.route),
    followUps.map((f) => f.key),
    followUps.map((f) => f.payload),
  ]);
  return ends.map(() => undefined);
}

/** What a person may do with tasks, from which states, and what becomes of them. */
export const ACTIONS: Readonly<Record<'retry' | 'skip' | 'resolve', { from: TaskState[]; to: TaskState }>> = {
  retry: { from: ['failed', 'waiting', 'skipped'], to: 'new' },
  skip: { from: ['new', 'retrying', 'waiting', 'failed'], to: 'skipped' },
  resolve: { from: ['waiting'], to: 'finished' },
};

const BEHIND = JSON.stringify({
  code: 'ERR_BEHIND_WAITING',
  class: 'data',
  message: 'An earlier version of this record waits for a decision; this one goes on as soon as that is made',
});

const SKIPPED_BY_HAND = JSON.stringify({ code: 'SKIPPED_BY_HAND', class: 'data', message: 'Skipped by a person' });

/** An old version must not be published over a newer one: it is skipped, and says so. */
async function setAsideSuperseded(tx: Queryable, ids: readonly number[]): Promise<number[]> {
  const { rows } = await tx.query<{ id: number }>(
    `UPDATE task t SET state = 'skipped', error = $2, updated_at = $3
     WHERE t.id = ANY($1::bigint[]) AND t.state IN ('failed', 'waiting') AND EXISTS (
       SELECT 1 FROM task l WHERE l.key = t.key AND l.route || '' = t.route AND l.id + 0 > t.id
         AND l.state IN ('new', 'retrying', 'processing', 'finished'))
     RETURNING t.id`,
    [ids, SUPERSEDED, Date.now()],
  );
  return rows.map((row) => row.id);
}

const SUPERSEDED = JSON.stringify({
  code: 'SUPERSEDED',
  class: 'data',
  message: 'A later version of this record was published or is about to be',
});

/** Lets versions go on that only waited for an earlier one. */
async function releaseFollowers(tx: Queryable, ids: readonly number[]): Promise<void> {
  await tx.query(
    `UPDATE task f SET state = 'new', error = NULL, next_at = 0 FROM task t
     WHERE t.id = ANY($1::bigint[]) AND f.key = t.key AND f.route = t.route AND f.id > t.id
       AND f.state = 'waiting' AND f.error = $2`,
    [ids, BEHIND],
  );
}

function conditions(filter: TaskFilter): { where: string; values: unknown[] } {
  const parts: [string, unknown][] = [
    ['id = ANY(?::bigint[])', filter.ids],
    ['state = ANY(?)', filter.state?.split(',')],
    ['route = ?', filter.route],
    ['incoming = ?', filter.incoming],
    ['run = ?', filter.run],
    ['key = ?', filter.key],
    ['id < ?', filter.before],
  ];
  const set = parts.filter(([, value]) => value !== undefined);
  const where = set.map(([sql], index) => sql.replace('?', `$${index + 1}`)).join(' AND ');
  return { where: where === '' ? '' : `WHERE ${where}`, values: set.map(([, value]) => value) };
}
