import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { TransformError } from '../../core/errors.ts';
import { isBadText } from '../text-pieces.ts';

/** Entries of a workbook; ordinary ones have some dozen. */
const MAX_ENTRIES = 10_000;
/** Bytes of one entry when unpacked. Entries are read as they are unpacked, so that this bounds time, not memory. */
const MAX_ENTRY_BYTES = 4 * 1024 ** 3;
/** How much an entry may grow when it is unpacked, from {@link BOMB_BYTES} on. Real sheets grow ten- to a hundredfold. */
const MAX_RATIO = 400;
const BOMB_BYTES = 16 * 1024 ** 2;

/** An XLSX file that is open. */
export interface Workbook {
  has(name: string): boolean;
  /** Text of an entry in pieces; none where there is no such entry. */
  pieces(name: string): AsyncGenerator<string>;
  close(): void;
}

/** Opens an XLSX file and looks at what it says of its entries. Throws TransformError for zip bombs and what is no zip. */
export async function openWorkbook(path: string): Promise<Workbook> {
  const zip = await inZip(() => openPromise(path, { autoClose: false }));
  try {
    const entries = await inZip(() => readEntries(zip));
    return {
      has: (name) => entries.has(name),
      pieces: (name) => piecesOf(zip, entries.get(name)),
      close: () => {
        zip.close();
      },
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function readEntries(zip: ZipFile): Promise<Map<string, Entry>> {
  if (zip.entryCount > MAX_ENTRIES) throw new TransformError(`holds ${zip.entryCount} entries; is it no workbook?`);
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) {
    const { fileName: name, uncompressedSize: size, compressedSize } = entry;
    if (entry.isEncrypted()) throw new TransformError('is protected by a password; save it without');
    const grows = size > BOMB_BYTES && size / Math.max(1, compressedSize) > MAX_RATIO;
    if (size > MAX_ENTRY_BYTES || grows) {
      throw new TransformError(
        `is a zip bomb: "${name.slice(0, 100)}" would unpack ${compressedSize} bytes to ${size}`,
      );
    }
    if (entries.has(name)) throw new TransformError(`holds two entries "${name.slice(0, 100)}"`);
    entries.set(name, entry);
  }
  return entries;
}

/** The library refuses an entry that unpacks to another size than it says. */
async function* piecesOf(zip: ZipFile, entry: Entry | undefined): AsyncGenerator<string> {
  if (!entry) return;
  const stream = await inZip(() => zip.openReadStreamPromise(entry));
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const bytes of stream as AsyncIterable<Buffer>) yield decoder.decode(bytes, { stream: true });
    yield decoder.decode();
  } catch (error) {
    throw isBadText(error) ? new TransformError('holds a sheet that is no UTF-8') : unreadable(error);
  }
}

async function inZip<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw unreadable(error);
  }
}

function unreadable(error: unknown): Error {
  if (error instanceof TransformError || (error as NodeJS.ErrnoException).code === 'ENOENT') return error as Error;
  return new TransformError(`is no readable XLSX file (${(error as Error).message.slice(0, 200)}); is it cut off?`);
}
