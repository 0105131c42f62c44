import type { Sealer } from '../core/sealing.ts';
import { ConfigError } from '../core/errors.ts';
import type { Database } from './database.ts';

/** Opens under the key that seals; during a rotation that before it is kept too. */
export const KEY_CHECK = 'key-check';
/** Sealed with the key before while something may still be under it. */
export const KEY_BEFORE = 'key-before';

/**
 * Refuses a wrong master key before anything is read or written with it; remembers the first one.
 *
 * While keys are changed, a process has to know both: what is sealed with one or the other is read at any moment.
 *
 * @throws ConfigError ERR_KEY_WRONG
 */
export async function checkMasterKey(database: Database, sealer: Sealer): Promise<void> {
  const { rows } = await database.query<{ name: string; value: string }>(
    'SELECT name, value FROM setting WHERE name IN ($1, $2)',
    [KEY_CHECK, KEY_BEFORE],
  );
  for (const { value } of rows) {
    if (sealer.open({ $sealed: value }, KEY_CHECK) !== 'sluice') {
      throw new ConfigError('ERR_KEY_WRONG', 'Wrong master key');
    }
  }
  if (rows.some(({ name }) => name === KEY_CHECK)) return;
  await database.query('INSERT INTO setting VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    KEY_CHECK,
    sealer.seal('sluice', KEY_CHECK).$sealed,
  ]);
}
