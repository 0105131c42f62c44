import { lstat, open, rename, unlink } from 'node:fs/promises';
import path from 'node:path';
import { FileError } from '../../core/errors.ts';
import type { DataRecord } from '../../core/record.ts';
import { checkSchema } from '../../core/validation.ts';
import { READING_OPTIONS, type ReadingOptions } from '../options.ts';
import { type NamedFile, readRows } from '../read-rows.ts';
import { cellText, createRowWriter, type WritingOptions } from '../write-rows.ts';
import { withFileLock } from './file-lock.ts';
import type { KeyedWriting } from './keyed-writing.ts';
import { writeFault } from './output-folder.ts';

/** Rows to write, by their key; null removes one. */
export type RowChanges = ReadonlyMap<string, DataRecord | null>;

const READ_SIZE = 1000;

/** The key of a row as it stands in the file. */
export function keyOfRow(record: DataRecord, { key, ...options }: KeyedWriting): string {
  return JSON.stringify(key.map((name) => cellText(record[name], options)));
}

/**
 * Changes rows of a file, by their keys: rows that are there are replaced where they stand, others come at the end. Who
 * reads the file sees it as it was before or as it is afterwards, also when the machine fails. Doing it once more changes
 * nothing.
 *
 * @returns false where another process writes the file.
 * @throws FileError where the file is not what we wrote; FileWriteError ERR_FILE_WRITE
 */
export async function mergeRows(file: NamedFile, changes: RowChanges, options: KeyedWriting): Promise<boolean> {
  const folder = path.dirname(file.path);
  const beside = (ending: string): string => path.join(folder, `.${path.basename(file.path)}.${ending}`);
  try {
    const isDone = await withFileLock(beside('lock'), async (isOurs) => {
      const draft = beside('part');
      try {
        await writeDraft(file, draft, changes, options);
        if (!(await isOurs())) return false;
        await rename(draft, file.path);
        await syncFolder(folder);
        return true;
      } catch (error) {
        await unlink(draft).catch(() => undefined);
        throw error;
      }
    });
    return isDone ?? false;
  } catch (error) {
    throw error instanceof FileError ? error : writeFault(file.path, error);
  }
}

/** Rows of a file that have one of these keys. */
export async function findRows(
  file: NamedFile,
  keys: ReadonlySet<string>,
  options: KeyedWriting,
): Promise<ReadonlyMap<string, DataRecord>> {
  const found = new Map<string, DataRecord>();
  for await (const record of rowsOf(file, options)) {
    const key = keyOfRow(record, options);
    if (keys.has(key)) found.set(key, record);
  }
  return found;
}

async function writeDraft(file: NamedFile, draft: string, changes: RowChanges, options: KeyedWriting): Promise<void> {
  const handle = await open(draft, 'w');
  try {
    const writer = createRowWriter(options);
    await handle.writeFile(writer.begin());
    const left = new Map(changes);
    let pending: DataRecord[] = [];
    for await (const record of rowsOf(file, options)) {
      const key = keyOfRow(record, options);
      const change = left.get(key);
      left.delete(key);
      if (change !== null) pending.push(change ?? record);
      if (pending.length < READ_SIZE) continue;
      await handle.writeFile(writer.write(pending));
      pending = [];
    }
    const added = [...left.values()].filter((record) => record !== null);
    await handle.writeFile(writer.write([...pending, ...added]));
    await handle.writeFile(writer.end());
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function* rowsOf(file: NamedFile, { format, separator }: WritingOptions): AsyncGenerator<DataRecord> {
  const facts = await lstat(file.path).catch(() => undefined);
  if (facts === undefined) return;
  if (!facts.isFile()) {
    throw new FileError('ERR_FILE_INVALID', `"${file.name}" is a link or a folder; a file of that name is written`);
  }
  const given = { format, ...(format === 'csv' && { separator }) };
  const options = checkSchema(READING_OPTIONS, given, '').value as ReadingOptions;
  for await (const { rows } of readRows(file, options, { size: READ_SIZE })) {
    for (const { record } of rows) yield record;
  }
}

/** A name that is not on disk yet would be gone after a power cut. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
