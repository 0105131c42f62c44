import type { Database } from './database.ts';

/** When an incoming is due next. */
export interface ScheduleRow {
  readonly incoming: string;
  /** The schedule it was computed from, JSON. */
  readonly spec: string;
  readonly nextAt: number;
}

/** Schedules. A tick belongs to whoever moves `nextAt` on, so that it happens once however many workers look. */
export function scheduleRepository(database: Database) {
  return {
    async all(): Promise<ScheduleRow[]> {
      const { rows } = await database.query<ScheduleRow>('SELECT incoming, spec, next_at AS "nextAt" FROM schedule');
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

    /** Takes a due tick; false when another worker was first. */
    async takeTick(row: ScheduleRow, nextAt: number): Promise<boolean> {
      const { rowCount } = await database.query(
        'UPDATE schedule SET next_at = $3 WHERE incoming = $1 AND next_at = $2 AND spec = $4',
        [row.incoming, row.nextAt, nextAt, row.spec],
      );
      return rowCount > 0;
    },
  };
}
