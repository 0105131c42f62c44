import type { Database } from './database.ts';
import { causeOfText } from '../core/error-cause.ts';
import type { PageCommit, RunEnd, RunMode, RunStatus } from '../core/run.ts';
import { addGroups, groupsOf } from './error-groups.ts';
import { searchText } from './search-text.ts';

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

const COLUMNS = `id, incoming, mode, cause, status, announced, received, fresh, unchanged, repeated, pages, progress, error,
  worker, losses, cancelled, created_at AS "createdAt", finished_at AS "finishedAt"`;

/** One statement is one transaction and one round trip. Nothing is written unless the run is this worker's. */
const COMMIT_PAGE = `
  WITH held AS (
    UPDATE run SET received = received + $3, fresh = fresh + $4, unchanged = unchanged + $5, repeated = repeated + $6,
      pages = pages + 1, announced = coalesce($7, announced), progress = $8
    WHERE id = $1 AND worker = $2 AND status = 'running' AND NOT cancelled RETURNING id),
  marks AS (
    INSERT INTO seen SELECT $9, s.key, s.hash, $10 FROM unnest($11::text[], $12::text[]) AS s(key, hash), held ORDER BY s.key
    ON CONFLICT (incoming, key) DO UPDATE SET hash = excluded.hash, pass = excluded.pass),
  made AS (
    INSERT INTO task (route, incoming, run, key, state, payload, stage, error, cause, search, created_at, updated_at)
    SELECT t.route, $9, held.id, t.key, t.state, t.payload, t.stage, t.error, t.cause, t.search::text[], $13, $13
    FROM held, unnest($14::text[], $15::text[], $16::text[], $17::text[], $18::text[], $19::text[], $20::text[], $21::text[])
      WITH ORDINALITY AS t(route, key, state, payload, stage, error, cause, search, position)
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

    /** Runs that nobody works on: new ones, and those whose worker died. */
    async orphans(): Promise<number[]> {
      const { rows } = await database.query<{ id: number }>(
        `SELECT id FROM run WHERE status = 'running' AND worker IS NULL ORDER BY id LIMIT 100`,
      );
      return rows.map((row) => row.id);
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

    /** A number for one reading from first page to last; rows seen under it again are repeats. */
    async nextPass(): Promise<number> {
      const { rows } = await database.query<{ pass: number }>(`SELECT nextval('pass_id') AS pass`);
      return Number(rows[0]?.pass);
    },

    /** What is known of these keys. */
    async seen(incoming: string, keys: readonly string[]): Promise<Map<string, { hash: string; pass: number }>> {
      const { rows } = await database.query<{ key: string; hash: string; pass: number }>(
        `SELECT k.key, s.hash, s.pass FROM unnest($2::text[]) AS k(key)
         CROSS JOIN LATERAL (SELECT hash, pass FROM seen WHERE incoming = $1 AND key = k.key LIMIT 1) s`,
        [incoming, keys],
      );
      return new Map(rows.map(({ key, hash, pass }) => [key, { hash, pass }]));
    },

    /**
     * Makes one page durable: tasks, marks, counts and position in one transaction.
     *
     * @returns 'lost' when the run was taken from this worker, 'cancelled' when a person asked to stop; nothing was written then.
     */
    async commitPage(page: PageCommit): Promise<'committed' | 'lost' | 'cancelled'> {
      const { run, worker, counts, tasks, seen } = page;
      const causes = tasks.map((task) =>
        task.state === 'failed' ? causeOfText(task.error, { route: task.route }) : undefined,
      );
      await addGroups(database, groupsOf(causes));
      const { rows } = await database.query(COMMIT_PAGE, [
        run.id,
        worker,
        counts.received,
        counts.fresh,
        counts.unchanged,
        counts.repeated,
        page.announced,
        page.progress,
        run.incoming,
        page.pass,
        seen.map((row) => row.key),
        seen.map((row) => row.hash),
        Date.now(),
        tasks.map((task) => task.route),
        tasks.map((task) => task.key),
        tasks.map((task) => task.state),
        tasks.map((task) => task.payload),
        tasks.map((task) => task.stage),
        tasks.map((task) => task.error),
        causes.map((cause) => cause?.id ?? null),
        tasks.map((task) => searchText(task.search)),
      ]);
      if (rows.length > 0) return 'committed';
      const now = await this.get(run.id);
      return now?.cancelled === true && now.worker === worker ? 'cancelled' : 'lost';
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
