import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type DataRecord, plainText } from '../src/core/record.ts';
import { checkSchema } from '../src/core/validation.ts';
import {
  FILE_FORMATS,
  type FileFormat,
  READING_OPTIONS,
  type ReadingOptions,
  WRITING_FORMATS,
} from '../src/files/options.ts';
import { readRows } from '../src/files/read-rows.ts';
import { writeRows } from '../src/files/write-rows.ts';

/** Megabytes of text that each file holds; XLSX is packed, so its file is smaller. */
const MEGABYTES = Number(process.argv[2] ?? 200);
/** What reading may hold, however large the file is. The bench fails above it. */
const MOST_MEGABYTES = 256;
const COLUMNS = ['id', 'name', 'city', 'price', 'note', 'active'];
const BATCH = 500;

function row(id: number): DataRecord {
  const note = `Note ${(id * 7919) % 1_000_003} about "something", with ${id % 97} parts`;
  return { id, name: `Customer ${id}`, city: `Städtchen ${id % 5000}`, price: id / 8, note, active: id % 2 === 0 };
}

/** A sheet holds no more. */
const MOST_OF_A_SHEET = 1_048_575;
const ALL = Math.round((MEGABYTES * 1_000_000) / 115);

function rowsOf(format: FileFormat): number {
  return format === 'xlsx' ? Math.min(ALL, MOST_OF_A_SHEET) : ALL;
}

async function* batches(rows: number): AsyncGenerator<readonly DataRecord[]> {
  for (let from = 0; from < rows; from += BATCH) {
    yield await Promise.resolve(Array.from({ length: Math.min(BATCH, rows - from) }, (_, index) => row(from + index)));
  }
}

/** What no outgoing writes is written here. */
async function* written(before: string, each: (row: DataRecord) => string, after: string): AsyncGenerator<string> {
  yield before;
  for await (const batch of batches(ALL)) yield batch.map(each).join('');
  yield after;
}

function pieces(format: FileFormat): AsyncIterable<string | Uint8Array> {
  if (format === 'json') return written('[{}', (each) => `,\n${JSON.stringify(each)}`, ']');
  if (format === 'xml') return written('<rows>', asXml, '</rows>');
  return writeRows(batches(rowsOf(format)), { format, columns: COLUMNS, separator: ',', guardFormulas: true });
}

function asXml(record: DataRecord): string {
  const fields = Object.entries(record).map(([name, value]) => `<${name}>${plainText(value)}</${name}>`);
  return `<row>${fields.join('')}</row>\n`;
}

const options = checkSchema(READING_OPTIONS, {}, '').value as ReadingOptions;
const folder = mkdtempSync(path.join(tmpdir(), 'sluice-bench-'));
try {
  process.stdout.write(`${ALL} rows; memory is the most that the process held\n`);
  for (const format of FILE_FORMATS) {
    const name = `rows.${format}`;
    const file = path.join(folder, name);
    const wrote = await measured(() => pipeline(Readable.from(pieces(format)), createWriteStream(file)));
    let count = 0;
    const read = await measured(async () => {
      for await (const batch of readRows({ path: file, name }, options, { size: BATCH })) count += batch.rows.length;
    });
    const rows = rowsOf(format);
    const expected = format === 'json' ? rows + 1 : rows;
    if (count !== expected) throw new Error(`${count} rows came back`);
    const size = Math.round(statSync(file).size / 1e6);
    const how = (WRITING_FORMATS as readonly string[]).includes(format) ? `written ${shown(wrote, rows)}, ` : '';
    process.stdout.write(`${format}: file ${size} MB, ${how}read ${shown(read, rows)}\n`);
    if (read.megabytes > MOST_MEGABYTES) {
      process.stdout.write(`Reading ${format} held more than ${MOST_MEGABYTES} MB\n`);
      process.exitCode = 1;
    }
    rmSync(file);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

interface Measured {
  readonly seconds: number;
  readonly megabytes: number;
}

async function measured(work: () => Promise<unknown>): Promise<Measured> {
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 50);
  const start = performance.now();
  await work();
  clearInterval(watch);
  return { seconds: (performance.now() - start) / 1000, megabytes: Math.round(most / 1e6) };
}

function shown({ seconds, megabytes }: Measured, rows: number): string {
  return `in ${seconds.toFixed(1)} s (${Math.round(rows / seconds)} rows/s, ${megabytes} MB held)`;
}
