import { randomUUID } from 'node:crypto';
import type { AuditEntry, AuditTrail } from './audit.ts';
import type { Database, Queryable } from './database.ts';

/** A person who may sign in. */
export interface User {
  readonly id: string;
  /** What is typed at the sign-in: lower case, unlike all others. */
  readonly name: string;
  readonly role: string;
  readonly isDisabled: boolean;
  /** Hash of the password; null for those who only sign in elsewhere. */
  readonly password: string | null;
  /** Who signs them in, when that is not us. */
  readonly issuer: string | null;
  readonly createdAt: number;
  readonly passwordChangedAt: number | null;
  readonly signedInAt: number | null;
}

export interface NewUser {
  readonly name: string;
  readonly role: string;
  readonly password: string | null;
  readonly issuer?: string;
  /** How the issuer names them. */
  readonly subject?: string;
}

export interface UserChange {
  readonly role?: string | undefined;
  readonly isDisabled?: boolean | undefined;
  /** A new hash; ends every session of the user. */
  readonly password?: string | undefined;
}

const COLUMNS = `id, name, role, is_disabled AS "isDisabled", password, issuer, created_at AS "createdAt",
  password_changed_at AS "passwordChangedAt", signed_in_at AS "signedInAt"`;

/** Users. Each change and its entry in the audit trail are one transaction. */
export function userRepository(database: Database, audit: AuditTrail) {
  return {
    async count(): Promise<number> {
      const { rows } = await database.query<{ count: number }>('SELECT count(*)::int AS count FROM app_user');
      return rows[0]?.count ?? 0;
    },

    async list(after: string, limit: number): Promise<User[]> {
      const { rows } = await database.query<User>(
        `SELECT ${COLUMNS} FROM app_user WHERE name > $1 ORDER BY name LIMIT $2`,
        [after, limit],
      );
      return rows;
    },

    find: (name: string): Promise<User | undefined> => findBy(database, 'name = $1', [name]),

    findElsewhere: (issuer: string, subject: string): Promise<User | undefined> =>
      findBy(database, 'issuer = $1 AND subject = $2', [issuer, subject]),

    /** Makes a user; undefined when the name is taken. */
    add: (user: NewUser, entry: AuditEntry): Promise<User | undefined> =>
      database.transaction((tx) => insert(tx, user, entry)),

    /** Makes the first user, which only one of several callers does. */
    addFirst: (user: NewUser, entry: AuditEntry): Promise<User | undefined> =>
      database.transaction(async (tx) => {
        await lockUsers(tx);
        const { rows } = await tx.query('SELECT id FROM app_user LIMIT 1');
        return rows.length > 0 ? undefined : insert(tx, user, entry);
      }),

    /**
     * Changes a user; undefined when there is none.
     *
     * @returns 'last-administrator', and changes nothing, when nobody would be left who can manage users.
     */
    change: (name: string, change: UserChange, entry: AuditEntry): Promise<User | 'last-administrator' | undefined> =>
      database.transaction(async (tx) => {
        await lockUsers(tx);
        const before = await findBy(tx, 'name = $1', [name]);
        if (!before) return undefined;
        const role = change.role ?? before.role;
        const isDisabled = change.isDisabled ?? before.isDisabled;
        const isAdministrator = role === 'administrator' && !isDisabled;
        if (!isAdministrator && (await isLastAdministrator(tx, before))) return 'last-administrator';
        await tx.query('UPDATE app_user SET role = $2, is_disabled = $3 WHERE id = $1', [before.id, role, isDisabled]);
        if (change.password !== undefined) await writePassword(tx, before.id, change.password);
        if (isDisabled || change.password !== undefined) {
          await tx.query('DELETE FROM session WHERE user_id = $1', [before.id]);
        }
        await audit.append(tx, { ...entry, before: shown(before), after: shown({ ...before, role, isDisabled }) });
        return findBy(tx, 'id = $1', [before.id]);
      }),

    /** A person's own change of password: ends all sessions but `keep`. */
    changePassword: (id: string, hash: string, keep: string, entry: AuditEntry): Promise<void> =>
      database.transaction(async (tx) => {
        await writePassword(tx, id, hash);
        await tx.query('DELETE FROM session WHERE user_id = $1 AND id <> $2', [id, keep]);
        await audit.append(tx, entry);
      }),

    /** The same password under today's cost: nothing that anybody did. */
    async rehash(id: string, hash: string, before: string): Promise<void> {
      await database.query('UPDATE app_user SET password = $2 WHERE id = $1 AND password = $3', [id, hash, before]);
    },

    /** Takes over the role that the issuer told at this sign-in. */
    async takeRole(user: User, role: string, entry: AuditEntry): Promise<void> {
      if (user.role === role) return;
      await database.transaction(async (tx) => {
        await tx.query('UPDATE app_user SET role = $2 WHERE id = $1', [user.id, role]);
        await audit.append(tx, { ...entry, before: { role: user.role }, after: { role } });
      });
    },
  };

  async function insert(tx: Queryable, user: NewUser, entry: AuditEntry): Promise<User | undefined> {
    const now = Date.now();
    const { rows } = await tx.query<User>(
      `INSERT INTO app_user (id, name, role, password, issuer, subject, created_at, password_changed_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (name) DO NOTHING RETURNING ${COLUMNS}`,
      [
        ...[randomUUID(), user.name, user.role, user.password, user.issuer ?? null, user.subject ?? null, now],
        user.password === null ? null : now,
      ],
    );
    const [made] = rows;
    if (made) await audit.append(tx, { ...entry, after: shown(made) });
    return made;
  }
}

function shown({ name, role, isDisabled }: User): object {
  return { name, role, isDisabled };
}

/** Whoever counts administrators waits for whoever changes one. */
async function lockUsers(tx: Queryable): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', ['app_user']);
}

async function isLastAdministrator(tx: Queryable, { id, role, isDisabled }: User): Promise<boolean> {
  if (role !== 'administrator' || isDisabled) return false;
  const { rows } = await tx.query(
    `SELECT id FROM app_user WHERE role = 'administrator' AND NOT is_disabled AND id <> $1 LIMIT 1`,
    [id],
  );
  return rows.length === 0;
}

async function writePassword(tx: Queryable, id: string, hash: string): Promise<void> {
  await tx.query('UPDATE app_user SET password = $2, password_changed_at = $3 WHERE id = $1', [id, hash, Date.now()]);
}

async function findBy(target: Queryable, where: string, parameters: readonly unknown[]): Promise<User | undefined> {
  const { rows } = await target.query<User>(`SELECT ${COLUMNS} FROM app_user WHERE ${where}`, parameters);
  return rows[0];
}
