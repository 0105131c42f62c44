import { FileError, TransformError } from '../core/errors.ts';
import { createCsvSink } from './csv-rows.ts';
import { createJsonSink } from './json-rows.ts';
import { createNdjsonSink } from './ndjson-rows.ts';
import { FILE_FORMATS, type FileFormat, type ReadingOptions } from './options.ts';
import { type FileRow, pump, type RowSink, type Emit } from './row-sink.ts';
import { textPieces } from './text-pieces.ts';
import { createXmlSink } from './xml-rows.ts';
import { xlsxRows } from './xlsx/xlsx-rows.ts';

/** A file on this machine, and the name that people know it by. */
export interface NamedFile {
  readonly path: string;
  readonly name: string;
}

/** Rows of a file that follow each other. */
export interface RowBatch {
  /** Records of the file before these. */
  readonly start: number;
  readonly rows: readonly FileRow[];
}

/** Pieces of text, of some sixty kilobytes each, that make a batch however few rows they hold. */
const MOST_PIECES = 100;

/**
 * Reads a file in batches, without holding more of it than one batch. What stands before a fault is handed out first.
 *
 * @param from Records to pass over: where an interrupted reading goes on.
 * @throws FileError that names file, row and column.
 */
export async function* readRows(
  file: NamedFile,
  options: ReadingOptions,
  { size, from = 0 }: { readonly size: number; readonly from?: number },
): AsyncGenerator<RowBatch> {
  let start = 0;
  let rows: FileRow[] = [];
  let pieces = 0;
  const take = (): RowBatch => {
    const batch = { start, rows };
    start += rows.length;
    rows = [];
    pieces = 0;
    return batch;
  };
  try {
    for await (const found of piecesOf(file, options)) {
      for (const row of found) {
        if (start + rows.length < from) start += 1;
        else rows.push(row);
        if (rows.length >= size) yield take();
      }
      pieces += 1;
      if (rows.length > 0 && pieces >= MOST_PIECES) yield take();
    }
  } catch (error) {
    if (rows.length > 0) yield take();
    throw named(error, file.name);
  }
  if (rows.length > 0) yield take();
}

/** Format of a file: what is said, else what its name ends in. Throws FileError where neither tells. */
export function formatOf({ name }: Pick<NamedFile, 'name'>, options: Pick<ReadingOptions, 'format'>): FileFormat {
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  const known = { tsv: 'csv', txt: 'csv', jsonl: 'ndjson' }[ending] ?? ending;
  const format = options.format ?? FILE_FORMATS.find((each) => each === known);
  if (format) return format;
  throw new FileError(
    'ERR_FILE_FORMAT',
    `The file "${name}" does not tell by its name what it is; set "format" to ${FILE_FORMATS.join(', ')}`,
    { details: { file: name } },
  );
}

async function* piecesOf(file: NamedFile, options: ReadingOptions): AsyncGenerator<readonly FileRow[]> {
  const format = formatOf(file, options);
  if (format === 'xlsx') yield* xlsxRows(file.path, options);
  else yield* pump<FileRow>(textPieces(file.path, options.encoding), (emit) => createSink(format, options, emit));
}

function createSink(format: Exclude<FileFormat, 'xlsx'>, options: ReadingOptions, emit: Emit): RowSink {
  switch (format) {
    case 'csv':
      return createCsvSink(options, emit);
    case 'ndjson':
      return createNdjsonSink(emit);
    case 'json':
      return createJsonSink(options.path, emit);
    case 'xml':
      return createXmlSink(options, emit);
  }
}

function named(error: unknown, file: string): unknown {
  if (error instanceof TransformError) {
    const message = `The file "${file}" cannot be read: ${error.message}`;
    return new FileError('ERR_FILE_INVALID', message, { details: { file, ...error.details } });
  }
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
    return new FileError('ERR_FILE_MISSING', `The file "${file}" is not there any more`, { details: { file } });
  }
  return error;
}
