import { FileError } from '../core/errors.ts';
import type { FileRow } from './row-sink.ts';

/** Throws FileError where a record lacks a column: in CSV and XLSX no record has it then. */
export function checkColumns({ record, row }: FileRow, columns: readonly string[], file: string): void {
  const missing = columns.find((column) => !Object.hasOwn(record, column));
  if (missing === undefined) return;
  const there = Object.keys(record).slice(0, 20);
  throw new FileError(
    'ERR_FILE_COLUMN_MISSING',
    `The file "${file}" has no column "${missing}" at row ${row}; it has ${there.map((name) => `"${name}"`).join(', ')}`,
    { details: { file, row, column: missing, columns: there } },
  );
}

/** The values of the key columns, joined. Throws FileError where one is empty. */
export function rowKey({ record, row }: FileRow, columns: readonly string[], file: string): string {
  const parts = columns.map((column) => {
    const value = record[column];
    if (
      value === undefined ||
      value === null ||
      value === '' ||
      typeof value === 'object' ||
      String(value).includes('\0')
    ) {
      throw new FileError(
        'ERR_FILE_KEY_EMPTY',
        `The file "${file}" has no value at row ${row} in the column "${column}", which is the key`,
        { details: { file, row, column } },
      );
    }
    return String(value);
  });
  return parts.join('/');
}
