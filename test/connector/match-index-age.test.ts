import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { findMatches } from '../../src/connector/publishing/match.ts';
import type { MatchRule } from '../../src/connector/publishing/match-rule.ts';
import type { Target } from '../../src/connector/publishing/target.ts';
import type { MatchIndex, MatchScan } from '../../src/connector/publishing/types.ts';
import type { DataRecord } from '../../src/core/record.ts';

const VALUES = ['a', 'b', 'c', 'd', 'e', 'f'];

beforeEach(() => {
  jest.useFakeTimers({ now: 1_000_000_000 });
});

afterEach(() => {
  jest.useRealTimers();
});

function pass(ms: number): void {
  jest.setSystemTime(Date.now() + ms);
}

/** Look-ups of six records in a target whose list takes a time to read; answers how often it was read. */
function bench(readingMs: number): { lookUp: () => Promise<Map<string, string[]>>; readings: () => number } {
  let readings = 0;
  let scan: MatchScan | undefined;
  const index: MatchIndex = {
    scan: () => Promise.resolve(scan),
    writeScan: (reached) => {
      scan = reached;
      return Promise.resolve();
    },
    add: () => Promise.resolve(),
    replace: () => Promise.resolve(),
    find: () => Promise.resolve(new Map([['a', ['1']]])),
  };
  const client = {
    identifier: 'c',
    operation: () => ({ manifest: {} }),
    async *read() {
      readings += 1;
      await Promise.resolve();
      pass(readingMs);
      yield { rows: [{ id: 1, name: 'a' }], total: 1, serverTimeMs: undefined };
    },
  };
  const target = { client, idField: 'id', operation: { entity: { name: 'things', key: ['id'] } } };
  const rule = { id: 'name', rowValueOf: (row: DataRecord) => row['name'], isCarriedBy: () => true };
  const look = { doubt: undefined, notBefore: 0 };
  const signal = new AbortController().signal;
  return {
    readings: () => readings,
    lookUp: () => findMatches(target as unknown as Target, rule as unknown as MatchRule, VALUES, index, look, signal),
  };
}

test('one reading that takes longer than the index may be old serves all batches that waited for it', async () => {
  const { lookUp, readings } = bench(120_000);
  const found = await Promise.all([lookUp(), lookUp(), lookUp()]);
  expect(found.map((each) => each.get('a'))).toEqual([['1'], ['1'], ['1']]);
  expect(readings()).toBe(1);
});

test('a target that takes long to read is read again after four times as long', async () => {
  const { lookUp, readings } = bench(120_000);
  await lookUp();
  pass(3 * 120_000 - 1);
  await lookUp();
  expect(readings()).toBe(1);
  pass(1);
  await lookUp();
  expect(readings()).toBe(2);
});

test('one that is read fast is read again after a minute', async () => {
  const { lookUp, readings } = bench(100);
  await lookUp();
  pass(59_899);
  await lookUp();
  expect(readings()).toBe(1);
  pass(1);
  await lookUp();
  expect(readings()).toBe(2);
});
