import type { Database, Queryable } from './database.ts';

/** A configuration document as stored: secrets sealed. */
export interface StoredDocument {
  readonly kind: string;
  readonly identifier: string;
  readonly body: string;
  readonly updatedAt: number;
}

/** One change of an `apply`. */
export type DocumentChange =
  | { readonly action: 'write'; readonly kind: string; readonly identifier: string; readonly body: string }
  | { readonly action: 'delete'; readonly kind: string; readonly identifier: string };

const COLUMNS = 'kind, identifier, body, updated_at AS "updatedAt"';

/** Configuration documents. Every change raises one revision number, by which workers notice it. */
export function documentRepository(database: Database) {
  return {
    async revision(): Promise<number> {
      const { rows } = await database.query<{ value: string }>(`SELECT value FROM setting WHERE name = 'revision'`);
      return Number(rows[0]?.value ?? 0);
    },

    async all(): Promise<StoredDocument[]> {
      const { rows } = await database.query<StoredDocument>(
        `SELECT ${COLUMNS} FROM document ORDER BY kind, identifier`,
      );
      return rows;
    },

    async get(kind: string, identifier: string): Promise<StoredDocument | undefined> {
      const { rows } = await database.query<StoredDocument>(
        `SELECT ${COLUMNS} FROM document WHERE kind = $1 AND identifier = $2`,
        [kind, identifier],
      );
      return rows[0];
    },

    /**
     * Makes all changes or none.
     *
     * @param expectedRevision Revision the changes were checked against; false is answered when it has moved on.
     */
    change(changes: readonly DocumentChange[], expectedRevision: number, now: number): Promise<boolean> {
      return database.transaction(async (tx) => {
        const moved = await tx.query(
          `UPDATE setting SET value = (value::bigint + 1)::text WHERE name = 'revision' AND value = $1`,
          [String(expectedRevision)],
        );
        if (moved.rowCount === 0) return false;
        for (const change of changes) await applyChange(tx, change, now);
        return true;
      });
    },
  };
}

async function applyChange(tx: Queryable, change: DocumentChange, now: number): Promise<void> {
  if (change.action === 'delete') {
    await tx.query('DELETE FROM document WHERE kind = $1 AND identifier = $2', [change.kind, change.identifier]);
    return;
  }
  await tx.query(
    `INSERT INTO document VALUES ($1, $2, $3, $4)
     ON CONFLICT (kind, identifier) DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at`,
    [change.kind, change.identifier, change.body, now],
  );
}
