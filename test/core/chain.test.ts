import { compileChain, type ChainDeps } from '../../src/core/chain.ts';
import { transformThrough } from '../../src/core/each-record.ts';
import { bareRun } from '../../src/core/step-run.ts';
import type { Transform, Transformer } from '../../src/core/component.ts';
import type { DataRecord } from '../../src/core/record.ts';
import { ConfigError, NetworkError, TransformError } from '../../src/core/errors.ts';
import { transformers } from '../../src/transformers/index.ts';
import { thrown } from './thrown.ts';

/** A step for tests: `run` stands in for what the options would have compiled to. */
function probe(type: string, run: Transform): Transformer {
  return {
    type,
    summary: 'Test.',
    options: { type: 'object', additionalProperties: false },
    examples: [],
    create: () => run,
  };
}

function depsWith(saved: Record<string, unknown> = {}, ...extra: Transformer[]): ChainDeps {
  return {
    transformers: new Map([...transformers, ...extra.map((transformer) => [transformer.type, transformer] as const)]),
    saved: (identifier) => {
      if (!Object.hasOwn(saved, identifier))
        throw new ConfigError('ERR_REFERENCE', `There is no transformer "${identifier}"`);
      return saved[identifier];
    },
    variable: (name) => (name === 'REGION' ? 'eu' : undefined),
  };
}

const SET_A = { type: 'set', fields: { a: 1 } };

test('runs steps in order and answers without a promise while none is asynchronous', () => {
  const steps = [SET_A, { type: 'split-list', field: 'list' }, { type: 'set', fields: { b: '&{list}-${REGION}' } }];
  expect(compileChain(steps, 'transformers', depsWith())({ list: ['x', 'y'] }, bareRun())).toEqual([
    { list: 'x', a: 1, b: 'x-eu' },
    { list: 'y', a: 1, b: 'y-eu' },
  ]);
});

test('an empty chain passes the record itself', () => {
  const record = { id: 1 };
  expect(compileChain([], 'transformers', depsWith())(record, bareRun())).toEqual([record]);
});

test('stops where no record is left', () => {
  const never = probe('never', () => {
    throw new Error('must not run');
  });
  const chain = compileChain(
    [{ type: 'filter', when: 'nowhere' }, { type: 'never' }],
    'transformers',
    depsWith({}, never),
  );
  expect(chain({ id: 1 }, bareRun())).toEqual([]);
});

test('awaits an asynchronous step for one record after the other and keeps their order', async () => {
  let running = 0;
  let most = 0;
  const slow = probe('slow', async (record) => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    running -= 1;
    return [record, { copy: record['list'] ?? null }];
  });
  const steps = [{ type: 'split-list', field: 'list' }, { type: 'slow' }, SET_A];
  const result = compileChain(steps, 'transformers', depsWith({}, slow))({ list: [1, 2, 3] }, bareRun());
  expect(result).toBeInstanceOf(Promise);
  expect(await result).toEqual(
    [1, 2, 3].flatMap((item) => [
      { list: item, a: 1 },
      { copy: item, a: 1 },
    ]),
  );
  expect(most).toBe(1);
});

test('leaves out disabled steps, also broken ones', () => {
  const chain = compileChain(
    [
      { type: 'nonsense', disabled: true },
      { ...SET_A, name: 'Mark' },
    ],
    'transformers',
    depsWith(),
  );
  expect(chain({}, bareRun())).toEqual([{ a: 1 }]);
});

