import { createCsvReader, type CsvReader } from '../core/csv.ts';
import { createHeaderMapper } from './header.ts';
import type { ReadingOptions } from './options.ts';
import type { Emit, RowSink } from './row-sink.ts';

const SEPARATORS = [',', ';', '\t', '|'];

/** Enough of a file to see its separator by. */
const SAMPLE = 65_536;

/** Rows of a CSV text. */
export function createCsvSink(options: ReadingOptions, emit: Emit): RowSink {
  const fillsShortRows = options.shortRows === 'fill';
  const take = createHeaderMapper({ ...options, empty: '', fillsShortRows }, emit);
  let reader: CsvReader | undefined;
  let sample = '';

  const begin = (): CsvReader => {
    const { separator, skip } = readSeparator(sample, options);
    const created = createCsvReader(separator, (fields, row) => {
      take(fields, row);
    });
    created.write(sample.slice(skip));
    sample = '';
    return created;
  };
  return {
    write(piece) {
      if (reader) reader.write(piece);
      else {
        sample += piece;
        if (sample.length >= SAMPLE) reader = begin();
      }
    },
    end() {
      reader ??= begin();
      reader.end();
    },
  };
}

/** Excel may say it in a line of its own before the header: "sep=;". */
function readSeparator(sample: string, options: ReadingOptions): { separator: string; skip: number } {
  const [line = '', said = ','] = /^sep=(.)\r?\n/.exec(sample) ?? [];
  if (line !== '') return { separator: options.separator ?? said, skip: line.length };
  return { separator: options.separator ?? detectSeparator(sample, options.headerRow), skip: 0 };
}

/** The separator that comes most often in the header, outside of quotes. */
export function detectSeparator(sample: string, headerRow: number): string {
  const header = sample.replace(/"[^"]*"/g, '').split(/\r\n|\r|\n/)[headerRow - 1] ?? '';
  const counted = SEPARATORS.map((separator) => ({ separator, count: header.split(separator).length }));
  return counted.reduce((best, each) => (each.count > best.count ? each : best)).separator;
}
