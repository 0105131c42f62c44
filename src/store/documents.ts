import type { AuditEntry, AuditTrail } from './audit.ts';
import type { Database, Queryable } from './database.ts';

/** A configuration document as stored: secrets sealed. */
export interface StoredDocument {
  readonly kind: string;
  readonly identifier: string;
  readonly body: string;
  readonly updatedAt: number;
  readonly version: number;
}

/** One change of an `apply`; `before` and `after` are what the audit trail shows of it. */
export type DocumentChange = {
  readonly kind: string;
  readonly identifier: string;
  readonly before?: unknown;
  readonly after?: unknown;
} & ({ readonly action: 'write'; readonly body: string } | { readonly action: 'delete' });

/** Who changes documents, and why. */
export interface Author {
  readonly name: string;
  readonly address: string | null;
  readonly reason?: string | undefined;
}

/** Versions of a document that are kept; older ones go. */
const MOST_VERSIONS = 500;
const COLUMNS = 'kind, identifier, body, updated_at AS "updatedAt", version';
const NOBODY: Author = { name: '(system)', address: null };

/**
 * Configuration documents. Every change raises one revision number, by which workers notice it, and is a version of its
 * own with its entry in the audit trail.
 */
export function documentRepository(database: Database, audit: AuditTrail) {
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
    change(
      changes: readonly DocumentChange[],
      expectedRevision: number,
      now: number,
      author: Author = NOBODY,
    ): Promise<boolean> {
      return database.transaction(async (tx) => {
        const moved = await tx.query(
          `UPDATE setting SET value = (value::bigint + 1)::text WHERE name = 'revision' AND value = $1`,
          [String(expectedRevision)],
        );
        if (moved.rowCount === 0) return false;
        for (const change of changes) await applyChange(tx, change, now, author);
        await audit.append(tx, ...changes.map((change) => entryOf(change, author)));
        return true;
      });
    },
  };
}

async function applyChange(tx: Queryable, change: DocumentChange, now: number, author: Author): Promise<void> {
  const { kind, identifier } = change;
  const body = change.action === 'write' ? change.body : null;
  const { rows } = await tx.query<{ version: number }>(
    `INSERT INTO document_version (kind, identifier, version, action, body, author, reason, at)
     SELECT $1, $2, coalesce(max(version), 0) + 1, $3, $4, $5, $6, $7::bigint FROM document_version
     WHERE kind = $1 AND identifier = $2 RETURNING version`,
    [kind, identifier, actionOf(change), body, author.name, author.reason ?? null, now],
  );
  const version = rows[0]?.version ?? 1;
  if (version > MOST_VERSIONS) {
    const old = [kind, identifier, version - MOST_VERSIONS];
    await tx.query('DELETE FROM document_version WHERE kind = $1 AND identifier = $2 AND version <= $3', old);
  }
  if (body === null) {
    await tx.query('DELETE FROM document WHERE kind = $1 AND identifier = $2', [kind, identifier]);
    return;
  }
  await tx.query(
    `INSERT INTO document (kind, identifier, body, updated_at, version) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (kind, identifier) DO UPDATE
     SET body = excluded.body, updated_at = excluded.updated_at, version = excluded.version`,
    [kind, identifier, body, now, version],
  );
}

function actionOf({ action, before }: DocumentChange): 'create' | 'update' | 'delete' {
  if (action === 'delete') return 'delete';
  return before === undefined ? 'create' : 'update';
}

function entryOf(change: DocumentChange, { name, address, reason }: Author): AuditEntry {
  const { kind, identifier, before, after } = change;
  const subject = `${kind}/${identifier}`;
  return { actor: name, address, action: `document.${actionOf(change)}`, subject, reason, before, after };
}
