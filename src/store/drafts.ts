import type { Sealer } from '../core/sealing.ts';
import type { Database } from './database.ts';

/** A document that somebody works on and that is not live. */
export interface Draft {
  /** JSON of the document, with its secrets: it never leaves as it is. */
  readonly body: string;
  readonly author: string;
  /** Version of the document that it was made of; 0 for a new one. */
  readonly base: number;
  readonly updatedAt: number;
}

/** Where a draft is sealed to. */
export function draftPlace(kind: string, identifier: string): string {
  return `document_draft/${kind}/${identifier}/body`;
}

/** Drafts, one for each document. They are sealed whole: what is a secret in them is not known before they are valid. */
export function draftRepository(database: Database, sealer: Sealer) {
  return {
    async find(kind: string, identifier: string): Promise<Draft | undefined> {
      const { rows } = await database.query<Draft>(
        `SELECT body, author, base, updated_at AS "updatedAt" FROM document_draft WHERE kind = $1 AND identifier = $2`,
        [kind, identifier],
      );
      const [row] = rows;
      return row && { ...row, body: sealer.open({ $sealed: row.body }, draftPlace(kind, identifier)) };
    },

    /** Which drafts there are, by kind and identifier. */
    async list(): Promise<(Omit<Draft, 'body'> & { kind: string; identifier: string })[]> {
      const { rows } = await database.query<Omit<Draft, 'body'> & { kind: string; identifier: string }>(
        `SELECT kind, identifier, author, base, updated_at AS "updatedAt" FROM document_draft ORDER BY kind, identifier`,
        [],
      );
      return rows;
    },

    async write(kind: string, identifier: string, { body, author, base }: Omit<Draft, 'updatedAt'>): Promise<void> {
      await database.query(
        `INSERT INTO document_draft (kind, identifier, body, author, base, updated_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (kind, identifier) DO UPDATE
         SET body = excluded.body, author = excluded.author, base = excluded.base, updated_at = excluded.updated_at`,
        [kind, identifier, sealer.seal(body, draftPlace(kind, identifier)).$sealed, author, base, Date.now()],
      );
    },

    /** Drops a draft; false when there is none. */
    async drop(kind: string, identifier: string): Promise<boolean> {
      const { rowCount } = await database.query('DELETE FROM document_draft WHERE kind = $1 AND identifier = $2', [
        kind,
        identifier,
      ]);
      return rowCount > 0;
    },
  };
}
