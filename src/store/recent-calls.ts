import type { Database } from './database.ts';

/** A call of a client, as JSON text that is redacted and cut. */
export interface RecentCall {
  readonly client: string;
  readonly at: number;
  readonly body: string;
}

/** The last calls of each client, whatever made them. */
export function recentCallRepository(database: Database) {
  return {
    /** Adds calls and removes all but the newest `keep` of their clients. */
    async add(calls: readonly RecentCall[], keep: number): Promise<void> {
      if (calls.length === 0) return;
      await database.query(
        `INSERT INTO recent_call (client, at, body)
         SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[])`,
        [calls.map((call) => call.client), calls.map((call) => call.at), calls.map((call) => call.body)],
      );
      for (const client of new Set(calls.map((call) => call.client))) {
        await database.query(
          `DELETE FROM recent_call WHERE client = $1 AND id <= (
             SELECT id FROM recent_call WHERE client = $1 ORDER BY id DESC OFFSET $2 LIMIT 1)`,
          [client, keep],
        );
      }
    },

    /** The last calls of a client, newest first. */
    async list(client: string): Promise<RecentCall[]> {
      const { rows } = await database.query<RecentCall>(
        'SELECT client, at, body FROM recent_call WHERE client = $1 ORDER BY at DESC, id DESC',
        [client],
      );
      return rows;
    },
  };
}