describe('a failing record', () => {
  const nested = [SET_A, { type: 'conditional', when: '@', then: [{ type: 'fail', name: 'Guard', message: 'No' }] }];

  test('names the innermost step, its type and its name', () => {
    const chain = compileChain(nested, 'transformers', depsWith());
    const details = { step: 'transformers[1].then[0]', type: 'fail', name: 'Guard' };
    expect(() => chain({}, bareRun())).toThrow(TransformError);
    expect(thrown(() => chain({}, bareRun()))).toMatchObject({ message: 'No', details });
  });

  test('is located in an asynchronous step too, and in a saved one', async () => {
    const slow = probe('slow', async () =>
      Promise.reject(new TransformError('Late', { field: 'x' }, 'ERR_FIELD_MISSING')),
    );
    const chain = compileChain(
      [{ type: 'chain', use: 'common' }],
      'transformers',
      depsWith({ common: [SET_A, { type: 'slow' }] }, slow),
    );
    const details = { field: 'x', step: 'transformers[0].use[1]', type: 'slow' };
    await expect(chain({}, bareRun())).rejects.toMatchObject({ message: 'Late', code: 'ERR_FIELD_MISSING', details });
  });

  test('other errors pass unchanged', () => {
    const error = new NetworkError('ERR_TIMEOUT', 'No answer');
    const offline = probe('offline', () => {
      throw error;
    });
    const chain = compileChain([{ type: 'offline' }], 'transformers', depsWith({}, offline));
    expect(() => chain({}, bareRun())).toThrow(error);
  });
});

test('options that are nested too deep are refused', () => {
  let value: unknown = 1;
  for (let level = 0; level < 50_000; level += 1) value = [value];
  const steps = [SET_A, { type: 'set', fields: { a: value } }];
  expect(problemsOf(() => compileChain(steps, 'steps', depsWith()))).toEqual([
    { path: 'steps[1]', message: 'is nested deeper than 200 levels' },
  ]);
});

test('a step "fail" without words says so', () => {
  const chain = compileChain([{ type: 'fail', message: '&{reason}' }], 'steps', depsWith());
  expect(() => chain({ reason: '' }, bareRun())).toThrow('its message is empty here');
});

test.each([
  ['alumio-operator', { left: 'a', right: 'b', operator: 'multiplication' }, 'A number became Infinity'],
  ['alumio-merger', { template: 'text', steps: [] }, 'makes a plain value of the record'],
])('what is no record comes out of no step: %s', (type, options, message) => {
  const chain = compileChain([{ type, ...options }], 'steps', depsWith());
  expect(() => chain({ a: 1e308, b: 10 }, bareRun())).toThrow(message);
});

test('collects the problems of all steps, however deep', () => {
  const steps = [
    { type: 'splitlist', field: 'a' },
    { type: 'map', fields: { a: '&{', b: '${MISSING}' }, onMising: 'null' },
    { type: 'map', fields: { a: '&{', 'b.c': '${MISSING}' } },
    {
      type: 'conditional',
      when: { field: 'a', equal: 1 },
      then: [],
    },
    { type: 'conditional', when: '@', then: [{ type: 'copy', fields: { 'a.': 'b' } }], else: [{ type: 'filter' }] },
    { type: 'chain', use: 'broken' },
    { type: 'chain', use: 'unknown' },
    { type: 'chain' },
    { ...SET_A, disabled: 'yes' },
    { type: 'map', fields: { a: 1, 'a.b': 2 } },
    'text',
  ];
  const deps = depsWith({ broken: [{ type: 'remove', fields: [] }] });
  const problems = problemsOf(() => compileChain(steps, 'spec.transformers', deps));
  expect(problems.map(({ path }) => path)).toEqual([
    'spec.transformers[0].type',
    'spec.transformers[1].onMising',
    'spec.transformers[2].fields.a',
    'spec.transformers[2].fields.b.c',
    'spec.transformers[3].when.equal',
    'spec.transformers[4].then[0]',
    'spec.transformers[4].else[0].when',
    'spec.transformers[5].use[0].fields',
    'spec.transformers[6]',
    'spec.transformers[7]',
    'spec.transformers[8].disabled',
    'spec.transformers[9].fields.a.b',
    'spec.transformers[10]',
  ]);
  expect(problems[0]?.message).toContain('did you mean "split-list"?');
  expect(problems[6]?.message).toBe('is missing');
});

function problemsOf(compile: () => unknown): { path: string; message: string }[] {
  try {
    compile();
  } catch (error) {
    expect(error).toMatchObject({ code: 'ERR_INVALID' });
    return (error as ConfigError).details['problems'] as { path: string; message: string }[];
  }
  return [];
}

