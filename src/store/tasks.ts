import { coalesce } from '../core/coalesce.ts';
import { BEHIND_CAUSE } from '../core/error-cause.ts';
import type { DataRecord } from '../core/record.ts';
import { SETTLE_MS } from '../core/settle-time.ts';
import type { StepEffects } from '../core/step-run.ts';
import {
  type Claim,
  type ClaimedTask,
  type ClaimOrder,
  type Link,
  type NewFollowUp,
  TASK_STATES,
  type TaskOutcome,
  type TaskPlace,
  type TaskStage,
  type TaskState,
} from '../core/task.ts';
import { claimTasks } from './claims.ts';
import type { Database } from './database.ts';
import { type ExchangeRow, Exchanges, type NewExchange } from './exchanges.ts';
import { writeHandedTasks } from './handed-claims.ts';
import { PageBodies } from './page-bodies.ts';
import { actOnTasks, BEHIND, type RecordEdit, type TaskAction } from './task-actions.ts';
import { type ClaimEnd, settleClaims } from './settle.ts';
import { taskConditions, type TaskFilter } from './task-filter.ts';

/** A try that failed. */
export interface AttemptRow {
  readonly task: number;
  readonly at: number;
  readonly error: string;
  readonly exchange: number | null;
}

/** What keeps records of a route from being in the target. */
interface NotArrivedRow {
  readonly hasRun: boolean;
  readonly open: number;
  readonly failed: number;
  readonly samples: readonly { readonly key: string; readonly search: readonly string[] }[];
}

const NOT_ARRIVED = `
  WITH late AS (
    SELECT id, key, state, search FROM task t
    WHERE route = $1 AND state NOT IN ('finished', 'skipped')
      AND NOT EXISTS (SELECT 1 FROM task n WHERE n.route = t.route AND n.key = t.key AND n.id > t.id)),
  failed AS (SELECT id, key, search FROM late WHERE state = 'failed' ORDER BY id LIMIT $3)
  SELECT
    EXISTS (SELECT 1 FROM seen WHERE incoming = $2)
      OR EXISTS (SELECT 1 FROM run WHERE incoming = $2 AND status = 'succeeded') AS "hasRun",
    (SELECT count(*)::int FROM late WHERE state <> 'failed') AS open,
    (SELECT count(*)::int FROM late WHERE state = 'failed') AS failed,
    coalesce((SELECT jsonb_agg(jsonb_build_object('key', key, 'search', coalesce(search, '{}')) ORDER BY id) FROM failed), '[]')
      AS samples`;

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
  readonly stage: TaskStage;
  readonly error: string | null;
  readonly targetId: string | null;
  readonly exchange: number | null;
  readonly exchangeIndex: number | null;
  readonly nextAt: number;
  /** Group of what failed it; null where nothing did, or where it is still to be found. */
  readonly cause: string | null;
  /** The record before a person edited it, and when that was. */
  readonly original: string | null;
  readonly editedAt: number | null;
  /** When the last try began. */
  readonly startedAt: number | null;
  /** Delivery of a webhook that it came with. */
  readonly delivery: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What became of one record. */
export type RowTask = Pick<TaskRow, 'state' | 'error' | 'targetId'>;

export const TASK_COLUMNS = `id, route, incoming, run, key, state, attempts, losses, uncertain_since IS NOT NULL AS uncertain, error, target_id AS "targetId", exchange,
  exchange_index AS "exchangeIndex", next_at AS "nextAt", nullif(cause, '${BEHIND_CAUSE}') AS cause, edited_at AS "editedAt", started_at AS "startedAt",
  delivery, created_at AS "createdAt", updated_at AS "updatedAt"`;

/** Claims that one statement settles at most. */
const MOST_SETTLED = 32;

/** Claims that one statement marks at most, and how long they may wait for each other, milliseconds. */
const MOST_MARKED = 200;
const MARK_GATHER_MS = 5;

/** Batches that end within this time are settled together, milliseconds. */
const SETTLE_GATHER_MS = 20;

