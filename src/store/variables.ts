import type { Sealer } from '../core/sealing.ts';
import type { AuditEntry, AuditTrail } from './audit.ts';
import type { Database, Queryable } from './database.ts';

/** A value that documents name by `${NAME}`. */
export interface Variable {
  readonly name: string;
  readonly value: string;
  /** Whether it may be shown again. */
  readonly isSecret: boolean;
  readonly author: string;
  readonly updatedAt: number;
}

/** Where the value of a variable is sealed to. */
export function variablePlace(name: string): string {
  return `variable/${name}/value`;
}

/**
 * Variables that are kept here rather than in the environment. All of them are sealed, secret or not. A change makes
 * every process read the configuration anew, as a change of a document does.
 */
export function variableRepository(database: Database, sealer: Sealer, audit: AuditTrail) {
  /** Changes one and everything that goes with it, in one transaction; false where `work` changed nothing. */
  const change = (entry: AuditEntry, work: (tx: Queryable) => Promise<number>): Promise<boolean> =>
    database.transaction(async (tx) => {
      if ((await work(tx)) === 0) return false;
      await tx.query(`UPDATE setting SET value = (value::bigint + 1)::text WHERE name = 'revision'`);
      await audit.append(tx, entry);
      return true;
    });

  return {
    async all(): Promise<Variable[]> {
      const { rows } = await database.query<Variable>(
        `SELECT name, value, is_secret AS "isSecret", author, updated_at AS "updatedAt" FROM variable ORDER BY name`,
      );
      return rows.map((row) => ({ ...row, value: sealer.open({ $sealed: row.value }, variablePlace(row.name)) }));
    },

    async set({ name, value, isSecret, author, updatedAt }: Variable, entry: AuditEntry): Promise<void> {
      const sealed = sealer.seal(value, variablePlace(name)).$sealed;
      await change(entry, async (tx) => {
        const { rowCount } = await tx.query(
          `INSERT INTO variable (name, value, is_secret, author, updated_at) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (name) DO UPDATE SET value = excluded.value, is_secret = excluded.is_secret,
             author = excluded.author, updated_at = excluded.updated_at`,
          [name, sealed, isSecret, author, updatedAt],
        );
        return rowCount;
      });
    },

    /** Removes one; false when there is none. */
    remove: (name: string, entry: AuditEntry): Promise<boolean> =>
      change(entry, async (tx) => (await tx.query('DELETE FROM variable WHERE name = $1', [name])).rowCount),
  };
}
