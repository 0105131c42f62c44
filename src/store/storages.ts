import type { Database } from './database.ts';
import type { EntryWrite } from '../core/step-run.ts';
import type { EntryWindow } from '../core/storage-entries.ts';
import { writeEntries } from './step-effects.ts';

/** One entry of a storage; `value` is JSON text. */
export interface StorageEntry {
  readonly key: string;
  readonly value: string;
  readonly updatedAt: number;
  /** Epoch milliseconds; null where it stays. */
  readonly expiresAt: number | null;
}

const COLUMNS = 'key, value, updated_at AS "updatedAt", expires_at AS "expiresAt"';

/** Where an entry stands. */
export interface EntryPlace {
  readonly storage: string;
  readonly key: string;
}

/** Entries of storages: searchable key-value stores. What has expired is not there. */
export function storageRepository(database: Database) {
  return {
    /** Entries in order of their keys, those after `after`, whose key contains `search`. */
    async list(
      storage: string,
      { after, search, limit }: { after?: string | undefined; search?: string | undefined; limit: number },
    ): Promise<StorageEntry[]> {
      const { rows } = await database.query<StorageEntry>(
        `SELECT ${COLUMNS} FROM storage_entry
         WHERE storage = $1 AND ($2::text IS NULL OR key > $2) AND ($3::text IS NULL OR strpos(lower(key), lower($3)) > 0)
           AND (expires_at IS NULL OR expires_at > $5)
         ORDER BY key LIMIT $4`,
        [storage, after ?? null, search ?? null, limit, Date.now()],
      );
      return rows;
    },

    async get(storage: string, key: string): Promise<StorageEntry | undefined> {
      const { rows } = await database.query<StorageEntry>(
        `SELECT ${COLUMNS} FROM storage_entry WHERE storage = $1 AND key = $2 AND (expires_at IS NULL OR expires_at > $3)`,
        [storage, key, Date.now()],
      );
      return rows[0];
    },

    /** Values of several places, as JSON texts; undefined where nothing is. */
    async valuesAt(places: readonly EntryPlace[]): Promise<(string | undefined)[]> {
      const { rows } = await database.query<{ position: number; value: string }>(
        `SELECT k.position::int AS position, e.value
         FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS k(storage, key, position)
         CROSS JOIN LATERAL (
           SELECT value FROM storage_entry WHERE storage = k.storage AND key = k.key AND (expires_at IS NULL OR expires_at > $3)
           LIMIT 1) e`,
        [places.map(({ storage }) => storage), places.map(({ key }) => key), Date.now()],
      );
      const found = new Map(rows.map(({ position, value }) => [position, value]));
      return places.map((_, index) => found.get(index + 1));
    },

    /** @param expiresAt Epoch milliseconds from which it is not there any more. */
    async put(storage: string, key: string, value: string, expiresAt: number | null = null): Promise<void> {
      await writeEntries(database, [{ storage, key, value, expiresAt }]);
    },

    async write(entries: readonly EntryWrite[]): Promise<void> {
      await writeEntries(database, entries);
    },

    /**
     * Writes entries that come in batches: all of them, or none when a batch throws.
     *
     * @param replaces Whether what was there before goes.
     */
    async writeAll(
      storage: string,
      batches: AsyncIterable<readonly Omit<EntryWrite, 'storage'>[]>,
      replaces: boolean,
    ): Promise<void> {
      await database.transaction(async (tx) => {
        if (replaces) await tx.query('DELETE FROM storage_entry WHERE storage = $1', [storage]);
        for await (const batch of batches) {
          await writeEntries(
            tx,
            batch.map((entry) => ({ ...entry, storage })),
          );
        }
      });
    },

    /** Entries in order of their keys, those after `after` that were written since a time. */
    async changed(storage: string, { after, since, limit }: EntryWindow): Promise<StorageEntry[]> {
      const { rows } = await database.query<StorageEntry>(
        `SELECT ${COLUMNS} FROM storage_entry
         WHERE storage = $1 AND ($2::text IS NULL OR key > $2) AND updated_at >= $3
           AND (expires_at IS NULL OR expires_at > $5)
         ORDER BY key LIMIT $4`,
        [storage, after ?? null, since ?? 0, limit, Date.now()],
      );
      return rows;
    },

    async remove(storage: string, key: string): Promise<boolean> {
      const { rows } = await database.query<{ live: boolean }>(
        `DELETE FROM storage_entry WHERE storage = $1 AND key = $2
         RETURNING expires_at IS NULL OR expires_at > $3 AS live`,
        [storage, key, Date.now()],
      );
      return rows[0]?.live === true;
    },
  };
}
