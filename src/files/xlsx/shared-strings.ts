import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TransformError } from '../../core/errors.ts';
import { createXmlReader } from '../../core/xml/xml-events.ts';
import type { Workbook } from './open-workbook.ts';

/** Texts held in memory, in UTF-16 units; what comes after them goes to a file. */
const MAX_HELD = 16_777_216;
/** What a text costs besides its characters. */
const PER_TEXT = 32;
const BLOCK_BYTES = 65_536;

/** Texts that the cells of a workbook share, by their number. */
export interface SharedStrings {
  get(index: number): string;
  close(): void;
}

/** Reads the shared texts of a workbook: as many as fit into memory, the rest into a file that is gone when closed. */
export async function readSharedStrings(
  workbook: Workbook,
  part: string | undefined,
  maxHeld = MAX_HELD,
): Promise<SharedStrings> {
  const held: string[] = [];
  let left = maxHeld;
  let spilled: SpilledTexts | undefined;
  const take = (text: string): void => {
    left -= text.length + PER_TEXT;
    if (left >= 0) held.push(text);
    else (spilled ??= new SpilledTexts()).add(text);
  };
  const strings: SharedStrings = {
    get(index) {
      const text = index < held.length ? held[index] : spilled?.get(index - held.length);
      if (text === undefined) throw new TransformError(`names a shared text ${index}, which is not there`);
      return text;
    },
    close: () => {
      spilled?.close();
    },
  };
  try {
    const reader = createTextReader(take);
    for await (const piece of part === undefined ? [] : workbook.pieces(part)) reader.write(piece);
    if (part !== undefined && workbook.has(part)) reader.end();
  } catch (error) {
    strings.close();
    throw error;
  }
  return strings;
}

/** Texts stand in <si>, whole or in runs; <rPh> beside them tells how they are spoken. */
function createTextReader(take: (text: string) => void) {
  let parts: string[] = [];
  let isText = false;
  let isSpoken = false;
  return createXmlReader({
    open(name) {
      if (name === 'si') parts = [];
      if (name === 'rPh') isSpoken = true;
      isText = name === 't' && !isSpoken;
    },
    text(text) {
      if (isText) parts.push(text);
    },
    close(name) {
      isText = false;
      if (name === 'rPh') isSpoken = false;
      if (name === 'si') take(decodeEscapes(parts.join('')));
    },
  });
}

/** Characters that XML cannot hold stand as "_x000A_". */
export function decodeEscapes(text: string): string {
  return text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_all, code: string) => String.fromCharCode(parseInt(code, 16)))
    : text;
}

/** Texts in a file, with where each begins. Reads go by blocks, because cells ask for texts mostly in their order. */
class SpilledTexts {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'sluice-texts-'));
  readonly #file = openSync(path.join(this.#folder, 'texts'), 'wx+', 0o600);
  #ends = new Float64Array(1024);
  #count = 0;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #written = 0;
  #block = { start: 0, bytes: Buffer.alloc(0) };

  add(text: string): void {
    const bytes = Buffer.from(text);
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    if (this.#count === this.#ends.length) {
      const grown = new Float64Array(this.#count * 2);
      grown.set(this.#ends);
      this.#ends = grown;
    }
    this.#ends[this.#count] = this.#written + this.#pendingBytes;
    this.#count += 1;
    if (this.#pendingBytes >= BLOCK_BYTES) this.#flush();
  }

  get(index: number): string | undefined {
    if (index >= this.#count) return undefined;
    if (this.#pendingBytes > 0) this.#flush();
    const start = index === 0 ? 0 : (this.#ends[index - 1] ?? 0);
    const end = this.#ends[index] ?? 0;
    const { start: first, bytes } = this.#block;
    if (start < first || end > first + bytes.length) this.#load(start, Math.max(BLOCK_BYTES, end - start));
    return this.#block.bytes.toString('utf8', start - this.#block.start, end - this.#block.start);
  }

  close(): void {
    closeSync(this.#file);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #flush(): void {
    writeSync(this.#file, Buffer.concat(this.#pending), 0, this.#pendingBytes, this.#written);
    this.#written += this.#pendingBytes;
    this.#pending = [];
    this.#pendingBytes = 0;
  }

  #load(start: number, length: number): void {
    const bytes = Buffer.alloc(length);
    const read = readSync(this.#file, bytes, 0, length, start);
    this.#block = { start, bytes: bytes.subarray(0, read) };
  }
}
