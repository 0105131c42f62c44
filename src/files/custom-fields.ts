import type { DataRecord, Json } from '../core/record.ts';

/** How Halo's import sheets name a column of a custom field: "$" before its name, which begins with CF. */
const CUSTOM = /^\$(CF.+)$/;

/**
 * Makes custom fields of the columns "$CFname" as Halo's API takes them, behind those that the record has already. Empty
 * cells are left out, so that they clear nothing.
 *
 * @param named Columns of other names that become custom fields, too: `{ Room: 'CFroom' }`.
 */
export function withCustomFields(record: DataRecord, named: Readonly<Record<string, string>> = {}): DataRecord {
  const own: [string, Json][] = [];
  const custom: Json[] = [];
  let isChanged = false;
  for (const [column, value] of Object.entries(record)) {
    const name = (Object.hasOwn(named, column) ? named[column] : undefined) ?? CUSTOM.exec(column)?.[1];
    if (name === undefined) own.push([column, value]);
    else {
      isChanged = true;
      if (value !== '' && value !== null) custom.push({ name, value });
    }
  }
  if (!isChanged) return record;
  const rest = own.filter(([column]) => column !== 'customfields');
  const before = record['customfields'];
  const all = [...(Array.isArray(before) ? (before as readonly Json[]) : []), ...custom];
  return Object.fromEntries<Json>(all.length > 0 ? [...rest, ['customfields', all]] : rest);
}
