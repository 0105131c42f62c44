import { isCurrent, type Sealer } from '../core/sealing.ts';
import { AUDIT_KEY, type AuditEntry, type AuditTrail } from './audit.ts';
import { tokenPlace } from './client-state.ts';
import type { Database } from './database.ts';
import { draftPlace } from './drafts.ts';
import { KEY_BEFORE, KEY_CHECK } from './settings.ts';
import { signInPlace } from './sign-ins.ts';
import { variablePlace } from './variables.ts';

/** A stored document with its secrets under the key that seals today; the same text when they are already. */
export type ResealDocument = (body: string, sealer: Sealer) => string;

/** A column with sealed values, and where each of them is sealed to. */
interface SealedColumn {
  readonly table: string;
  readonly keys: readonly string[];
  readonly column: string;
  /** Sealed as a whole to this place; documents hold sealed values inside. */
  readonly placeOf: ((keys: readonly string[]) => string) | undefined;
  /** Only these rows. */
  readonly where?: string;
}

const one = (place: (key: string) => string) => (keys: readonly string[]) => place(keys[0] ?? '');

const COLUMNS: readonly SealedColumn[] = [
  { table: 'document', keys: ['kind', 'identifier'], column: 'body', placeOf: undefined },
  { table: 'document_version', keys: ['kind', 'identifier', 'version'], column: 'body', placeOf: undefined },
  {
    ...{ table: 'document_draft', keys: ['kind', 'identifier'], column: 'body' },
    placeOf: ([kind = '', identifier = '']) => draftPlace(kind, identifier),
  },
  { table: 'variable', keys: ['name'], column: 'value', placeOf: one(variablePlace) },
  { table: 'client_state', keys: ['client'], column: 'token', placeOf: one(tokenPlace) },
  { table: 'sign_in', keys: ['id'], column: 'secret', placeOf: one(signInPlace) },
  { table: 'setting', keys: ['name'], column: 'value', placeOf: () => AUDIT_KEY, where: `name = '${AUDIT_KEY}'` },
];

/** How a change of keys stands. */
export interface KeyState {
  readonly keyId: string;
  readonly acceptedIds: readonly string[];
  /** Rows with something that is sealed with another key than the one that seals. */
  readonly left: number;
  /** Places whose value no known key opens. */
  readonly orphaned: readonly string[];
}

/** Rows of a step; each is changed by a statement of its own. */
const STEP = 200;

/**
 * Puts what is sealed under the key that seals today. Done in steps that leave everything readable, so it may stop at
 * any place and go on later, and others may write meanwhile: what changed since it was read is read again.
 */
export function keyRepository(database: Database, sealer: Sealer, resealDocument: ResealDocument) {
  const reseal = (column: SealedColumn, { keys, value }: Row): string => {
    if (column.placeOf === undefined) return resealDocument(value, sealer);
    if (isCurrent(value, sealer)) return value;
    const place = column.placeOf(keys);
    return sealer.seal(sealer.open({ $sealed: value }, place), place).$sealed;
  };

  return {
    async state(): Promise<KeyState> {
      let left = 0;
      const orphaned: string[] = [];
      for (const column of COLUMNS) {
        for await (const row of rowsOf(database, column, sealer)) {
          left += 1;
          try {
            reseal(column, row);
          } catch {
            orphaned.push(`${column.table}/${row.keys.join('/')}`);
          }
        }
      }
      return { keyId: sealer.keyId, acceptedIds: sealer.acceptedIds, left, orphaned };
    },

    /**
     * One step; answers how many rows it changed, and 0 when nothing is left.
     *
     * @throws ConfigError ERR_KEY_WRONG for what no known key opens.
     */
    async rotate(): Promise<number> {
      await begin(database, sealer);
      let changed = 0;
      for (const column of COLUMNS) {
        for await (const row of rowsOf(database, column, sealer)) {
          if (await write(database, column, row, reseal(column, row))) changed += 1;
          if (changed >= STEP) return changed;
        }
      }
      return changed;
    },

    /** Nothing is under the key before any more: processes need to know only this one. */
    end: (audit: AuditTrail, entry: AuditEntry): Promise<void> =>
      database.transaction(async (tx) => {
        const { rowCount } = await tx.query('DELETE FROM setting WHERE name = $1', [KEY_BEFORE]);
        if (rowCount > 0) await audit.append(tx, entry);
      }),
  };
}

/** From now on a process that does not know both keys is refused when it starts. */
async function begin(database: Database, sealer: Sealer): Promise<void> {
  await database.transaction(async (tx) => {
    const { rows } = await tx.query<{ value: string }>('SELECT value FROM setting WHERE name = $1 FOR UPDATE', [
      KEY_CHECK,
    ]);
    const value = rows[0]?.value ?? '';
    if (value === '' || isCurrent(value, sealer)) return;
    await tx.query('INSERT INTO setting VALUES ($1, $2) ON CONFLICT (name) DO NOTHING', [KEY_BEFORE, value]);
    await tx.query('UPDATE setting SET value = $2 WHERE name = $1', [
      KEY_CHECK,
      sealer.seal('sluice', KEY_CHECK).$sealed,
    ]);
  });
}

interface Row {
  readonly keys: readonly string[];
  readonly value: string;
}

/** Rows that hold something under another key, in the order of their keys. */
async function* rowsOf(database: Database, { table, keys, column, where, placeOf }: SealedColumn, sealer: Sealer) {
  const isOther =
    placeOf === undefined
      ? `replace(${column}, '"$sealed":"v1.' || $1 || '.', '') LIKE '%"$sealed":"v1.%'`
      : `NOT starts_with(${column}, 'v1.' || $1 || '.')`;
  const list = keys.map((key) => `${key}::text`).join();
  let last: readonly string[] | undefined;
  for (;;) {
    const beyond = last === undefined ? '' : `AND (${list}) > (${keys.map((_, at) => `$${at + 2}::text`).join()})`;
    const { rows } = await database.query<{ keys: string[]; value: string }>(
      `SELECT ARRAY[${list}] AS keys, ${column} AS value FROM ${table}
       WHERE ${column} IS NOT NULL AND ${isOther} AND ${where ?? 'true'} ${beyond} ORDER BY ${list} LIMIT ${STEP}`,
      [sealer.keyId, ...(last ?? [])],
    );
    yield* rows;
    last = rows.at(-1)?.keys;
    if (rows.length < STEP) return;
  }
}

/** False when it was changed by somebody else meanwhile, or stays as it is. */
async function write(
  database: Database,
  { table, keys, column }: SealedColumn,
  { keys: values, value }: Row,
  fresh: string,
): Promise<boolean> {
  if (fresh === value) return false;
  const matches = keys.map((key, at) => `${key}::text = $${at + 3}`).join(' AND ');
  const { rowCount } = await database.query(`UPDATE ${table} SET ${column} = $1 WHERE ${column} = $2 AND ${matches}`, [
    fresh,
    value,
    ...values,
  ]);
  return rowCount > 0;
}
