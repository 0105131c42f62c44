import { expect, test } from '@jest/globals';
import { HttpStatusError } from '../../src/core/errors.ts';
import type { DataRecord, Json } from '../../src/core/record.ts';
import type { StepOperation, StepRequest } from '../../src/core/step-run.ts';
import { StepSession } from '../../src/engine/step-session.ts';
import { compileOn } from '../support/run-example.ts';

const step = (batch: object = {}, more: object = {}) => ({
  ...{ type: 'http-call', client: 'halo', entity: 'site', operation: 'list', from: 'name', to: 'site_name', ...more },
  batch: { parameter: 'ids', key: '&{site}', ...batch },
});

/** Runs the step over records of one page; `answer` gives rows for the keys of a call. */
async function runPage(options: object, records: readonly DataRecord[], answer: (keys: readonly string[]) => Json) {
  const calls: Json[] = [];
  const session = new StepSession({
    entry: () => Promise.resolve(undefined),
    entries: () => Promise.resolve({}),
    link: () => Promise.resolve(undefined),
    call: async (_: StepOperation, { query }: StepRequest) => {
      calls.push(query['ids'] ?? null);
      return Promise.resolve(answer(query['ids'] as string[]));
    },
  });
  const chain = compileOn(options);
  const results = await session.each(
    records.map((record, index) => ({ key: String(index), record })),
    async ({ record }, run) => {
      try {
        return await chain(record, run);
      } catch (error) {
        return String(error);
      }
    },
  );
  return { calls, results };
}

const rowsOf = (keys: readonly string[]) => keys.map((key) => ({ id: Number(key), name: `Site ${key}` }));

test('one call asks for what all records of a page want, each key once', async () => {
  const { calls, results } = await runPage(step(), [{ site: 3 }, { site: 4 }, { site: 3 }], rowsOf);
  expect(calls).toEqual([['3', '4']]);
  expect(results).toEqual([
    [{ site: 3, site_name: 'Site 3' }],
    [{ site: 4, site_name: 'Site 4' }],
    [{ site: 3, site_name: 'Site 3' }],
  ]);
});

test('a call has so many keys at most', async () => {
  const records = [1, 2, 3, 4, 5].map((site) => ({ site }));
  expect((await runPage(step({ size: 2 }), records, rowsOf)).calls).toEqual([['1', '2'], ['3', '4'], ['5']]);
});

test('what the answer does not have follows the rule of its own record', async () => {
  const answer = (keys: readonly string[]) => rowsOf(keys.filter((key) => key !== '9'));
  const { results } = await runPage(step(), [{ site: 9 }, { site: 4 }], answer);
  expect(results).toEqual([expect.stringContaining('gives nothing'), [{ site: 4, site_name: 'Site 4' }]]);
  const kept = await runPage(step({}, { onMissing: 'null' }), [{ site: 9 }, { site: 4 }], answer);
  expect(kept.results[0]).toEqual([{ site: 9, site_name: null }]);
});

test('where a call is refused, the bad key fails its own record alone', async () => {
  const answer = (keys: readonly string[]): Json => {
    if (keys.includes('9')) throw new HttpStatusError('ERR_HTTP_STATUS', 'answered 400', 400);
    return rowsOf(keys);
  };
  const { results } = await runPage(step(), [{ site: 3 }, { site: 4 }, { site: 9 }], answer);
  expect(results.slice(0, 2)).toEqual([[{ site: 3, site_name: 'Site 3' }], [{ site: 4, site_name: 'Site 4' }]]);
  expect(results[2]).toContain('answered 400');
});
