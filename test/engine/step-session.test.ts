import { describe, expect, test } from '@jest/globals';
import type { ScriptProgram, ScriptRunner } from '../../src/core/component.ts';
import { TransformError } from '../../src/core/errors.ts';
import type { Json } from '../../src/core/record.ts';
import type { RecordRun } from '../../src/engine/record-run.ts';
import { runProgram } from '../../src/programs/records-of-result.ts';
import { effectsOf, type StepReads, StepSession } from '../../src/engine/step-session.ts';

/** Storages that count their round trips: reads that are asked for in one turn of the event loop are one. */
function countingReads(entries: Readonly<Record<string, Json>>): StepReads & { readonly trips: () => number } {
  let trips = 0;
  let open: Promise<void> | undefined;
  const together = async (): Promise<void> => {
    if (!open) {
      trips += 1;
      open = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        open = undefined;
      });
    }
    await open;
  };
  return {
    trips: () => trips,
    entry: async (_, key) => {
      await together();
      return entries[key];
    },
    entries: () => Promise.resolve(entries),
    link: () => Promise.resolve(undefined),
    call: () => Promise.resolve(undefined),
  };
}

const keyed = (keys: readonly string[]) => keys.map((key) => ({ key }));

/** Lets a record through the first time that its value comes, and remembers it: only right in order. */
async function firstOnly({ key }: { key: string }, run: RecordRun): Promise<string> {
  const value = key.slice(0, 1);
  if ((await run.entry('seen', value)) !== undefined) return 'again';
  run.save('seen', value, key);
  return 'first';
}

test('all entries of a storage are those that are there and what this record and earlier ones wrote', async () => {
  let count = 0;
  const session = new StepSession({
    ...countingReads({}),
    entries: () => {
      count += 1;
      return Promise.resolve({ a: 1, b: 2 });
    },
  });
  const seen = await session.each(keyed(['x', 'y', 'z']), async ({ key }, run) => {
    if (key === 'y') run.remove('s', 'a');
    const before = await run.entries('s');
    run.save('s', key, key);
    return [before, await run.entries('s')];
  });
  expect(seen).toEqual([
    [
      { a: 1, b: 2 },
      { a: 1, b: 2, x: 'x' },
    ],
    [
      { b: 2, x: 'x' },
      { b: 2, x: 'x', y: 'y' },
    ],
    [
      { b: 2, x: 'x', y: 'y' },
      { b: 2, x: 'x', y: 'y', z: 'z' },
    ],
  ]);
  expect(count).toBe(1);
});

test('records that wait for reads wait together', async () => {
  const reads = countingReads({ k7: 7 });
  const keys = Array.from({ length: 1000 }, (_, index) => `k${index}`);
  const work = async ({ key }: { key: string }, run: RecordRun) => (await run.entry('s', key)) ?? null;
  const results = await new StepSession(reads).each(keyed(keys), work);
  expect(results[7]).toBe(7);
  expect(results.filter((each) => each !== null)).toHaveLength(1);
  expect(reads.trips()).toBeLessThan(10);
});

test('records see what those before them wrote, as if each had waited for the last', async () => {
  const session = new StepSession(countingReads({ c: 'known' }));
  const results = await session.each(keyed(['a1', 'b1', 'a2', 'c1', 'b2', 'a3']), firstOnly);
  expect(results).toEqual(['first', 'first', 'again', 'again', 'again', 'again']);
  expect(session.effects()?.entries.map(({ key, value }) => [key, value])).toEqual([
    ['a', '"a1"'],
    ['b', '"b1"'],
  ]);
});

test('a value that several records ask for is read once', async () => {
  const asked: string[] = [];
  const reads = {
    entries: () => Promise.resolve({}),
    entry: (storage: string, key: string) => {
      asked.push(`${storage}/${key}`);
      return Promise.resolve(1);
    },
    link: () => Promise.resolve(undefined),
    call: () => Promise.resolve(undefined),
  };
  const session = new StepSession(reads);
  await session.each(keyed(['a', 'b', 'c']), async (_, run) => run.entry('s', 'same'));
  expect(asked).toEqual(['s/same']);
});

test('work that waits for nothing makes no promise for a record, and leaves nothing', async () => {
  const session = new StepSession(countingReads({}));
  const results = await session.each(keyed(['a', 'b']), ({ key }) => key);
  expect(results).toEqual(['a', 'b']);
  expect(session.effects()).toBeUndefined();
});

