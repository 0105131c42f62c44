import { expect, jest, test } from '@jest/globals';
import { coalesce } from '../../src/core/coalesce.ts';

/** Doubles numbers; refuses a call with a negative one as a whole. */
function doubling(most?: number, gatherMs?: number): { double: (item: number) => Promise<number>; calls: number[][] } {
  const calls: number[][] = [];
  const run = async (items: readonly number[]): Promise<number[]> => {
    calls.push([...items]);
    await new Promise(setImmediate);
    if (items.some((item) => item < 0)) throw new Error('negative');
    return items.map((item) => item * 2);
  };
  return { double: coalesce(run, most, gatherMs), calls };
}

test('a caller who is alone waits for nobody; those who come meanwhile go together', async () => {
  const { double, calls } = doubling();
  expect(await Promise.all([1, 2, 3].map(double))).toEqual([2, 4, 6]);
  expect(calls).toEqual([[1], [2, 3]]);
  expect(await double(4)).toBe(8);
});

test('makes no call larger than it may be', async () => {
  const { double, calls } = doubling(2);
  await Promise.all([1, 2, 3, 4, 5].map(double));
  expect(calls.map((call) => call.length)).toEqual([1, 2, 2]);
});

test('one that cannot be done fails alone', async () => {
  const { double } = doubling();
  const results = await Promise.allSettled([1, -2, 3].map(double));
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('calls that follow each other closely go together, the first at once', async () => {
  const { double, calls } = doubling(undefined, 1000);
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'performance'] });
  try {
    expect(await double(1)).toBe(2);
    const later = Promise.all([double(2), double(3)]);
    expect(calls).toEqual([[1]]);
    await jest.advanceTimersByTimeAsync(1000);
    expect(await later).toEqual([4, 6]);
  } finally {
    jest.useRealTimers();
  }
  expect(calls).toEqual([[1], [2, 3]]);
});
