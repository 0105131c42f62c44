import { TransformError } from '../core/errors.ts';
import { parseJsonText } from '../core/json-text.ts';
import { isRecord, type Json } from '../core/record.ts';
import { kindOf } from '../core/value-kinds.ts';
import type { Emit, FileRow, RowSink } from './row-sink.ts';

/** Longest record of a file, in UTF-16 units. */
export const MAX_RECORD = 16_777_216;

/** Records of a text with one JSON object a line. */
export function createNdjsonSink(emit: Emit): RowSink {
  let parts: string[] = [];
  let length = 0;
  let row = 0;

  const endLine = (last: string): void => {
    row += 1;
    const line = parts.length === 0 ? last : parts.join('') + last;
    parts = [];
    length = 0;
    if (line.trim() !== '') emit({ row, record: parseRow(line, row) });
  };
  return {
    write(piece) {
      let from = 0;
      for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', from)) {
        endLine(piece.slice(from, end));
        from = end + 1;
      }
      length += piece.length - from;
      if (length > MAX_RECORD) throw tooLong(row + 1);
      if (from < piece.length) parts.push(piece.slice(from));
    },
    end() {
      if (parts.length > 0) endLine('');
    },
  };
}

/** One record, as JSON text. Throws TransformError that names the row. */
export function parseRow(text: string, row: number): FileRow['record'] {
  const value = parse(text, row);
  if (isRecord(value)) return value;
  throw new TransformError(`row ${row} is ${kindOf(value)}, not an object`, { row });
}

function parse(text: string, row: number): Json {
  try {
    return parseJsonText(text);
  } catch (error) {
    if (!(error instanceof TransformError)) throw error;
    throw new TransformError(`row ${row} ${error.message}`, { row });
  }
}

/** For a record that does not end. */
export function tooLong(row: number): TransformError {
  return new TransformError(`row ${row} is longer than ${MAX_RECORD} characters`, { row });
}
