import { printCsvRow } from '../core/csv.ts';
import { type DataRecord, type Json, plainText } from '../core/record.ts';
import type { WRITING_FORMATS } from './options.ts';
import { createXlsxWriter } from './xlsx/xlsx-writer.ts';

/** How a file is written. */
export interface WritingOptions {
  readonly format: (typeof WRITING_FORMATS)[number];
  /** Columns of CSV and XLSX in their order; fields that are not among them are left out. */
  readonly columns: readonly string[];
  /** CSV: one character. */
  readonly separator: string;
  /**
   * CSV: whether a text that a spreadsheet would take for a formula gets an apostrophe in front. XLSX needs none: a text
   * is a text there.
   */
  readonly guardFormulas: boolean;
}

/** Makes a file of records, a piece at a time. */
export interface RowWriter {
  /** What stands before the first record. */
  begin(): Uint8Array;
  write(records: readonly DataRecord[]): Uint8Array;
  end(): Uint8Array;
}

/** Writes records as a file, one batch in memory at a time. */
export async function* writeRows(
  batches: AsyncIterable<readonly DataRecord[]>,
  options: WritingOptions,
): AsyncGenerator<Uint8Array> {
  const writer = createRowWriter(options);
  yield writer.begin();
  for await (const records of batches) if (records.length > 0) yield writer.write(records);
  yield writer.end();
}

/** A writer of the format. */
export function createRowWriter(options: WritingOptions): RowWriter {
  const { columns } = options;
  if (options.format === 'xlsx') return createXlsxWriter(columns);
  const print = options.format === 'csv' ? csvLine(options) : (record: DataRecord) => JSON.stringify(record) + '\n';
  const header = options.format === 'csv' ? '\uFEFF' + printCsvRow(columns, options.separator) + '\r\n' : '';
  return {
    // Spreadsheets take CSV without a mark for something older than UTF-8.
    begin: () => Buffer.from(header),
    write: (records) => Buffer.from(records.map(print).join('')),
    end: () => new Uint8Array(),
  };
}

/** The text of a value in a cell, as it is read back from the file. */
export function cellText(value: Json | undefined, options: Pick<WritingOptions, 'format' | 'guardFormulas'>): string {
  const isGuarded = options.format === 'csv' && options.guardFormulas;
  return isGuarded && typeof value === 'string' ? guarded(value) : plainText(value);
}

function csvLine({ columns, separator, ...options }: WritingOptions): (record: DataRecord) => string {
  return (record) => {
    const cells = columns.map((name) => cellText(Object.hasOwn(record, name) ? record[name] : undefined, options));
    return printCsvRow(cells, separator) + '\r\n';
  };
}

/** Numbers and telephone numbers look like formulas to the rule, but work out nothing. */
function guarded(text: string): string {
  return /^[=+\-@\t\r]/.test(text) && !/^[+-][\d .,()/-]*$/.test(text) ? `'${text}` : text;
}
