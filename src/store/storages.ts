import type { Database } from './database.ts';

/** One entry of a storage; `value` is JSON text. */
export interface StorageEntry {
  readonly key: string;
  readonly value: string;
  readonly updatedAt: number;
}

/** Entries of storages: searchable key-value stores. */
export function storageRepository(database: Database) {
  return {
    /** Entries in order of their keys, those after `after`, whose key contains `search`. */
    async list(
      storage: string,
      { after, search, limit }: { after?: string | undefined; search?: string | undefined; limit: number },
    ): Promise<StorageEntry[]> {
      const { rows } = await database.query<StorageEntry>(
        `SELECT key, value, updated_at AS "updatedAt" FROM storage_entry
         WHERE storage = $1 AND ($2::text IS NULL OR key > $2) AND ($3::text IS NULL OR strpos(lower(key), lower($3)) > 0)
         ORDER BY key LIMIT $4`,
        [storage, after ?? null, search ?? null, limit],
      );
      return rows;
    },

    async get(storage: string, key: string): Promise<StorageEntry | undefined> {
      const { rows } = await database.query<StorageEntry>(
        'SELECT key, value, updated_at AS "updatedAt" FROM storage_entry WHERE storage = $1 AND key = $2',
        [storage, key],
      );
      return rows[0];
    },

    async put(storage: string, key: string, value: string): Promise<void> {
      await database.query(
        `INSERT INTO storage_entry VALUES ($1, $2, $3, $4)
         ON CONFLICT (storage, key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
        [storage, key, value, Date.now()],
      );
    },

    async remove(storage: string, key: string): Promise<boolean> {
      const { rowCount } = await database.query('DELETE FROM storage_entry WHERE storage = $1 AND key = $2', [
        storage,
        key,
      ]);
      return rowCount > 0;
    },
  };
}