test('what waits for something else than a read keeps the others waiting, unless all may go at once', async () => {
  const most = async (overlap: 'reads' | 'all'): Promise<number> => {
    let running = 0;
    let peak = 0;
    const work = async (): Promise<void> => {
      peak = Math.max(peak, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    };
    await new StepSession(countingReads({})).each(keyed(['a', 'b', 'c']), work, overlap);
    return peak;
  };
  expect(await most('reads')).toBe(1);
  expect(await most('all')).toBe(3);
});

test('a failure ends the work in its turn, and no other is left unheard', async () => {
  const work = async ({ key }: { key: string }, run: RecordRun): Promise<void> => {
    await run.entry('s', key);
    if (key !== 'a') throw new Error(key);
  };
  await expect(new StepSession(countingReads({})).each(keyed(['a', 'b', 'c']), work)).rejects.toThrow('b');
});

describe('one record', () => {
  const runOne = async (work: (run: RecordRun) => void): Promise<RecordRun> => {
    const session = new StepSession(countingReads({}), { now: () => 1000 });
    const [run] = await session.each([{ key: 'k' }], (_, own) => {
      work(own);
      return own;
    });
    if (!run) throw new Error('no run');
    return run;
  };

  test('reads what it wrote and removed itself, and what it wrote last counts', async () => {
    const run = await runOne((own) => {
      own.save('s', 'a', 1);
      expect(own.entry('s', 'a')).toBe(1);
      own.save('s', 'a', 2, 60);
      own.save('s', 'b', 3);
      own.remove('s', 'b');
      expect(own.entry('s', 'b')).toBeUndefined();
    });
    expect(effectsOf([run], [run])?.entries).toEqual([
      { storage: 's', key: 'a', value: '2', expiresAt: 61_000 },
      { storage: 's', key: 'b', value: null, expiresAt: null },
    ]);
  });

  test('takes back what it wrote since a mark, and keeps what value maps lacked', async () => {
    const run = await runOne((own) => {
      own.save('s', 'a', 1);
      const mark = own.mark();
      own.save('s', 'a', 2);
      own.save('s', 'b', 2);
      own.noteUnmatched('map', 'x');
      own.rollBack(mark);
      expect(own.entry('s', 'a')).toBe(1);
    });
    expect(effectsOf([run], [run])).toEqual({
      entries: [{ storage: 's', key: 'a', value: '1', expiresAt: null }],
      unmatched: [{ valueMap: 'map', value: '"x"', count: 1, sample: 'k' }],
    });
    expect(effectsOf([], [run])?.entries).toEqual([]);
  });

  test.each([[''], ['x'.repeat(1025)], ['a\0b']])('refuses the key %j', async (key) => {
    await runOne((own) => {
      expect(() => {
        own.save('s', key, 1);
      }).toThrow(TransformError);
      expect(() => own.entry('s', key)).toThrow('A key for the storage "s"');
    });
  });
});

test('records that wait for a program wait together; one that fails ends no other, and writes stay in order', async () => {
  let [waiting, most] = [0, 0];
  const scripts: ScriptRunner = {
    run: async (_, { record }) => {
      waiting += 1;
      most = Math.max(most, waiting);
      await new Promise<void>((resolve) => setImmediate(resolve));
      waiting -= 1;
      if (record['id'] === 3) throw new TransformError('Too long', {}, 'ERR_SCRIPT_TIME');
      return record;
    },
  };
  const program: ScriptProgram = { language: 'javascript', source: '', constants: {}, timeoutMs: 1 };
  const work = async ({ key }: { key: string }, run: RecordRun) => {
    try {
      await runProgram(scripts, program, { id: Number(key) }, run);
    } catch (error) {
      return (error as TransformError).code;
    }
    const before = await run.entry('s', 'last');
    run.save('s', 'last', key);
    return before ?? null;
  };
  const session = new StepSession(countingReads({}));
  const results = await session.each(keyed(['1', '2', '3', '4', '5']), work);
  expect(results).toEqual([null, '1', 'ERR_SCRIPT_TIME', '2', '4']);
  expect(most).toBe(5);
  expect(session.effects()?.entries).toMatchObject([{ key: 'last', value: '"5"' }]);
});
