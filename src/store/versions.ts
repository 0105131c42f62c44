import type { Database } from './database.ts';

/** One save of a document, or its deletion. */
export interface StoredVersion {
  readonly version: number;
  readonly action: 'create' | 'update' | 'delete';
  /** Secrets sealed; null when it was deleted. */
  readonly body: string | null;
  readonly author: string;
  readonly reason: string | null;
  readonly at: number;
}

const COLUMNS = 'version, action, body, author, reason, at';

/** What documents were; written together with them. */
export function versionRepository(database: Database) {
  return {
    /** Newest first, before a version. */
    async list(kind: string, identifier: string, before: number | undefined, limit: number): Promise<StoredVersion[]> {
      const { rows } = await database.query<StoredVersion>(
        `SELECT ${COLUMNS} FROM document_version
         WHERE kind = $1 AND identifier = $2 AND ($3::bigint IS NULL OR version < $3) ORDER BY version DESC LIMIT $4`,
        [kind, identifier, before ?? null, limit],
      );
      return rows;
    },
  };
}
