import { expect, test } from '@jest/globals';
import { type CommitEnd, PageWriter, type ReadPage } from '../../src/engine/page-writer.ts';

const page = (position: number): ReadPage => ({
  page: { rows: [], announced: undefined, position, at: undefined },
  sorted: { fresh: [], seen: [], unchanged: 0, repeated: 0 },
});

/** A writer whose waits end when the test says so, and what it wrote. */
function startWriter(write?: (pages: readonly ReadPage[]) => Promise<CommitEnd>) {
  const written: unknown[][] = [];
  const waits: { readonly ms: number; readonly end: () => void }[] = [];
  const writer = new PageWriter({
    write: (pages) => {
      written.push(pages.map((each) => each.page.position));
      return write ? write(pages) : Promise.resolve('committed');
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        waits.push({ ms, end: resolve });
        signal.addEventListener('abort', () => {
          reject(new Error('hurry'));
        });
      }),
  });
  return { writer, written, waits };
}

const everythingElse = (): Promise<void> => new Promise(setImmediate);

test('the first page is written at once, those behind it after a short while, also when no more come', async () => {
  const { writer, written, waits } = startWriter();
  await writer.add(page(0));
  await everythingElse();
  expect(written).toEqual([[0]]);
  await writer.add(page(1));
  await writer.add(page(2));
  await everythingElse();
  expect(written).toEqual([[0]]);
  expect(waits).toHaveLength(1);
  expect(waits[0]?.ms).toBeLessThanOrEqual(25);
  waits[0]?.end();
  await everythingElse();
  expect(written).toEqual([[0], [1, 2]]);
  expect(await writer.allWritten()).toBe('committed');
});

test('at the end of the reading nothing is waited for', async () => {
  const { writer, written } = startWriter();
  await writer.add(page(0));
  await everythingElse();
  await writer.add(page(1));
  expect(await writer.allWritten()).toBe('committed');
  expect(written).toEqual([[0], [1]]);
});

test('pages behind one that could not be written are not written, and whoever brings more is told', async () => {
  const { writer, written } = startWriter(() => Promise.reject(new Error('no connection')));
  await writer.add(page(0));
  await everythingElse();
  await expect(writer.add(page(1))).rejects.toThrow('no connection');
  await expect(writer.allWritten()).rejects.toThrow('no connection');
  expect(written).toEqual([[0]]);
});

test('behind a run that is lost nothing is written', async () => {
  const { writer, written } = startWriter(() => Promise.resolve('lost'));
  await writer.add(page(0));
  await everythingElse();
  expect(await writer.add(page(1))).toBe('lost');
  expect(await writer.allWritten()).toBe('lost');
  expect(written).toEqual([[0]]);
});
