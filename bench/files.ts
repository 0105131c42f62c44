import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { DataRecord } from '../src/core/record.ts';
import { checkSchema } from '../src/core/validation.ts';
import { READING_OPTIONS, type ReadingOptions } from '../src/files/options.ts';
import { readRows } from '../src/files/read-rows.ts';
import { WRITING_FORMATS } from '../src/files/options.ts';
import { writeRows } from '../src/files/write-rows.ts';

/** Megabytes of text that each file holds; XLSX is packed, so its file is smaller. */
const MEGABYTES = Number(process.argv[2] ?? 200);
const COLUMNS = ['id', 'name', 'city', 'price', 'note', 'active'];
const BATCH = 500;

function row(id: number): DataRecord {
  const note = `Note ${(id * 7919) % 1_000_003} about "something", with ${id % 97} parts`;
  return { id, name: `Customer ${id}`, city: `Städtchen ${id % 5000}`, price: id / 8, note, active: id % 2 === 0 };
}

const rows = Math.round((MEGABYTES * 1_000_000) / 115);

async function* batches(): AsyncGenerator<readonly DataRecord[]> {
  for (let from = 0; from < rows; from += BATCH) {
    yield await Promise.resolve(Array.from({ length: Math.min(BATCH, rows - from) }, (_, index) => row(from + index)));
  }
}

const options = checkSchema(READING_OPTIONS, {}, '').value as ReadingOptions;
const folder = mkdtempSync(path.join(tmpdir(), 'sluice-bench-'));
try {
  process.stdout.write(`${rows} rows; memory is the most that the process held\n`);
  for (const format of WRITING_FORMATS) {
    const name = `rows.${format}`;
    const file = path.join(folder, name);
    const writing = { format, columns: COLUMNS, separator: ',', guardFormulas: true };
    const wrote = await measured(() => pipeline(Readable.from(writeRows(batches(), writing)), createWriteStream(file)));
    let count = 0;
    const read = await measured(async () => {
      for await (const batch of readRows({ path: file, name }, options, { size: BATCH })) count += batch.rows.length;
    });
    if (count !== rows) throw new Error(`${count} rows came back`);
    const size = Math.round(statSync(file).size / 1e6);
    process.stdout.write(`${format}: file ${size} MB, written ${wrote}, read ${read}\n`);
    rmSync(file);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measured(work: () => Promise<unknown>): Promise<string> {
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 50);
  const start = performance.now();
  await work();
  clearInterval(watch);
  const seconds = (performance.now() - start) / 1000;
  return `in ${seconds.toFixed(1)} s (${Math.round(rows / seconds)} rows/s, ${Math.round(most / 1e6)} MB held)`;
}
