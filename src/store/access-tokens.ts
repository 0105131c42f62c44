import type { AuditEntry, AuditTrail } from './audit.ts';
import type { Database } from './database.ts';

/** An access token as people see it; the token itself is nowhere. */
export interface AccessToken {
  readonly id: number;
  readonly name: string;
  readonly role: string;
  /** JSON list of what it may do of what its role may; null for all of that. */
  readonly scopes: string | null;
  readonly createdAt: number;
  readonly createdBy: string | null;
  readonly expiresAt: number | null;
  readonly usedAt: number | null;
}

export interface NewAccessToken {
  readonly name: string;
  readonly role: string;
  readonly hash: string;
  readonly scopes: readonly string[] | null;
  readonly createdBy: string;
  readonly expiresAt: number | null;
}

/** Whose token a request came with. */
export interface TokenOwner {
  readonly id: number;
  readonly name: string;
  readonly role: string;
  readonly scopes: readonly string[] | null;
  readonly expiresAt: number | null;
}

/** The last use is written so often at most. */
const TOUCH_MS = 60_000;
const COLUMNS = `id, name, role, scopes, created_at AS "createdAt", created_by AS "createdBy",
  expires_at AS "expiresAt", used_at AS "usedAt"`;

/** Access tokens of the REST API; only their hashes are kept. */
export function accessTokenRepository(database: Database, audit: AuditTrail) {
  return {
    /** Tokens besides those of a name. */
    async countOthers(name: string): Promise<number> {
      const { rows } = await database.query<{ count: number }>(
        'SELECT count(*)::int AS count FROM access_token WHERE name <> $1',
        [name],
      );
      return rows[0]?.count ?? 0;
    },

    /** One that the process itself makes, for its start. */
    async add(name: string, role: string, hash: string, now: number): Promise<void> {
      await database.query(
        'INSERT INTO access_token (name, role, hash, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (hash) DO NOTHING',
        [name, role, hash, now],
      );
    },

    /** One that somebody asked for. */
    create: (token: NewAccessToken, entry: AuditEntry): Promise<AccessToken> =>
      database.transaction(async (tx) => {
        const { rows } = await tx.query<AccessToken>(
          `INSERT INTO access_token (name, role, hash, scopes, created_by, expires_at, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${COLUMNS}`,
          [
            ...[token.name, token.role, token.hash, token.scopes && JSON.stringify(token.scopes), token.createdBy],
            ...[token.expiresAt, Date.now()],
          ],
        );
        await audit.append(tx, entry);
        return rows[0] as AccessToken;
      }),

    /** Newest first, without those of a name. */
    async list(without: string, before: number | undefined, limit: number): Promise<AccessToken[]> {
      const { rows } = await database.query<AccessToken>(
        `SELECT ${COLUMNS} FROM access_token WHERE name <> $1 AND ($2::bigint IS NULL OR id < $2)
         ORDER BY id DESC LIMIT $3`,
        [without, before ?? null, limit],
      );
      return rows;
    },

    /** Withdraws one; undefined when there is none. */
    withdraw: (id: number, entry: AuditEntry): Promise<AccessToken | undefined> =>
      database.transaction(async (tx) => {
        const { rows } = await tx.query<AccessToken>(`DELETE FROM access_token WHERE id = $1 RETURNING ${COLUMNS}`, [
          id,
        ]);
        const [gone] = rows;
        if (gone) await audit.append(tx, { ...entry, before: { name: gone.name, role: gone.role } });
        return gone;
      }),

    /** Ends tokens of a name that are older than `ageMs`. */
    async expire(name: string, ageMs: number): Promise<void> {
      await database.query('DELETE FROM access_token WHERE name = $1 AND created_at <= $2', [name, Date.now() - ageMs]);
    },

    /** Whose token this is, while it is valid. */
    async find(hash: string): Promise<TokenOwner | undefined> {
      const now = Date.now();
      const { rows } = await database.query<AccessToken>(
        `SELECT ${COLUMNS} FROM access_token WHERE hash = $1 AND (expires_at IS NULL OR expires_at > $2)`,
        [hash, now],
      );
      const [row] = rows;
      if (!row) return undefined;
      if (now - (row.usedAt ?? 0) > TOUCH_MS) {
        await database.query('UPDATE access_token SET used_at = $2 WHERE id = $1', [row.id, now]);
      }
      const { id, name, role, scopes, expiresAt } = row;
      return { id, name, role, scopes: scopes === null ? null : (JSON.parse(scopes) as string[]), expiresAt };
    },
  };
}
