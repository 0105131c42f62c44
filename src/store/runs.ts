import type { Database, Queryable } from './database.ts';
import type {
  CommittedPage,
  DeletionCommit,
  OrphanedRun,
  PageCommit,
  RunEnd,
  RunMode,
  RunStatus,
} from '../core/run.ts';
import { writePage } from './commit-page.ts';
import { queryWith } from './step-effects.ts';

/** A run as stored. Counts are of source records; `received` counts every row, `repeated` those that came twice. */
export interface RunRow {
  readonly id: number;
  readonly incoming: string;
  readonly mode: RunMode;
  readonly cause: string;
  readonly status: RunStatus;
  readonly announced: number | null;
  readonly received: number;
  readonly fresh: number;
  readonly unchanged: number;
  readonly repeated: number;
  /** Records that the source has no more. */
  readonly deleted: number;
  readonly pages: number;
  /** Where the reading stands, JSON; null before the first page. */
  readonly progress: string | null;
  readonly error: string | null;
  readonly worker: string | null;
  readonly losses: number;
  readonly cancelled: boolean;
  readonly createdAt: number;
  readonly finishedAt: number | null;
}

const COLUMNS = `id, incoming, mode, cause, status, announced, received, fresh, unchanged, repeated, deleted, pages, progress, error,
  worker, losses, cancelled, created_at AS "createdAt", finished_at AS "finishedAt"`;

/** A key stays as one that is gone, without hash: should it come back, its deletion goes first. */
const COMMIT_DELETIONS = `
  WITH held AS (
    UPDATE run SET deleted = deleted + cardinality($4::text[])
    WHERE id = $1 AND worker = $2 AND status = 'running' AND NOT cancelled RETURNING id),
  gone AS (
    UPDATE seen SET hash = '', body = NULL FROM held WHERE seen.incoming = $3 AND seen.key = ANY($4::text[])),
  made AS (
    INSERT INTO task (route, incoming, run, key, state, payload, stage, error, created_at, updated_at)
    SELECT t.route, $3, held.id, t.key, t.state, t.payload, t.stage, t.error, $5, $5
    FROM held, unnest($6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[]) WITH ORDINALITY
      AS t(route, key, state, payload, stage, error, position)
    ORDER BY t.position)
  SELECT id FROM held`;

