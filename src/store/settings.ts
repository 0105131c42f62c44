import type { Sealer } from '../core/sealing.ts';
import { ConfigError } from '../core/errors.ts';
import type { Database } from './database.ts';

const KEY_CHECK = 'key-check';

/**
 * Refuses a wrong master key before anything is read or written with it; remembers the first one.
 *
 * @throws ConfigError ERR_KEY_WRONG
 */
export async function checkMasterKey(database: Database, sealer: Sealer): Promise<void> {
  const { rows } = await database.query<{ value: string }>('SELECT value FROM setting WHERE name = $1', [KEY_CHECK]);
  const known = rows[0]?.value;
  if (known !== undefined) {
    if (sealer.open({ $sealed: known }, KEY_CHECK) !== 'sluice')
      throw new ConfigError('ERR_KEY_WRONG', 'Wrong master key');
    return;
  }
  await database.query('INSERT INTO setting VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    KEY_CHECK,
    sealer.seal('sluice', KEY_CHECK).$sealed,
  ]);
}

/** Access tokens of the REST API; only their hashes are kept. */
export function accessTokenRepository(database: Database) {
  return {
    /** Tokens besides those of a name. */
    async countOthers(name: string): Promise<number> {
      const { rows } = await database.query<{ count: number }>(
        'SELECT count(*)::int AS count FROM access_token WHERE name <> $1',
        [name],
      );
      return rows[0]?.count ?? 0;
    },
    async add(name: string, role: string, hash: string, now: number): Promise<void> {
      await database.query(
        'INSERT INTO access_token (name, role, hash, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (hash) DO NOTHING',
        [name, role, hash, now],
      );
    },
    /** Ends tokens of a name that are older than `ageMs`. */
    async expire(name: string, ageMs: number): Promise<void> {
      await database.query('DELETE FROM access_token WHERE name = $1 AND created_at <= $2', [name, Date.now() - ageMs]);
    },
    async find(hash: string): Promise<{ name: string; role: string } | undefined> {
      const { rows } = await database.query<{ name: string; role: string }>(
        'SELECT name, role FROM access_token WHERE hash = $1',
        [hash],
      );
      return rows[0];
    },
  };
}
