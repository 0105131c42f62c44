import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type Doubt, findMatches } from '../../src/connector/publishing/match.ts';
import type { MatchRule } from '../../src/connector/publishing/match-rule.ts';
import type { Target } from '../../src/connector/publishing/target.ts';
import type { MatchIndex, MatchScan } from '../../src/connector/publishing/types.ts';
import type { DataRecord } from '../../src/core/record.ts';

/** The target's clock: it differs from ours, so that what changed since a doubt can be asked for alone. */
const CLOCK_AHEAD_MS = 1000;
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

/** Look-ups of six records in a target whose list takes a time to read, all of it or what changed; answers how often it was. */
function bench(
  readingMs: number,
  changedMs = readingMs,
): { lookUp: (doubt?: Doubt) => Promise<Map<string, string[]>>; readings: () => number } {
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
    async *read(_operation: unknown, _args: unknown, { since }: { since: number | undefined }) {
      readings += 1;
      await Promise.resolve();
      const serverTimeMs = Date.now() + CLOCK_AHEAD_MS;
      pass(since === undefined ? readingMs : changedMs);
      yield { rows: [{ id: 1, name: 'a' }], total: 1, serverTimeMs };
    },
  };
  const target = { client, idField: 'id', operation: { entity: { name: 'things', key: ['id'] } } };
  const rule = { id: 'name', rowValueOf: (row: DataRecord) => row['name'], isCarriedBy: () => true };
  const signal = new AbortController().signal;
  return {
    readings: () => readings,
    lookUp: (doubt) => {
      const look = { doubt, notBefore: 0 };
      return findMatches(target as unknown as Target, rule as unknown as MatchRule, VALUES, index, look, signal);
    },
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

test('a short reading because of a doubt does not make the index older than it is', async () => {
  const { lookUp, readings } = bench(120_000, 100);
  await lookUp();
  pass(200_000);
  const now = Date.now();
  await lookUp({ since: now - 1000, settledAt: now });
  expect(readings()).toBe(2);
  pass(100_000);
  await lookUp();
  expect(readings()).toBe(2);
});
