import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { FileError } from '../../core/errors.ts';

/** What was written to our disk. */
export interface Spooled {
  /** Name in the folder. */
  readonly place: string;
  readonly bytes: number;
  /** SHA-256, hexadecimal. */
  readonly hash: string;
}

/** A folder of our own for files of any origin. Names on disk are made up here, so that those of senders matter nothing. */
export interface Spool {
  /** Writes a file to the end, durably. Throws FileError ERR_FILE_TOO_LARGE; nothing is left behind then. */
  write(pieces: AsyncIterable<Uint8Array>, name: string): Promise<Spooled>;
  pathOf(place: string): string;
  remove(places: readonly string[]): Promise<void>;
  /** Places older than a time, in the order of their names. */
  olderThan(time: number): Promise<string[]>;
}

const PLACE = /^[0-9a-f-]{36}(\.part)?$/;

/** @param maxBytes Most bytes of one file. */
export function createSpool(folder: string, maxBytes: number): Spool {
  const pathOf = (place: string): string => {
    // Places come out of our own table; a name that leads elsewhere is no place all the same.
    if (!PLACE.test(place)) throw new Error(`"${place}" is no place of a file`);
    return path.join(folder, place);
  };

  return {
    pathOf,
    async write(pieces, name) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const place = randomUUID();
      const part = pathOf(`${place}.part`);
      try {
        const written = await writeDurably(part, limited(pieces, name, maxBytes));
        await rename(part, pathOf(place));
        return { place, ...written };
      } catch (error) {
        await rm(part, { force: true });
        throw error;
      }
    },
    async remove(places) {
      for (const place of places) await rm(pathOf(place), { force: true });
    },
    async olderThan(time) {
      const found: string[] = [];
      for (const place of await readdir(folder).catch(() => [])) {
        const facts = PLACE.test(place) ? await stat(path.join(folder, place)).catch(() => undefined) : undefined;
        if (facts && facts.mtimeMs < time) found.push(place);
      }
      return found.sort();
    },
  };
}

async function writeDurably(file: string, pieces: AsyncIterable<Uint8Array>): Promise<Omit<Spooled, 'place'>> {
  const hash = createHash('sha256');
  let bytes = 0;
  const handle = await open(file, 'wx', 0o600);
  try {
    for await (const piece of pieces) {
      hash.update(piece);
      bytes += piece.length;
      await handle.writeFile(piece);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { bytes, hash: hash.digest('hex') };
}

async function* limited(pieces: AsyncIterable<Uint8Array>, name: string, maxBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    if (bytes > maxBytes) throw tooLarge(name, maxBytes);
    yield piece;
  }
}

/** For files that are more than is taken. */
export function tooLarge(name: string, maxBytes: number): FileError {
  return new FileError(
    'ERR_FILE_TOO_LARGE',
    `The file "${name}" is larger than ${maxBytes} bytes; send it in parts, or raise SLUICE_MAX_FILE_BYTES`,
    { details: { file: name, maxBytes } },
  );
}
