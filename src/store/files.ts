import type { FileOrigin, FileStore, SourceFile } from '../core/source-file.ts';
import type { Database } from './database.ts';

const COLUMNS = `id, incoming, source, name, bytes, hash, modified_at AS "modifiedAt", etag, last_modified AS "lastModified",
  place, state, error, rows, created_at AS "createdAt", read_at AS "readAt"`;

/** Files that incomings read; what is in them stands on disk. */
export function fileRepository(database: Database): FileStore {
  const select = async (rest: string, values: readonly unknown[]): Promise<SourceFile[]> =>
    (await database.query<SourceFile>(`SELECT ${COLUMNS} FROM file WHERE ${rest}`, [...values])).rows;

  return {
    async add({ incoming, source, name, bytes, hash, modifiedAt, etag, lastModified, place, isHeld = false }) {
      const { rows } = await database.query<SourceFile>(
        `INSERT INTO file (incoming, source, name, bytes, hash, modified_at, etag, last_modified, place, created_at, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING ${COLUMNS}`,
        [
          incoming,
          source,
          name,
          bytes,
          hash,
          modifiedAt,
          etag,
          lastModified,
          place,
          Date.now(),
          isHeld ? 'held' : 'new',
        ],
      );
      const [row] = rows;
      if (!row) throw new Error('A row that was inserted has to come back');
      return row;
    },

    get: async (incoming, id) => (await select('incoming = $1 AND id = $2', [incoming, id]))[0],

    list: (incoming, { before, limit }) =>
      select('incoming = $1 AND ($2::bigint IS NULL OR id < $2) ORDER BY id DESC LIMIT $3', [
        incoming,
        before ?? null,
        limit,
      ]),

    next: async (incoming, after) =>
      (
        await select(
          `incoming = $1 AND id > $2 AND state <> 'read' AND state <> 'held' AND place IS NOT NULL ORDER BY id LIMIT 1`,
          [incoming, after],
        )
      )[0],

    async newest(incoming, source, names) {
      const rows = await select(
        `id IN (SELECT max(id) FROM file WHERE incoming = $1 AND source = $2 AND name = ANY($3::text[]) GROUP BY name)`,
        [incoming, source, names],
      );
      return new Map(rows.map((row) => [row.name, row]));
    },

    async touch(id, { modifiedAt, etag, lastModified }) {
      await database.query('UPDATE file SET modified_at = $2, etag = $3, last_modified = $4 WHERE id = $1', [
        id,
        modifiedAt,
        etag,
        lastModified,
      ]);
    },

    async finish(id, rows) {
      await database.query(`UPDATE file SET state = 'read', error = NULL, rows = $2, read_at = $3 WHERE id = $1`, [
        id,
        rows,
        Date.now(),
      ]);
    },

    async fail(id, error) {
      await database.query(`UPDATE file SET state = 'failed', error = $2 WHERE id = $1`, [id, error]);
    },

    async again(incoming, id) {
      const { rowCount } = await database.query(
        `UPDATE file SET state = 'new', error = NULL, read_at = NULL WHERE incoming = $1 AND id = $2 AND place IS NOT NULL`,
        [incoming, id],
      );
      return rowCount > 0;
    },

    async remove(incoming, id) {
      const { rows } = await database.query<SourceFile>(
        `DELETE FROM file WHERE incoming = $1 AND id = $2 RETURNING ${COLUMNS}`,
        [incoming, id],
      );
      return rows[0];
    },

    async forgetPlaces({ read, added, held }) {
      const { rows } = await database.query<{ place: string }>(
        `WITH old AS (
           SELECT id, place FROM file
           WHERE place IS NOT NULL
             AND (state = 'read' AND read_at < $1 OR state = 'held' AND created_at < $3 OR created_at < $2) LIMIT 1000)
         UPDATE file SET place = NULL FROM old WHERE file.id = old.id RETURNING old.place`,
        [read, added, held],
      );
      return rows.map(({ place }) => place);
    },

    async placesInUse(places) {
      const { rows } = await database.query<{ place: string }>('SELECT place FROM file WHERE place = ANY($1::text[])', [
        places,
      ]);
      return new Set(rows.map(({ place }) => place));
    },

    async forgetMissing(incoming: string, source: FileOrigin, names: readonly string[]) {
      await database.query(
        `DELETE FROM file WHERE incoming = $1 AND source = $2 AND state = 'read' AND place IS NULL AND NOT name = ANY($3::text[])`,
        [incoming, source, names],
      );
    },
  };
}
