import type { Database } from './database.ts';

/** When an incoming is due next. */
export interface ScheduleRow {
  readonly incoming: string;
  /** The schedule it was computed from, JSON. */
  readonly spec: string;
  readonly nextAt: number;
  /** Since when ticks are passed over, and why; null while they are not. */
  readonly skippedAt: number | null;
  readonly skipReason: string | null;
}

/** What became of a tick: a run began, one was going on still, or another worker has taken the tick. */
export type TickResult = { readonly run: number } | 'busy' | 'taken';

/**
 * Schedules. A tick belongs to whoever moves `nextAt` on from the value it was read with: that is its fencing token. A
 * worker that was frozen in between finds it moved, and one that dies leaves the tick or the run, never neither.
 */
export function scheduleRepository(database: Database) {
  return {
    async all(): Promise<ScheduleRow[]> {
      const { rows } = await database.query<ScheduleRow>(
        `SELECT incoming, spec, next_at AS "nextAt", skipped_at AS "skippedAt", skip_reason AS "skipReason" FROM schedule`,
      );
      return rows;
    },

    /** Sets a new or changed schedule. */
    async write(incoming: string, spec: string, nextAt: number): Promise<void> {
      await database.query(
        `INSERT INTO schedule VALUES ($1, $2, $3)
         ON CONFLICT (incoming) DO UPDATE SET spec = excluded.spec, next_at = excluded.next_at WHERE schedule.spec <> excluded.spec`,
        [incoming, spec, nextAt],
      );
    },

    async remove(incoming: string): Promise<void> {
      await database.query('DELETE FROM schedule WHERE incoming = $1', [incoming]);
    },

    /** Takes a due tick and begins its run, in one statement. */
    async takeTick(row: ScheduleRow, nextAt: number): Promise<TickResult> {
      const { rows } = await database.query<{ taken: number; run: number | null }>(TAKE_TICK, [
        row.incoming,
        row.nextAt,
        nextAt,
        row.spec,
        Date.now(),
      ]);
      const [first] = rows;
      if (!first) return 'taken';
      return first.run === null ? 'busy' : { run: first.run };
    },

    /** Passes a tick over, and says why; true for the one worker that was first to say so. */
    async skipTick(row: ScheduleRow, nextAt: number, reason: string): Promise<boolean> {
      const { rows } = await database.query<{ isFirst: boolean }>(
        `UPDATE schedule s SET next_at = $3, skip_reason = $5, skipped_at = coalesce(s.skipped_at, $6)
         FROM schedule before WHERE s.incoming = $1 AND s.next_at = $2 AND s.spec = $4 AND before.incoming = s.incoming
         RETURNING before.skipped_at IS NULL AS "isFirst"`,
        [row.incoming, row.nextAt, nextAt, row.spec, reason, Date.now()],
      );
      return rows[0]?.isFirst === true;
    },
  };
}

const TAKE_TICK = `
  WITH taken AS (
    UPDATE schedule SET next_at = $3, skipped_at = NULL, skip_reason = NULL
    WHERE incoming = $1 AND next_at = $2 AND spec = $4 RETURNING incoming),
  begun AS (
    INSERT INTO run (incoming, mode, cause, status, created_at)
    SELECT incoming, 'incremental', 'schedule', 'running', $5 FROM taken
    ON CONFLICT (incoming) WHERE status = 'running' DO NOTHING RETURNING id)
  SELECT 1 AS taken, (SELECT id FROM begun) AS run FROM taken`;
