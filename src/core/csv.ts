import { TransformError } from './errors.ts';
import { checkTextLength } from './value-kinds.ts';

/** Longest row, in UTF-16 units: a quote that is never closed is not collected for ever. */
const MAX_ROW = 16_777_216;

/** Takes a CSV text in pieces. */
export interface CsvReader {
  /** Throws TransformError, with `row` in its details, where the text is no CSV. Rows before that one were handed out. */
  write(piece: string): void;
  end(): void;
}

/**
 * Reads the rows of a CSV text (RFC 4180) as it comes: fields may stand in double quotes, two of which are one inside.
 *
 * @param separator One character.
 * @param onRow     Gets the fields and the number of the row, from 1; a blank line is a row with one empty field.
 */
export function createCsvReader(separator: string, onRow: (fields: string[], row: number) => void): CsvReader {
  let rest = '';
  let rows = 0;
  /** A row that was not complete is looked at again when there is twice as much of it, so that long ones stay cheap. */
  let enough = 0;
  let isFirst = true;

  const read = (isLast: boolean): void => {
    let at = 0;
    while (at < rest.length) {
      const row = readRow(rest, at, { separator, isLast, number: rows + 1 });
      if (!row) break;
      at = row.end;
      rows += 1;
      onRow(row.fields, rows);
    }
    rest = rest.slice(at);
    enough = rest.length * 2;
    if (rest.length > MAX_ROW) {
      throw csvError(rows + 1, `is longer than ${MAX_ROW} characters; is a quote never closed?`);
    }
  };
  return {
    write(piece) {
      rest += isFirst && piece.startsWith('\uFEFF') ? piece.slice(1) : piece;
      isFirst &&= piece === '';
      if (rest.length >= Math.min(enough, MAX_ROW + 1)) read(false);
    },
    end() {
      read(true);
    },
  };
}

/** All rows of a CSV text. Throws TransformError where a quote is not closed, or text follows a closing one. */
export function parseCsv(text: string, separator: string): string[][] {
  const rows: string[][] = [];
  const reader = createCsvReader(separator, (fields) => rows.push(fields));
  reader.write(text);
  reader.end();
  return rows;
}

interface Reading {
  readonly separator: string;
  /** Whether nothing follows the text. */
  readonly isLast: boolean;
  readonly number: number;
}

interface Row {
  readonly fields: string[];
  readonly end: number;
}

/** One row; undefined where its end has not come yet. */
function readRow(text: string, start: number, reading: Reading): Row | undefined {
  const newline = text.indexOf('\n', start);
  if (newline >= 0) {
    const line = text.slice(start, text.charAt(newline - 1) === '\r' && newline > start ? newline - 1 : newline);
    if (!line.includes('"') && !line.includes('\r')) {
      return { fields: line.split(reading.separator), end: newline + 1 };
    }
  }
  return readByField(text, start, reading);
}

function readByField(text: string, start: number, { separator, isLast, number }: Reading): Row | undefined {
  const fields: string[] = [];
  for (let at = start; ; at += 1) {
    const field = text.charAt(at) === '"' ? readQuoted(text, at) : readPlain(text, at, separator);
    if (!field) {
      if (isLast) throw csvError(number, 'has a quote that is not closed');
      return undefined;
    }
    fields.push(field.value);
    at = field.end;
    const next = text.charAt(at);
    // What stands at the very end may go on in the next piece: a second quote, the newline of a CRLF.
    if (!isLast && (next === '' || (next === '\r' && at + 1 === text.length))) return undefined;
    if (next === separator) continue;
    if (next === '') return { fields, end: at };
    if (next === '\r') return { fields, end: text.charAt(at + 1) === '\n' ? at + 2 : at + 1 };
    if (next === '\n') return { fields, end: at + 1 };
    throw csvError(number, 'has text after a quote');
  }
}

interface Field {
  readonly value: string;
  readonly end: number;
}

function readQuoted(text: string, start: number): Field | undefined {
  const parts: string[] = [];
  let from = start + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return undefined;
    parts.push(text.slice(from, quote));
    if (text.charAt(quote + 1) !== '"') return { value: parts.join('"'), end: quote + 1 };
    from = quote + 2;
  }
}

function readPlain(text: string, start: number, separator: string): Field {
  let end = start;
  while (end < text.length && !isEnd(text.charAt(end), separator)) end += 1;
  return { value: text.slice(start, end), end };
}

function isEnd(character: string, separator: string): boolean {
  return character === separator || character === '\n' || character === '\r';
}

function csvError(row: number, what: string): TransformError {
  return new TransformError(`CSV row ${row} ${what}`, { row });
}

/** Writes rows as CSV with CRLF between them; fields that need it stand in quotes. */
export function printCsv(rows: readonly (readonly string[])[], separator: string): string {
  const lines = rows.map((row) => printCsvRow(row, separator));
  checkTextLength(lines.reduce((total, line) => total + line.length + 2, 0));
  return lines.join('\r\n');
}

/** One row of CSV, without an end of line. */
export function printCsvRow(row: readonly string[], separator: string): string {
  const needsQuotes = (field: string) => field.includes(separator) || /["\r\n]|^\s|\s$/.test(field);
  return row.map((field) => (needsQuotes(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(separator);
}