test.each([undefined, null, {}, 'x'])('refuses %j in place of a list', (steps) => {
  expect(problemsOf(() => compileChain(steps, 'transformers', depsWith()))).toEqual([
    { path: 'transformers', message: 'must be a list of steps' },
  ]);
});

describe('saved transformers', () => {
  const use = (identifier: string) => ({ type: 'chain', use: identifier });

  test('may be used twice, also inside each other', () => {
    const deps = depsWith({ mark: [SET_A], both: [use('mark'), use('mark')] });
    expect(compileChain([use('both'), use('mark')], 'transformers', deps)({}, bareRun())).toEqual([{ a: 1 }]);
  });

  test('that use each other in a circle are refused', () => {
    const deps = depsWith({ a: [use('b')], b: [{ type: 'conditional', when: '@', then: [use('a')] }] });
    const compile = () => compileChain([use('a')], 'transformers', deps);
    expect(compile).toThrow('a → b → a');
    expect(thrown(compile)).toMatchObject({ code: 'ERR_TRANSFORMER_CYCLE' });
  });

  test('that multiply beyond all bounds are refused', () => {
    const saved = Object.fromEntries(
      Array.from({ length: 40 }, (_, level) => [`s${level}`, [use(`s${level + 1}`), use(`s${level + 1}`)]]),
    );
    const compile = () => compileChain([use('s0')], 'transformers', depsWith({ ...saved, s40: [SET_A] }));
    expect(thrown(compile)).toMatchObject({ code: 'ERR_CHAIN_TOO_LONG' });
  });
});

describe('variables', () => {
  const set = (variables: object) => ({ type: 'set-variable', variables });
  const show = { type: 'set', fields: { x: '&{$vars.x}' } };
  const run = (steps: readonly object[], record: DataRecord, saved: object = {}) =>
    compileChain(steps, 'transformers', depsWith(saved as never))(record, bareRun());

  test('belong to the record that they were set for, also where one becomes several', () => {
    const each = { type: 'conditional', when: "list != 'b'", then: [set({ x: '&{list}' })] };
    const steps = [set({ x: 0 }), { type: 'split-list', field: 'list' }, each, show];
    expect(run(steps, { list: ['a', 'b', 'c'] })).toEqual([
      { list: 'a', x: 'a' },
      { list: 'b', x: 0 },
      { list: 'c', x: 'c' },
    ]);
  });

  test('are read in conditions, rules of fields and lists inside; one that is not set is missing', () => {
    const steps = [
      set({ x: 2 }),
      { type: 'filter', when: '&{n > $vars.x}' },
      {
        type: 'map',
        fields: { n: { value: '&{n}', when: '$vars.x == `2`' }, all: '&{list[*].[@, $vars.x]}', none: '?{$vars.y}' },
      },
    ];
    expect(run(steps, { n: 3, list: [1] })).toEqual([{ n: 3, all: [[1, 2]], none: null }]);
    expect(run(steps, { n: 1, list: [] })).toEqual([]);
    expect(() => run([show], {})).toThrow('"$vars.x" finds nothing');
  });

  test('of a saved transformer are its own where it is given some', () => {
    const saved = { own: [set({ x: 'inside' })] };
    expect(run([set({ x: 1 }), { type: 'chain', use: 'own', variables: {} }, show], {}, saved)).toEqual([{ x: 1 }]);
    expect(run([set({ x: 1 }), { type: 'chain', use: 'own' }, show], {}, saved)).toEqual([{ x: 'inside' }]);
  });

  test('of one branch are not those of the next', () => {
    const outputs = [{ steps: [set({ x: 2 }), show] }, { steps: [show] }];
    expect(run([set({ x: 1 }), { type: 'branch', outputs }], {})).toEqual([{ x: 2 }, { x: 1 }]);
  });
});

test('each record begins a list of steps without variables', () => {
  const set = { type: 'conditional', when: 'first', then: [{ type: 'set-variable', variables: { x: 1 } }] };
  const chain = compileChain([set, { type: 'set', fields: { x: '?{$vars.x}' } }], 'transformers', depsWith());
  expect(transformThrough([chain], [{ first: true }, { first: false }], bareRun())).toEqual([
    { first: true, x: 1 },
    { first: false, x: null },
  ]);
});
