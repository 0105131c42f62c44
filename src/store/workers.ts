import { SETTLE_MS } from '../core/settle-time.ts';
import type { Database } from './database.ts';
import { writeHandedTasks } from './handed-claims.ts';

/** What came back from workers that are gone. */
export interface Reclaimed {
  readonly tasks: number;
  readonly runs: number;
}

/** What a worker works on right now. */
export interface OwnWork {
  readonly worker: string;
  readonly claims: readonly number[];
  readonly runs: readonly number[];
}

/** A claim may be this old before its worker has to know of it. */
const UNKNOWN_FOR_MS = 10_000;

/**
 * Processes that work, each with a lease that it renews. Claims and runs belong to a worker; when its lease is over
 * they are taken back, and what was being sent at that moment is marked uncertain.
 */
export function workerRepository(database: Database) {
  return {
    async register(id: string, role: string, leaseMs: number): Promise<void> {
      const now = Date.now();
      await database.query('INSERT INTO worker VALUES ($1, $2, $3, $4)', [id, role, now, now + leaseMs]);
    },

    /** Renews the lease; false when it was taken away meanwhile, so that the worker has to stop. */
    async renew(id: string, leaseMs: number): Promise<boolean> {
      const { rowCount } = await database.query('UPDATE worker SET lease_until = $2 WHERE id = $1', [
        id,
        Date.now() + leaseMs,
      ]);
      return rowCount > 0;
    },

    /** Ends the lease at once, after the work was handed back. */
    async leave(id: string): Promise<void> {
      await database.query('DELETE FROM worker WHERE id = $1', [id]);
    },

    /** Ends all leases: for a database that only this process can have opened. */
    async evictAll(): Promise<void> {
      await database.query('DELETE FROM worker');
    },

    /**
     * Takes back claims and runs of workers whose lease is over, and those of this worker that it does not work on:
     * the database was away when it wanted to hand them back.
     *
     * @param maxDeaths A task whose worker died this many times ends failed; long before, it is handled alone (see the
     *   task store). So does a run whose workers died this many times since its last page.
     */
    reclaim(own: OwnWork, maxDeaths: number): Promise<Reclaimed> {
      return database.transaction(async (tx) => {
        const now = Date.now();
        await tx.query('DELETE FROM worker WHERE lease_until < $1', [now]);
        await writeHandedTasks(tx, LOST_CLAIM, [own.worker, own.claims, now - UNKNOWN_FOR_MS]);
        const tasks = await tx.query(TAKE_BACK_TASKS, [
          now,
          maxDeaths,
          died(maxDeaths),
          own.worker,
          own.claims,
          now - UNKNOWN_FOR_MS,
        ]);
        const runs = await tx.query(TAKE_BACK_RUNS, [
          own.worker,
          own.runs,
          now - UNKNOWN_FOR_MS,
          maxDeaths,
          diedReading(maxDeaths),
          now,
        ]);
        return { tasks: tasks.rowCount, runs: runs.rowCount };
      });
    },
  };
}

function died(times: number): string {
  const message = `The worker died ${times} times while it handled this record; look at the record, then retry or skip it`;
  return JSON.stringify({ code: 'ERR_WORKER_DIED', class: 'system', message });
}

/** The page was never seen whole: its number and the pages before it are what can be told. */
function diedReading(times: number): string {
  const message = `The worker died ${times} times while it read the page after the last one that is counted here, usually for want of memory. Lower the page size of the incoming or "maxBodyBytes" of its client, or give the process more memory, then run again`;
  return JSON.stringify({ code: 'ERR_WORKER_DIED', class: 'system', message });
}

/** Deaths are counted since the last page: a long run may outlive many workers. */
const TAKE_BACK_RUNS = `
  UPDATE run SET worker = NULL, losses = losses + 1,
    status = CASE WHEN losses + 1 >= $4 THEN 'failed' ELSE status END,
    error = CASE WHEN losses + 1 >= $4 THEN $5 ELSE error END,
    finished_at = CASE WHEN losses + 1 >= $4 THEN $6 ELSE finished_at END
  WHERE status = 'running' AND worker IS NOT NULL AND (NOT EXISTS (SELECT 1 FROM worker w WHERE w.id = run.worker)
    OR worker = $1 AND id <> ALL($2::bigint[]) AND claimed_at < $3)`;

const LOST_CLAIM = `NOT EXISTS (SELECT 1 FROM worker w WHERE w.id = claim.worker)
  OR worker = $1 AND id <> ALL($2::bigint[]) AND created_at < $3`;

/** What was not sent yet loses no attempt; what was may have arrived, so it is uncertain. */
const TAKE_BACK_TASKS = `
  WITH gone AS (
    DELETE FROM claim c WHERE NOT EXISTS (SELECT 1 FROM worker w WHERE w.id = c.worker)
      OR c.worker = $4 AND c.id <> ALL($5::bigint[]) AND c.created_at < $6
    RETURNING id, sending_at, last_sending_at)
  UPDATE task SET claim = NULL, losses = losses + 1, updated_at = $1,
    next_at = coalesce(gone.last_sending_at + ${SETTLE_MS}, 0),
    uncertain_since = coalesce(uncertain_since, gone.sending_at),
    attempts = CASE WHEN gone.sending_at IS NULL THEN greatest(0, attempts - 1) ELSE attempts END,
    state = CASE WHEN losses + 1 >= $2 THEN 'failed' ELSE 'retrying' END,
    error = CASE WHEN losses + 1 >= $2 THEN $3 ELSE error END
  FROM gone WHERE task.claim = gone.id`;
