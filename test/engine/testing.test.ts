import { describe, expect, test } from '@jest/globals';
import type { Document } from '../../src/engine/kinds.ts';
import { isAffected, stagesOf } from '../../src/engine/testing/chains.ts';
import { differencesOf } from '../../src/engine/testing/differences.ts';
import { testStages, type TestDeps } from '../../src/engine/testing/run-stages.ts';
import { runSavedTests } from '../../src/engine/testing/saved-tests.ts';
import { givenReads } from '../../src/engine/testing/given-reads.ts';
import { TEST_LIMITS } from '../../src/engine/testing/trace.ts';
import { transformers } from '../../src/transformers/index.ts';

const documents: Document[] = [
  { kind: 'transformer', identifier: 'twice', spec: { transformers: [{ type: 'set', fields: { n: '&{n + n}' } }] } },
  { kind: 'incoming', identifier: 'in', spec: { transformers: [{ type: 'set', fields: { from: 'in' } }] } },
  { kind: 'outgoing', identifier: 'out', spec: { transformers: [{ type: 'chain', use: 'twice' }] } },
  {
    kind: 'route',
    identifier: 'route',
    spec: { incoming: 'in', outgoing: 'out', transformers: [{ type: 'set', fields: { via: 'route' } }] },
  },
];
const deps: TestDeps = { documents, transformers, variable: () => undefined, reads: givenReads() };
const stage = (...steps: object[]) => [{ at: 'steps', steps }];

describe('a test of a chain', () => {
  test('tells every step, also nested ones, with what went in and came out', async () => {
    const lines = { type: 'for-each', name: 'Lines', field: 'lines', steps: [{ type: 'set', fields: { x: 1 } }] };
    const [result] = await testStages(
      stage({ type: 'keep', fields: ['lines'] }, lines),
      [{ id: 7, lines: [{}, { a: 1 }] }],
      deps,
    );
    expect(result?.output).toEqual([{ lines: [{ x: 1 }, { a: 1, x: 1 }] }]);
    expect(result?.steps.map(({ path, depth, name }) => [path, depth, name])).toEqual([
      ['steps[0]', 0, undefined],
      ['steps[1]', 0, 'Lines'],
      ['steps[1].steps[0]', 1, undefined],
      ['steps[1].steps[0]', 1, undefined],
    ]);
    expect(result?.steps[2]).toMatchObject({ input: {}, output: [{ x: 1 }] });
    expect(result?.steps[0]?.ms).toBeGreaterThanOrEqual(0);
  });

  test('ends where a step fails, and says so there', async () => {
    const [result] = await testStages(
      stage({ type: 'fail', message: 'No &{id}' }, { type: 'remove', fields: ['id'] }),
      [{ id: 7 }],
      deps,
    );
    expect(result).toMatchObject({ error: { message: 'No 7' }, stopped: false });
    expect(result?.output).toBeUndefined();
    expect(result?.steps).toMatchObject([{ type: 'fail', error: { message: 'No 7' } }]);
  });

  test('stops behind the step that is asked for', async () => {
    const steps = stage({ type: 'set', fields: { a: 1 } }, { type: 'fail', message: 'not reached' });
    const [result] = await testStages(steps, [{}], deps, 'steps[0]');
    expect(result).toMatchObject({ output: [{ a: 1 }], stopped: true });
  });

  test('is refused where the step that it is to stop at is not there, or is switched off', async () => {
    const steps = stage({ type: 'set', fields: { a: 1 } }, { type: 'set', fields: { a: 2 }, disabled: true });
    const refused = { code: 'ERR_STEP_UNKNOWN', message: expect.stringContaining('none at "steps[') };
    await expect(testStages(steps, [{}], deps, 'steps[7]')).rejects.toMatchObject(refused);
    await expect(testStages(steps, [{}], deps, 'steps[1]')).rejects.toMatchObject(refused);
  });

  test('writes into storages for itself alone', async () => {
    const reads = givenReads({ storages: { ids: { A: 1 } } });
    const save = { type: 'alumio-storage-save', storage: 'ids', storageKey: 'B', source: 'n' };
    const read = (key: string) => ({ type: 'alumio-storage-get', storage: 'ids', storageKey: key, destination: key });
    const [result] = await testStages(stage(save, read('A'), read('B')), [{ n: 2 }], { ...deps, reads });
    expect(result?.output).toEqual([{ n: 2, A: 1, B: 2 }]);
    expect(result?.leaves?.entries).toEqual([{ storage: 'ids', key: 'B', value: 2 }]);
  });

  test('has bounds for steps and for what it keeps', async () => {
    const steps = stage({ type: 'for-each', field: 'l', steps: [{ type: 'set', fields: { x: 1 } }] });
    const input = { l: Array.from({ length: 20 }, () => ({})) };
    const [stopped] = await testStages(steps, [input], { ...deps, limits: { ...TEST_LIMITS, maxSteps: 5 } });
    expect(stopped?.error?.code).toBe('ERR_TEST_LIMIT');
    const [cut] = await testStages(steps, [input], { ...deps, limits: { ...TEST_LIMITS, maxBytes: 10 } });
    expect(cut?.output).toHaveLength(1);
    expect(cut?.steps[0]).not.toHaveProperty('input');
  });

  test('a route is tested with its two ends', async () => {
    const [result] = await testStages(stagesOf('route', 'route', documents), [{ n: 2 }], deps);
    expect(result?.output).toEqual([{ n: 4, from: 'in', via: 'route' }]);
    expect(result?.steps[0]?.path).toBe('incoming "in": spec.transformers[0]');
  });
});