/** Tasks: the durable truth about each record on each route. */
export function taskRepository(database: Database) {
  const bodies = new PageBodies(database);
  const markSending = coalesce(
    (claims: readonly number[]) => markAllSending(database, claims),
    MOST_MARKED,
    MARK_GATHER_MS,
  );
  const exchanges = new Exchanges(database);
  const settle = coalesce(
    async (ends: readonly ClaimEnd[]) => {
      await settleClaims(database, ends, exchanges);
      return ends.map(() => undefined);
    },
    MOST_SETTLED,
    SETTLE_GATHER_MS,
  );
  /** Who reads tasks sees those, too, that stand in their claims. */
  const showHanded = coalesce(async (asked: readonly undefined[]) => {
    await writeHandedTasks(database, 'true', []);
    return asked;
  });
  return {
    /** Claims due tasks of a route for this worker, in its order: up to `batches` claims of up to `size` tasks. */
    async claim(
      route: string,
      worker: string,
      size: number,
      batches: number,
      order: ClaimOrder = 'key',
    ): Promise<Claim[]> {
      const rows = await claimTasks(database, order, [route, Date.now(), size, worker, batches]);
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

    /** Keeps a call for people to look at; answers its id. It is written with the results of a batch. */
    recordExchange: (exchange: NewExchange) => exchanges.record(exchange),

    /**
     * Ends a claim: results, links and failed attempts at once. Results of a claim taken back are dropped. A record that
     * arrived resolves its earlier versions that failed.
     */
    async settle(
      claim: Claim,
      outcomes: readonly TaskOutcome[],
      links: { readonly outgoing: string; readonly learnt: readonly Link[] },
      place?: TaskPlace,
      followUps: readonly NewFollowUp[] = [],
      effects?: StepEffects,
    ): Promise<void> {
      await settle({ claim, outcomes, ...links, place, followUps, effects });
    },

    /** Hands a claim back, for a stop. What was being sent is uncertain, as after a crash; the rest loses no attempt. */
    async release(claim: number): Promise<void> {
      await exchanges.write();
      await writeHandedTasks(database, 'id = $1', [claim]);
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
        `SELECT (SELECT count(*)::int FROM (
             SELECT 1 FROM task WHERE route = $1 AND state IN ('new', 'retrying', 'processing') LIMIT $2) t)
           + coalesce((SELECT sum(cardinality(tasks))::int FROM claim WHERE route = $1), 0) AS count`,
        [route, cap],
      );
      return Math.min(rows[0]?.count ?? 0, cap);
    },

    /** Sets aside what stands behind a waiting version of the same record, so that nothing hangs unseen. */
    async parkBehindWaiting(): Promise<void> {
      await database.query(
        `UPDATE task t SET state = 'waiting', updated_at = $1, error = $2, cause = '${BEHIND_CAUSE}'
         WHERE t.state IN ('new', 'retrying') AND EXISTS (
           SELECT 1 FROM task e WHERE e.key = t.key AND e.route || '' = t.route AND e.id + 0 < t.id AND e.state = 'waiting')`,
        [Date.now(), BEHIND],
      );
    },

    async countByState(filter: { run?: number; route?: string }): Promise<Record<TaskState, number>> {
      await showHanded(undefined);
      const { rows } = await database.query<{ state: TaskState; count: number }>(
        `SELECT state, count(*)::int AS count FROM task
         WHERE ($1::bigint IS NULL OR run = $1) AND ($2::text IS NULL OR route = $2) GROUP BY state`,
        [filter.run ?? null, filter.route ?? null],
      );
      const counts = Object.fromEntries(TASK_STATES.map((state) => [state, 0])) as Record<TaskState, number>;
      for (const { state, count } of rows) counts[state] = count;
      return counts;
    },

    /** What keeps records of a route from being in the target; later versions of a record speak for it. */
    async notArrived(route: string, incoming: string, samples: number): Promise<NotArrivedRow> {
      await showHanded(undefined);
      const { rows } = await database.query<NotArrivedRow>(NOT_ARRIVED, [route, incoming, samples]);
      return rows[0] ?? { hasRun: false, open: 0, failed: 0, samples: [] };
    },

    async list(filter: TaskFilter): Promise<TaskRow[]> {
      await showHanded(undefined);
      const { where, values } = taskConditions(filter);
      const { rows } = await database.query<TaskRow>(
        `SELECT ${TASK_COLUMNS}, NULL AS payload, NULL AS original, stage FROM task ${where} ORDER BY id DESC LIMIT $${values.length + 1}`,
        [...values, filter.limit],
      );
      return rows;
    },

    async get(id: number): Promise<TaskRow | undefined> {
      await showHanded(undefined);
      const { rows } = await database.query<TaskRow & { page: number | null; item: number | null }>(
        `SELECT ${TASK_COLUMNS}, payload, original, page, item, stage FROM task WHERE id = $1`,
        [id],
      );
      const [row] = rows;
      if (!row) return undefined;
      const { page, item, ...task } = row;
      if (task.payload !== null || page === null) return task;
      const record = (await bodies.read([page])).get(page)?.[item ?? 0];
      return { ...task, payload: record === undefined ? null : JSON.stringify(record) };
    },

    /** How many match, counted up to `cap`. */
    async count(filter: Omit<TaskFilter, 'limit'>, cap: number): Promise<number> {
      await showHanded(undefined);
      const { where, values } = taskConditions(filter);
      const { rows } = await database.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM (SELECT 1 FROM task ${where} LIMIT $${values.length + 1}) t`,
        [...values, cap],
      );
      return rows[0]?.count ?? 0;
    },

    /** The newest task of each of these keys on a route. */
    async newestOf(route: string, keys: readonly string[]): Promise<ReadonlyMap<string, RowTask>> {
      await showHanded(undefined);
      const { rows } = await database.query<RowTask & { key: string }>(
        `SELECT k.key, t.state, t.error, t.target_id AS "targetId" FROM unnest($2::text[]) AS k(key)
         CROSS JOIN LATERAL (
           SELECT state, error, target_id FROM task WHERE key = k.key AND route = $1 ORDER BY id DESC LIMIT 1) t`,
        [route, keys],
      );
      return new Map(rows.map(({ key, ...task }) => [key, task]));
    },

    /** Failed tries of several tasks, oldest first. */
    async attemptsOf(tasks: readonly number[]): Promise<AttemptRow[]> {
      const { rows } = await database.query<AttemptRow>(
        'SELECT task, at, error, exchange FROM attempt WHERE task = ANY($1::bigint[]) ORDER BY id',
        [tasks],
      );
      return rows;
    },

    /** Tasks of these routes that were finished lately: how many, and in what time. */
    async recentRate(routes: readonly string[]): Promise<{ finished: number; spanMs: number }> {
      const { rows } = await database.query<{ finished: number; first: number | null; last: number | null }>(
        `SELECT count(*)::int AS finished, min(updated_at) AS first, max(updated_at) AS last FROM (
           SELECT route, state, updated_at FROM task ORDER BY id DESC LIMIT 2000) t
         WHERE state = 'finished' AND route = ANY($1)`,
        [routes],
      );
      const { finished = 0, first = null, last = null } = rows[0] ?? {};
      return { finished, spanMs: (last ?? 0) - (first ?? 0) };
    },

    /** The first task that stands in the way of a route in strict order; undefined where none does. */
    async firstStop(route: string): Promise<TaskRow | undefined> {
      const { rows } = await database.query<TaskRow>(
        `SELECT ${TASK_COLUMNS}, NULL AS payload, NULL AS original, stage FROM task
         WHERE route = $1 AND state IN ('failed', 'waiting') ORDER BY id LIMIT 1`,
        [route],
      );
      return rows[0];
    },

    async attempts(task: number): Promise<{ at: number; error: string; exchange: number | null }[]> {
      const { rows } = await database.query<{ at: number; error: string; exchange: number | null }>(
        'SELECT at, error, exchange FROM attempt WHERE task = $1 ORDER BY id',
        [task],
      );
      return rows;
    },

    async exchange(id: number): Promise<ExchangeRow | undefined> {
      await exchanges.write();
      const { rows } = await database.query<ExchangeRow>(
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
     * @param edit New record, for edit and replay of a single task, and where it is taken up.
     * @returns Ids that were changed.
     */
    act(ids: readonly number[], action: TaskAction, edit?: Omit<RecordEdit, 'id'>): Promise<number[]> {
      const edits = edit && ids.map((id) => ({ id, ...edit }));
      return database.transaction((tx) => actOnTasks(tx, ids, action, edits));
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
