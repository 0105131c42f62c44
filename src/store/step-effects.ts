import type { EntryWrite, StepEffects, UnmatchedValue } from '../core/step-run.ts';
import type { Database, Queryable } from './database.ts';

/**
 * Writes what steps left, in the transaction of what they worked on. Call it last there: rows are locked in one order
 * everywhere, so that transactions wait for each other and never in a circle.
 */
export async function writeEffects(tx: Queryable, effects: readonly StepEffects[]): Promise<void> {
  await writeEntries(
    tx,
    effects.flatMap(({ entries }) => entries),
  );
  await countUnmatched(
    tx,
    effects.flatMap(({ unmatched }) => unmatched),
  );
}

/** Runs a statement that writes all or nothing and answers rows when it wrote, and writes what steps left with it. */
export async function queryWith<Row>(
  database: Database,
  sql: string,
  values: readonly unknown[],
  effects: StepEffects | undefined,
): Promise<Row[]> {
  if (!effects) return (await database.query<Row>(sql, values)).rows;
  return database.transaction(async (tx) => {
    const { rows } = await tx.query<Row>(sql, values);
    if (rows.length > 0) await writeEffects(tx, [effects]);
    return rows;
  });
}

/** Writes entries of storages; of several for one place the last counts. One that is removed expires, and goes with those. */
export async function writeEntries(tx: Queryable, entries: readonly EntryWrite[]): Promise<void> {
  if (entries.length === 0) return;
  const places = inOrder(
    entries,
    ({ storage, key }) => `${storage}\0${key}`,
    (_, last) => last,
  );
  await tx.query(WRITE_ENTRIES, [
    places.map(({ storage }) => storage),
    places.map(({ key }) => key),
    places.map(({ value }) => value ?? 'null'),
    places.map(({ value, expiresAt }) => (value === null ? 0 : expiresAt)),
    Date.now(),
  ]);
}

const WRITE_ENTRIES = `
  INSERT INTO storage_entry (storage, key, value, expires_at, updated_at)
  SELECT e.storage, e.key, e.value, e.expires_at, $5
  FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) WITH ORDINALITY AS e(storage, key, value, expires_at, position)
  ORDER BY e.position
  ON CONFLICT (storage, key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at,
    expires_at = excluded.expires_at`;

/** Adds up values that value maps do not have. */
export async function countUnmatched(tx: Queryable, values: readonly UnmatchedValue[]): Promise<void> {
  if (values.length === 0) return;
  const sums = inOrder(
    values,
    ({ valueMap, value }) => `${valueMap}\0${value}`,
    (sum, each) => ({ ...each, count: sum.count + each.count }),
  );
  await tx.query(COUNT_UNMATCHED, [
    sums.map(({ valueMap }) => valueMap),
    sums.map(({ value }) => value),
    sums.map(({ count }) => count),
    sums.map(({ sample }) => sample),
    Date.now(),
  ]);
}

const COUNT_UNMATCHED = `
  INSERT INTO unmatched_value AS known (value_map, value, count, sample, first_at, last_at)
  SELECT u.value_map, u.value, u.count, u.sample, $5, $5
  FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[]) WITH ORDINALITY AS u(value_map, value, count, sample, position)
  ORDER BY u.position
  ON CONFLICT (value_map, value) DO UPDATE SET count = known.count + excluded.count, sample = excluded.sample,
    last_at = excluded.last_at`;

/** One item for each name, those of the same name joined, in the order of names. */
function inOrder<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  join: (before: Item, next: Item) => Item,
): Item[] {
  const byName = new Map<string, Item>();
  for (const item of items) {
    const name = nameOf(item);
    const before = byName.get(name);
    byName.set(name, before === undefined ? item : join(before, item));
  }
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}