describe('saved tests', () => {
  const tested = (...tests: object[]): Document => ({
    kind: 'transformer',
    identifier: 'tested',
    spec: {
      tests,
      transformers: [
        { type: 'alumio-storage-get', storage: 'prices', storageKey: '&{sku}', destination: 'price' },
        { type: 'filter', when: { field: 'hidden', exists: false } },
      ],
    },
  });
  const run = async (test: object) =>
    (await runSavedTests([tested({ name: 'T', ...test })], { ...deps, documents: [...documents, tested()] }))[0];

  test.each([
    [{ input: { sku: 'A' }, expected: [{ sku: 'A' }] }, true],
    [{ input: { sku: 'A' }, expected: [{ sku: 'A', price: 7 }], storages: { prices: { A: 7 } } }, true],
    [{ input: { sku: 'A', hidden: true }, dropped: true }, true],
    [{ input: { sku: 'A' }, dropped: true }, false],
    [{ input: {}, error: '"sku" finds nothing' }, true],
    [{ input: { sku: 'A' }, error: 'finds nothing' }, false],
    [{ input: {}, expected: [{ sku: 'A' }] }, false],
  ])('%j: %p', async (saved, passed) => {
    expect(await run(saved)).toMatchObject({ passed });
  });

  test('a failed one says where', async () => {
    expect(await run({ input: { sku: 'A', n: [1, 2] }, expected: [{ sku: 'B', n: [1] }] })).toMatchObject({
      reason: '[0].sku is "A", expected "B"; [0].n[1] is 2, expected not there',
      differences: [
        { path: '[0].sku', expected: 'B', actual: 'A' },
        { path: '[0].n[1]', actual: 2 },
      ],
    });
  });
});

test('differences are told up to a bound, and the order of keys is none', () => {
  expect(differencesOf({ a: 1, b: 2 }, { b: 2, a: 1 })).toEqual([]);
  expect(differencesOf([], {})).toEqual([{ path: '', expected: [], actual: {} }]);
  expect(
    differencesOf(
      Array.from({ length: 50 }, () => 1),
      Array.from({ length: 50 }, () => 2),
    ),
  ).toHaveLength(20);
});

test('a change reaches what runs it, also through a saved transformer', () => {
  const changed = new Set(['transformer/twice']);
  const affected = documents
    .filter((document) => isAffected(document, changed, documents))
    .map(({ identifier }) => identifier);
  expect(affected).toEqual(['twice', 'out', 'route']);
});
