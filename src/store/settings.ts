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
