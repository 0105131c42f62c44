import { expect, test } from '@jest/globals';
import type { RecordResult } from '../../src/connector/publishing/types.ts';
import { PublishError, RateLimitError, SkippedError } from '../../src/core/errors.ts';
import { type Circumstances, judgeResults } from '../../src/engine/judge-results.ts';

const TASK = { id: 7, key: 'k', record: {}, stage: 'ready' as const, attempts: 1, uncertainSince: null, nextAt: 0 };
const NOTE = { code: 'FIELD_CHANGED', message: 'It changed' };

/** One result of each kind, from the worst to the best, and the state that it alone leaves a task in. */
const RESULTS: readonly (readonly [RecordResult, string])[] = [
  [{ kind: 'uncertain', error: new PublishError('ERR_UNCERTAIN', 'Perhaps'), since: 5 }, 'waiting'],
  [{ kind: 'failed', error: new PublishError('ERR_REFUSED', 'No'), targetId: '9', exchange: 3, index: 1 }, 'failed'],
  [{ kind: 'postponed', error: new RateLimitError('Later', 1), afterMs: 1000 }, 'retrying'],
  [{ kind: 'skipped', error: new SkippedError('Known there'), exchange: 4, index: 0 }, 'skipped'],
  [{ kind: 'done', targetId: '1', exchange: 2, index: 0 }, 'finished'],
];

function judge(results: readonly RecordResult[]): ReturnType<typeof judgeResults> {
  const route = { id: 'r', retry: { attempts: 5, delay: '1s', maxDelay: '1m' } };
  const outgoing = { id: 'o', publisher: { onUncertain: 'hold' }, target: { client: 'c', entity: 'e' } };
  const circumstances = { route, outgoing, standstill: undefined } as unknown as Circumstances;
  return judgeResults(TASK, results, circumstances, { now: () => 1000, random: () => 0 });
}

const PAIRS = RESULTS.flatMap(([worse, state], place) =>
  RESULTS.slice(place + 1).map(([better]) => [worse.kind, better.kind, state, worse, better] as const),
);

test.each(RESULTS.map(([result, state]) => [result.kind, state, result] as const))(
  'a task of one record that is %s is %s',
  (_kind, state, result) => {
    expect(judge([result]).state).toBe(state);
  },
);

test.each(PAIRS)('of a record that is %s and one that is %s, the first decides: %s', (_a, _b, state, worse, better) => {
  expect(judge([worse, better])).toEqual(judge([worse]));
  expect(judge([better, worse])).toEqual(judge([worse]));
  expect(judge([better, worse]).state).toBe(state);
});

test('a finished task has the id and the call of its first record, and the note of any', () => {
  const results: RecordResult[] = [
    { kind: 'done', targetId: '1', exchange: 2, index: 5 },
    { kind: 'done', targetId: '3', exchange: 4, index: 6, note: NOTE },
  ];
  expect(judge(results)).toMatchObject({ state: 'finished', targetId: '1', exchange: 2, exchangeIndex: 5 });
  expect(JSON.parse(judge(results).error ?? '')).toEqual({ ...NOTE, class: 'data' });
});

test('a task of no record is finished', () => {
  expect(judge([])).toMatchObject({ state: 'finished', targetId: null, exchange: null, exchangeIndex: null });
});
