import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { TextDecoder } from 'node:util';
import { TransformError } from '../core/errors.ts';
import type { ReadingOptions } from './options.ts';

type Encoding = Exclude<ReadingOptions['encoding'], 'auto'>;

const SAMPLE_BYTES = 1_048_576;

const MARKS: readonly (readonly [encoding: Encoding, mark: readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** Text of a file, in pieces, its mark left out. Throws TransformError where its bytes are no text of the encoding. */
export async function* textPieces(path: string, encoding: ReadingOptions['encoding']): AsyncGenerator<string> {
  const found = encoding === 'auto' ? detectEncoding(await readSample(path)) : encoding;
  const decoder = new TextDecoder(found, { fatal: true });
  let offset = 0;
  for await (const bytes of createReadStream(path) as AsyncIterable<Buffer>) {
    const text = decode(decoder, bytes, offset);
    offset += bytes.length;
    if (text.includes('\0')) throw new TransformError('holds a NUL character: is it no text, or of another encoding?');
    yield text;
  }
  yield decode(decoder, undefined, offset);
}

/** What a file is written in, by its first bytes. */
export function detectEncoding(sample: Uint8Array): Encoding {
  const marked = MARKS.find(([, mark]) => mark.every((byte, index) => sample[index] === byte));
  if (marked) return marked[0];
  const nul = zeros(sample);
  // Latin letters in UTF-16 have a zero in every second byte.
  if (nul.odd > sample.length / 4 && nul.even < nul.odd / 8) return 'utf-16le';
  if (nul.even > sample.length / 4 && nul.odd < nul.even / 8) return 'utf-16be';
  return isUtf8(wholeCharacters(sample)) ? 'utf-8' : 'windows-1252';
}

function zeros(sample: Uint8Array): { even: number; odd: number } {
  const counts = { even: 0, odd: 0 };
  for (const [index, byte] of sample.entries()) if (byte === 0) counts[index % 2 === 0 ? 'even' : 'odd'] += 1;
  return counts;
}

/** The sample without the beginning of a character that it cuts in two. */
function wholeCharacters(sample: Uint8Array): Uint8Array {
  if (sample.length < SAMPLE_BYTES) return sample;
  let end = sample.length;
  while (end > sample.length - 4 && ((sample[end - 1] ?? 0) & 0xc0) === 0x80) end -= 1;
  return sample.subarray(0, (sample[end - 1] ?? 0) >= 0xc0 ? end - 1 : end);
}

async function readSample(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SAMPLE_BYTES), 0, SAMPLE_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function decode(decoder: TextDecoder, bytes: Buffer | undefined, offset: number): string {
  try {
    return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
  } catch (error) {
    if (!isBadText(error)) throw error;
    throw new TransformError(
      `holds bytes that are no ${decoder.encoding} (after byte ${offset}); save it as UTF-8, or set "encoding"`,
    );
  }
}

/** Whether a decoder found bytes that are no text of its encoding. */
export function isBadText(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code?.endsWith('_INVALID_ENCODED_DATA') === true;
}