/** Runs, checkpoints and what each incoming has seen. */
export function runRepository(database: Database) {
  return {
    /** Starts a run; undefined when one of this incoming is running already. */
    async start(incoming: string, mode: RunMode, cause: string): Promise<RunRow | undefined> {
      const { rows } = await database.query<RunRow>(
        `INSERT INTO run (incoming, mode, cause, status, created_at) VALUES ($1, $2, $3, 'running', $4)
         ON CONFLICT (incoming) WHERE status = 'running' DO NOTHING RETURNING ${COLUMNS}`,
        [incoming, mode, cause, Date.now()],
      );
      return rows[0];
    },

    async get(id: number): Promise<RunRow | undefined> {
      const { rows } = await database.query<RunRow>(`SELECT ${COLUMNS} FROM run WHERE id = $1`, [id]);
      return rows[0];
    },

    async list(filter: { incoming?: string; status?: string; before?: number; limit: number }): Promise<RunRow[]> {
      const { rows } = await database.query<RunRow>(
        `SELECT ${COLUMNS} FROM run
         WHERE ($1::text IS NULL OR incoming = $1) AND ($2::text IS NULL OR status = $2) AND ($3::bigint IS NULL OR id < $3)
         ORDER BY id DESC LIMIT $4`,
        [filter.incoming ?? null, filter.status ?? null, filter.before ?? null, filter.limit],
      );
      return rows;
    },

    /** Runs that nobody works on: new ones, and those whose worker died; `idleSince` is when they were made or last taken. */
    async orphans(): Promise<OrphanedRun[]> {
      const { rows } = await database.query<OrphanedRun>(
        `SELECT id, losses, coalesce(claimed_at, created_at) AS "idleSince" FROM run
         WHERE status = 'running' AND worker IS NULL ORDER BY id LIMIT 100`,
      );
      return rows;
    },

    /** Takes a run for this worker; undefined when it is over or another has it. */
    async claim(id: number, worker: string): Promise<RunRow | undefined> {
      const { rows } = await database.query<RunRow>(
        `UPDATE run SET worker = $2, claimed_at = $3 WHERE id = $1 AND status = 'running' AND worker IS NULL
           AND EXISTS (SELECT 1 FROM worker WHERE id = $2) RETURNING ${COLUMNS}`,
        [id, worker, Date.now()],
      );
      return rows[0];
    },

    /** Gives a run back, for a graceful stop. */
    async release(id: number, worker: string): Promise<void> {
      await database.query('UPDATE run SET worker = NULL WHERE id = $1 AND worker = $2', [id, worker]);
    },

    /** Asks a run to stop after its page. A run that nobody works on is over at once. */
    async cancel(id: number): Promise<void> {
      await database.query(
        `UPDATE run SET cancelled = true,
           status = CASE WHEN worker IS NULL THEN 'cancelled' ELSE status END,
           finished_at = CASE WHEN worker IS NULL THEN $2 ELSE finished_at END
         WHERE id = $1 AND status = 'running'`,
        [id, Date.now()],
      );
    },

    async isCancelled(id: number): Promise<boolean> {
      const { rows } = await database.query('SELECT 1 FROM run WHERE id = $1 AND cancelled', [id]);
      return rows.length > 0;
    },

    async checkpoint(incoming: string): Promise<string | undefined> {
      const { rows } = await database.query<{ cursor: string }>('SELECT cursor FROM checkpoint WHERE incoming = $1', [
        incoming,
      ]);
      return rows[0]?.cursor;
    },

    /** The checkpoint, and when it was put there, epoch milliseconds. */
    async findCheckpoint(incoming: string): Promise<{ cursor: string; updatedAt: number } | undefined> {
      const { rows } = await database.query<{ cursor: string; updatedAt: number }>(
        `SELECT cursor, updated_at AS "updatedAt" FROM checkpoint WHERE incoming = $1`,
        [incoming],
      );
      return rows[0];
    },

    /**
     * Puts the checkpoint elsewhere; without one the next run reads everything.
     *
     * @param note What else is written in the same transaction: who did it.
     */
    moveCheckpoint(
      incoming: string,
      cursor: string | undefined,
      note: (tx: Queryable) => Promise<void>,
    ): Promise<void> {
      return database.transaction(async (tx) => {
        if (cursor === undefined) {
          await tx.query('DELETE FROM checkpoint WHERE incoming = $1', [incoming]);
        } else {
          await tx.query(
            `INSERT INTO checkpoint VALUES ($1, $2, $3)
             ON CONFLICT (incoming) DO UPDATE SET cursor = excluded.cursor, updated_at = excluded.updated_at`,
            [incoming, cursor, Date.now()],
          );
        }
        await note(tx);
      });
    },

    /** A number for one reading from first page to last; rows seen under it again are repeats. */
    async nextPass(): Promise<number> {
      const { rows } = await database.query<{ pass: number }>(`SELECT nextval('pass_id') AS pass`);
      return Number(rows[0]?.pass);
    },

    /** What is known of these keys. */
    async seen(incoming: string, keys: readonly string[]): Promise<Map<string, { hash: string; pass: number }>> {
      const { rows } = await database.query<{ key: string; hash: string; pass: number }>(
        `SELECT k.key, s.hash, s.pass FROM unnest($2::text[]) AS k(key)
         CROSS JOIN LATERAL (SELECT hash, pass FROM seen WHERE incoming = $1 AND hash <> '' AND key = k.key LIMIT 1) s`,
        [incoming, keys],
      );
      return new Map(rows.map(({ key, hash, pass }) => [key, { hash, pass }]));
    },

    /**
     * Makes a few pages durable: tasks, marks, counts and position in one transaction.
     *
     * @returns 'lost' when the run was taken from this worker, 'cancelled' when a person asked to stop; nothing was written then.
     */
    async commitPage(page: PageCommit): Promise<CommittedPage> {
      return (await writePage(database, page)) ?? { result: await this.whyNotHeld(page.run.id, page.worker) };
    },

    /** Those of `routes` on which records of another incoming are open. */
    async routesWithOthers(incoming: string, routes: readonly string[]): Promise<Set<string>> {
      const { rows } = await database.query<{ route: string }>(
        `SELECT r.route FROM unnest($1::text[]) AS r(route) WHERE EXISTS (
           SELECT 1 FROM task t WHERE t.route = r.route AND t.state IN ('new', 'retrying', 'processing') AND t.incoming <> $2)
           OR EXISTS (SELECT 1 FROM claim c WHERE c.route = r.route AND c.incoming <> $2)`,
        [routes, incoming],
      );
      return new Set(rows.map(({ route }) => route));
    },

    /** Why a run could not be written to. */
    async whyNotHeld(id: number, worker: string): Promise<'lost' | 'cancelled'> {
      const now = await this.get(id);
      return now?.cancelled === true && now.worker === worker ? 'cancelled' : 'lost';
    },

    /** How many records of an incoming are known. */
    async countSeen(incoming: string): Promise<number> {
      const { rows } = await database.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM seen WHERE incoming = $1 AND hash <> ''`,
        [incoming],
      );
      return rows[0]?.count ?? 0;
    },

    /** How many of them were not seen since a pass began. */
    async countAbsent(incoming: string, pass: number): Promise<number> {
      const { rows } = await database.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM seen WHERE incoming = $1 AND hash <> '' AND pass < $2`,
        [incoming, pass],
      );
      return rows[0]?.count ?? 0;
    },

    async absent(incoming: string, pass: number, limit: number): Promise<{ key: string; body: string | null }[]> {
      const { rows } = await database.query<{ key: string; body: string | null }>(
        `SELECT key, body FROM seen WHERE incoming = $1 AND hash <> '' AND pass < $2 ORDER BY key LIMIT $3`,
        [incoming, pass, limit],
      );
      return rows;
    },

    /** What is known, by the order of keys, after one of them. */
    async seenAfter(
      incoming: string,
      key: string,
      limit: number,
    ): Promise<{ key: string; body: string | null; pass: number }[]> {
      const { rows } = await database.query<{ key: string; body: string | null; pass: number }>(
        `SELECT key, body, pass FROM seen WHERE incoming = $1 AND hash <> '' AND key > $2 ORDER BY key LIMIT $3`,
        [incoming, key, limit],
      );
      return rows;
    },

    /** Number of the first pass of the `nth` last run that read everything and got it. */
    async completeReading(incoming: string, nth: number): Promise<number | undefined> {
      const { rows } = await database.query<{ pass: number }>(
        `SELECT (progress::jsonb ->> 'firstPass')::bigint AS pass FROM run
         WHERE incoming = $1 AND status = 'succeeded' AND progress IS NOT NULL AND progress::jsonb ->> 'since' IS NULL
         ORDER BY id DESC OFFSET $2 LIMIT 1`,
        [incoming, nth - 1],
      );
      return rows[0]?.pass;
    },

    /** Makes deletions durable: their tasks are there and their keys marked as gone, or neither. */
    async commitDeletions(deletions: DeletionCommit): Promise<'committed' | 'lost' | 'cancelled'> {
      const { run, worker, keys, tasks } = deletions;
      const values = [
        run.id,
        worker,
        run.incoming,
        keys,
        Date.now(),
        tasks.map((task) => task.route),
        tasks.map((task) => task.key),
        tasks.map((task) => task.state),
        tasks.map((task) => task.payload),
        tasks.map((task) => task.stage),
        tasks.map((task) => task.error),
      ];
      const rows = await queryWith(database, COMMIT_DELETIONS, values, deletions.effects);
      return rows.length > 0 ? 'committed' : this.whyNotHeld(run.id, worker);
    },

    /** Starts the counts again, for another pass over the source. Tasks made so far stay. */
    async restartPass(id: number, worker: string, progress: string): Promise<void> {
      await database.query(
        `UPDATE run SET received = 0, unchanged = 0, repeated = 0, announced = NULL, progress = $3
         WHERE id = $1 AND worker = $2 AND status = 'running'`,
        [id, worker, progress],
      );
    },

    /** Ends a run and, where it got everything, moves the checkpoint, in one transaction. */
    finish(run: { id: number; incoming: string }, worker: string, end: RunEnd): Promise<boolean> {
      return database.transaction(async (tx) => {
        const now = Date.now();
        const { rowCount } = await tx.query(
          `UPDATE run SET status = $3, error = $4, finished_at = $5, worker = NULL, announced = coalesce($6, announced)
           WHERE id = $1 AND worker = $2 AND status = 'running'`,
          [run.id, worker, end.status, end.error ?? null, now, end.announced ?? null],
        );
        if (rowCount === 0) return false;
        if (end.cursor !== undefined && end.cursor !== null) {
          await tx.query(
            `INSERT INTO checkpoint VALUES ($1, $2, $3)
             ON CONFLICT (incoming) DO UPDATE SET cursor = excluded.cursor, updated_at = excluded.updated_at`,
            [run.incoming, end.cursor, now],
          );
        }
        return true;
      });
    },
  };
}
