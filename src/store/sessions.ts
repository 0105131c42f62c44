import { randomUUID } from 'node:crypto';
import type { AuditEntry, AuditTrail } from './audit.ts';
import type { Database } from './database.ts';

/** How long sessions live. */
export interface SessionLife {
  /** Without a request. */
  readonly idleMs: number;
  /** Altogether. */
  readonly totalMs: number;
}

/** A session as people see it; what the browser holds is nowhere. */
export interface Session {
  readonly id: string;
  readonly createdAt: number;
  readonly usedAt: number;
  readonly expiresAt: number;
  readonly address: string;
  /** What the browser calls itself. */
  readonly agent: string;
}

/** Whose session a request came with. */
export interface SessionOwner {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly role: string;
}

export interface NewSession {
  readonly userId: string;
  /** Hash of what the browser gets. */
  readonly hash: string;
  readonly address: string;
  readonly agent: string;
}

/** The last use is written so often at most. */
const TOUCH_MS = 60_000;
const LONGEST_AGENT = 300;

/** Sessions of browsers; only hashes of what they hold are kept. */
export function sessionRepository(database: Database, audit: AuditTrail) {
  return {
    /** Opens a session, and notes it; `replaces` is the hash of one that ends with it. */
    open: (
      { userId, hash, address, agent }: NewSession,
      life: SessionLife,
      entry: AuditEntry,
      replaces?: string,
    ): Promise<string> =>
      database.transaction(async (tx) => {
        const [id, now] = [randomUUID(), Date.now()];
        await tx.query('DELETE FROM session WHERE expires_at <= $1 OR hash = $2', [now, replaces ?? '']);
        await tx.query(
          `INSERT INTO session (id, hash, user_id, created_at, used_at, expires_at, address, agent)
           VALUES ($1, $2, $3, $4, $4, $5, $6, $7)`,
          [id, hash, userId, now, now + life.totalMs, address, agent.slice(0, LONGEST_AGENT)],
        );
        await tx.query('UPDATE app_user SET signed_in_at = $2 WHERE id = $1', [userId, now]);
        await audit.append(tx, entry);
        return id;
      }),

    /** Gives a session another secret. */
    async rotate(id: string, hash: string): Promise<void> {
      await database.query('UPDATE session SET hash = $2 WHERE id = $1', [id, hash]);
    },

    /** Whose session this is, while it lives and its user may sign in. Asked for each request: an ended one ends now. */
    async find(hash: string, { idleMs }: SessionLife): Promise<SessionOwner | undefined> {
      const now = Date.now();
      const { rows } = await database.query<SessionOwner & { usedAt: number }>(
        `SELECT s.id, s.user_id AS "userId", u.name, u.role, s.used_at AS "usedAt"
         FROM session s JOIN app_user u ON u.id = s.user_id
         WHERE s.hash = $1 AND s.expires_at > $2 AND s.used_at > $3 AND NOT u.is_disabled`,
        [hash, now, now - idleMs],
      );
      const [row] = rows;
      if (!row) return undefined;
      const { usedAt, ...owner } = row;
      if (now - usedAt > Math.min(TOUCH_MS, idleMs / 4)) {
        await database.query('UPDATE session SET used_at = greatest(used_at, $2) WHERE id = $1', [owner.id, now]);
      }
      return owner;
    },

    async list(userId: string, { idleMs }: SessionLife): Promise<Session[]> {
      const now = Date.now();
      const { rows } = await database.query<Session>(
        `SELECT id, created_at AS "createdAt", used_at AS "usedAt", expires_at AS "expiresAt", address, agent
         FROM session WHERE user_id = $1 AND expires_at > $2 AND used_at > $3 ORDER BY used_at DESC`,
        [userId, now, now - idleMs],
      );
      return rows;
    },

    /** Ends one session of a user; false when there is none. */
    end: (userId: string, id: string, entry: AuditEntry): Promise<boolean> =>
      remove('user_id = $1 AND id = $2', [userId, id], entry).then((count) => count > 0),

    /** Ends all sessions of a user but one; answers how many. */
    endOthers: (userId: string, keep: string, entry: AuditEntry): Promise<number> =>
      remove('user_id = $1 AND id <> $2', [userId, keep], entry),
  };

  function remove(where: string, parameters: readonly unknown[], entry: AuditEntry): Promise<number> {
    return database.transaction(async (tx) => {
      const { rowCount } = await tx.query(`DELETE FROM session WHERE ${where}`, parameters);
      if (rowCount > 0) await audit.append(tx, entry);
      return rowCount;
    });
  }
}
