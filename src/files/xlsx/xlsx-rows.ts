import { createHeaderMapper } from '../header.ts';
import type { ReadingOptions } from '../options.ts';
import { type FileRow, pump } from '../row-sink.ts';
import { openWorkbook } from './open-workbook.ts';
import { readSharedStrings } from './shared-strings.ts';
import { createSheetSink } from './sheet-rows.ts';
import { readParts } from './workbook-parts.ts';

/** Records of a sheet. Empty cells are null, dates ISO 8601 without a zone, numbers and booleans what they are. */
export async function* xlsxRows(path: string, options: ReadingOptions): AsyncGenerator<readonly FileRow[]> {
  const workbook = await openWorkbook(path);
  try {
    const parts = await readParts(workbook, options.sheet);
    const strings = await readSharedStrings(workbook, parts.strings);
    try {
      yield* pump<FileRow>(workbook.pieces(parts.sheet), (emit) => {
        const take = createHeaderMapper({ ...options, empty: null, fillsShortRows: true }, emit);
        return createSheetSink(parts, strings, ({ cells, row }) => {
          take(cells, row);
        });
      });
    } finally {
      strings.close();
    }
  } finally {
    workbook.close();
  }
}
