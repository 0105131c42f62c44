import type { Database } from './database.ts';

/** After how many failures one has to wait, and for how long. */
export interface ThrottleRule {
  /** Failures that cost nothing. */
  readonly free: number;
  /** First wait; each further failure doubles it. */
  readonly firstMs: number;
  readonly mostMs: number;
}

/** Failures are forgotten after so long without another one. */
const FORGET_MS = 86_400_000;

/** Failed tries of sign-ins by account and by address. In the database, so that all processes count together. */
export function throttleRepository(database: Database) {
  return {
    /**
     * Takes a try, which counts as failed until it is given back: many at the same time are counted all.
     *
     * @returns 0 when it may be made, else the milliseconds to wait.
     */
    async take(subject: string, { free, firstMs, mostMs }: ThrottleRule, now: number): Promise<number> {
      await database.query('DELETE FROM sign_in_failure WHERE updated_at < $1', [now - FORGET_MS]);
      const { rowCount } = await database.query(
        `INSERT INTO sign_in_failure AS f (subject, failures, until_at, updated_at) VALUES ($1, 1, 0, $2)
         ON CONFLICT (subject) DO UPDATE SET failures = f.failures + 1, updated_at = $2,
           until_at = CASE WHEN f.failures + 1 < $3::bigint THEN 0
             ELSE $2 + least($5::bigint, $4::bigint * (1::bigint << least(f.failures + 1 - $3::bigint, 30)::int)) END
         WHERE f.until_at <= $2`,
        [subject, now, free, firstMs, mostMs],
      );
      if (rowCount > 0) return 0;
      const { rows } = await database.query<{ until: number }>(
        'SELECT until_at AS until FROM sign_in_failure WHERE subject = $1',
        [subject],
      );
      return Math.max(1, (rows[0]?.until ?? 0) - now);
    },

    /** The account's try was good: its failures are forgotten. */
    async forget(subject: string): Promise<void> {
      await database.query('DELETE FROM sign_in_failure WHERE subject = $1', [subject]);
    },

    /** The address's try was good: it is given back, and its failures over other accounts stay. */
    async giveBack(subject: string): Promise<void> {
      await database.query(
        'UPDATE sign_in_failure SET failures = greatest(0, failures - 1), until_at = 0 WHERE subject = $1',
        [subject],
      );
    },
  };
}
