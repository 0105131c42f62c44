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
  type TaskOutcome,
  type TaskPlace,
} from '../core/task.ts';
import { claimTasks } from './claims.ts';
import type { Database } from './database.ts';
import { type ExchangeRow, Exchanges, type NewExchange } from './exchanges.ts';
import { writeHandedTasks } from './handed-claims.ts';
import { PageBodies } from './page-bodies.ts';
import { taskReads } from './task-reads.ts';
import { actOnTasks, BEHIND, type RecordEdit, type TaskAction } from './task-actions.ts';
import { type ClaimEnd, settleClaims } from './settle.ts';

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
  return {
    ...taskReads(database, bodies),

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
