import { TransformError } from '../core/errors.ts';
import { type Json, plainText } from '../core/record.ts';
import type { Emit, FileRow } from './row-sink.ts';

/** How rows of cells become records. */
export interface HeaderOptions {
  readonly headerRow: number;
  /** Names of the columns; the first row is a record then. */
  readonly columns?: readonly string[] | undefined;
  /** What an empty cell is. */
  readonly empty: '' | null;
  /** Whether a row may have fewer cells than the header. */
  readonly fillsShortRows: boolean;
}

/** Takes rows of cells, with their number from 1. */
export type TakeRow = (cells: readonly Json[], row: number) => void;

/**
 * Makes records of rows by the row that names the columns. Blank rows are passed over.
 *
 * @throws TransformError, when a row comes, for names that are missing or come twice, and rows that do not fit them.
 */
export function createHeaderMapper(options: HeaderOptions, emit: Emit): TakeRow {
  let names = options.columns;
  return (cells, row) => {
    if (cells.every(isEmpty)) return;
    if (names) emit({ row, record: recordOf(names, cells, row, options) });
    else if (row >= options.headerRow) names = readNames(cells, row);
  };
}

function readNames(cells: readonly Json[], row: number): readonly string[] {
  const names = cells.map((cell) => plainText(cell).trim());
  while (names.at(-1) === '') names.pop();
  for (const [index, name] of names.entries()) {
    const first = names.indexOf(name);
    if (name !== '' && first !== index) {
      throw new TransformError(
        `has two columns "${name}", ${columnName(first)} and ${columnName(index)}; give one another name`,
        { row, column: name },
      );
    }
  }
  return names;
}

function recordOf(
  names: readonly string[],
  cells: readonly Json[],
  row: number,
  options: HeaderOptions,
): FileRow['record'] {
  if (cells.length < names.length && !options.fillsShortRows) {
    throw new TransformError(`row ${row} has ${cells.length} fields, but the header names ${names.length}`, { row });
  }
  const extra = cells.findIndex((cell, index) => !isEmpty(cell) && (names[index] ?? '') === '');
  if (extra >= 0) {
    const column = columnName(extra);
    throw new TransformError(`row ${row} has a value in column ${column}, which the header does not name`, {
      row,
      column,
    });
  }
  const fields: [string, Json][] = [];
  for (const [index, name] of names.entries()) {
    if (name !== '') fields.push([name, cells[index] ?? options.empty]);
  }
  return Object.fromEntries(fields);
}

function isEmpty(cell: Json | undefined): boolean {
  return cell === undefined || cell === null || cell === '';
}

/** Name of a column as spreadsheets show it: A, B, …, Z, AA. */
export function columnName(index: number): string {
  const rest = Math.floor(index / 26);
  return (rest > 0 ? columnName(rest - 1) : '') + String.fromCharCode(65 + (index % 26));
}
