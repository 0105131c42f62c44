import type { Database } from './database.ts';

/** Answers of further calls for rows of a list, kept while the row says that they are still true. */
export function detailRepository(database: Database) {
  return {
    /** Kept answers by key, each with the version of the row it belongs to. */
    async read(
      client: string,
      operation: string,
      keys: readonly string[],
    ): Promise<Map<string, { version: string; body: string }>> {
      const { rows } = await database.query<{ key: string; version: string; body: string }>(
        `UPDATE detail SET used_at = $4 WHERE client = $1 AND operation = $2 AND key = ANY($3::text[])
         RETURNING key, version, body`,
        [client, operation, keys, Date.now()],
      );
      return new Map(rows.map(({ key, ...kept }) => [key, kept]));
    },

    async write(
      client: string,
      operation: string,
      entries: readonly { readonly key: string; readonly version: string; readonly body: string }[],
    ): Promise<void> {
      if (entries.length === 0) return;
      await database.query(
        `INSERT INTO detail (client, operation, key, version, body, used_at)
         SELECT $1, $2, key, version, body, $6 FROM unnest($3::text[], $4::text[], $5::text[]) AS new (key, version, body)
         ON CONFLICT (client, operation, key) DO UPDATE
           SET version = excluded.version, body = excluded.body, used_at = excluded.used_at`,
        [
          client,
          operation,
          entries.map((entry) => entry.key),
          entries.map((entry) => entry.version),
          entries.map((entry) => entry.body),
          Date.now(),
        ],
      );
    },
  };
}
