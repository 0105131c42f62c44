import { FileError } from '../core/errors.ts';
import { isRecord, type DataRecord, type Json, plainText } from '../core/record.ts';
import { checkColumns, rowKey } from './columns.ts';
import type { FileRow } from './row-sink.ts';

/** A key and what stands under it. */
export interface Entry {
  readonly key: string;
  readonly value: Json;
}

/** How rows of a file are entries. */
export interface EntryColumns {
  readonly key: string;
  /** Column of the value; undefined where the value is made of all other columns. */
  readonly value: string | undefined;
  /** "json": texts that are JSON count as what they say, for files that know only texts. */
  readonly cells: 'text' | 'json';
}

/** Longest key of an entry. */
const MAX_KEY = 1024;
/** Columns of an export that say something of the entry, not of its value. */
const OWN = new Set(['key', 'value', 'updatedAt', 'expiresAt']);

/** An entry of a row. Throws FileError that names row and column. */
export function entryOf(row: FileRow, columns: EntryColumns, file: string): Entry {
  const wanted = [columns.key, ...(columns.value === undefined ? [] : [columns.value])];
  checkColumns(row, wanted, file);
  const key = rowKey(row, [columns.key], file);
  if (key.length > MAX_KEY) {
    throw new FileError(
      'ERR_FILE_INVALID',
      `The file "${file}" has a key of more than ${MAX_KEY} characters at row ${row.row}`,
      {
        details: { file, row: row.row, column: columns.key },
      },
    );
  }
  const read = (cell: Json): Json => (columns.cells === 'json' ? readCell(cell) : cell);
  if (columns.value !== undefined) return { key, value: read(row.record[columns.value] ?? null) };
  const names = Object.keys(row.record);
  // What an export with a column for the value wrote comes back as it was.
  if (columns.key === 'key' && names.includes('value') && names.every((name) => OWN.has(name))) {
    return { key, value: read(row.record['value'] ?? null) };
  }
  const fields = Object.entries<Json>(row.record).filter(([name]) => name !== columns.key);
  return { key, value: Object.fromEntries(fields.map(([name, cell]) => [name, read(cell)])) };
}

const NUMBER = /^-?(0|[1-9]\d{0,14})(\.\d{1,15})?$/;

/** What a text says where it is JSON; numbers only where they come back as the same text. */
export function readCell(cell: Json): Json {
  if (typeof cell !== 'string') return cell;
  if (cell === '' || cell === 'null') return null;
  if (cell === 'true' || cell === 'false') return cell === 'true';
  if (NUMBER.test(cell)) return String(Number(cell)) === cell ? Number(cell) : cell;
  if (!/^[[{]/.test(cell)) return cell;
  try {
    return JSON.parse(cell) as Json;
  } catch {
    return cell;
  }
}

/** How entries become rows: each field of the value a column, or the value one column. */
export type EntryLayout = 'fields' | 'value';

/** Finds out how entries are best shown, and which columns there are then. */
export async function columnsOfLayout(
  batches: AsyncIterable<readonly Entry[]>,
): Promise<{ readonly layout: EntryLayout; readonly columns: readonly string[] }> {
  const names = new Set<string>();
  for await (const batch of batches) {
    for (const { value } of batch) {
      if (!isRecord(value) || Object.hasOwn(value, 'key') || names.size > MOST_COLUMNS) {
        return { layout: 'value', columns: ['key', 'value'] };
      }
      for (const name of Object.keys(value)) names.add(name);
    }
  }
  return { layout: 'fields', columns: ['key', ...names] };
}

const MOST_COLUMNS = 1000;

/** A row of an entry. Lists and objects inside are JSON text where the file knows only plain cells. */
export function entryRow({ key, value }: Entry, layout: EntryLayout): DataRecord {
  return layout === 'fields' && isRecord(value) ? { ...value, key } : { key, value };
}

/** A value that a value map can hold. Throws FileError for lists, objects and columns that are missing. */
export function mapCell(
  row: FileRow,
  column: string,
  cells: EntryColumns['cells'],
  file: string,
): string | number | boolean | null {
  checkColumns(row, [column], file);
  const cell = row.record[column] ?? null;
  const value = cells === 'json' ? readCell(cell) : cell;
  if (typeof value !== 'object' || value === null) return value;
  throw new FileError(
    'ERR_FILE_INVALID',
    `The file "${file}" has ${plainText(value).slice(0, 40)} at row ${row.row} in the column "${column}", which is no plain value`,
    { details: { file, row: row.row, column } },
  );
}
