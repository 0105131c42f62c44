import { describe, expect, test } from '@jest/globals';
import { ConfigError, TransformError } from '../../src/core/errors.ts';
import { formatPath, parsePath } from '../../src/core/field-path.ts';
import { compileGlob, compileTarget, isGlob } from '../../src/core/glob-path.ts';
import { RecordDraft } from '../../src/core/record-draft.ts';
import type { DataRecord, Json } from '../../src/core/record.ts';
import { thrown } from './thrown.ts';
import { cpuTimeMs } from '../support/cpu-time.ts';

const RECORD = {
  id: 7,
  lines: [{ sku: 'A' }, { sku: 'B', note: 'x' }],
  byKey: { one: { n: 1 }, two: { n: 2 } },
  cf_a: 1,
  cf_b: 2,
  'e.mail': 'x',
  'a*b': 3,
  stock: { ack: 1, ock: 2, eck: 3 },
} satisfies DataRecord;

function found(glob: string): [string, unknown, Json][] {
  return compileGlob(glob)(RECORD).map(({ path, captures, value }) => [formatPath(path), captures, value]);
}

describe('what a path with wildcards finds', () => {
  test.each([
    ['id', [['id', [], 7]]],
    ['nowhere', []],
    ['lines[0].sku', [['lines[0].sku', [], 'A']]],
    ['lines.*.note', [['lines[1].note', [1], 'x']]],
    [
      'lines[*].sku',
      [
        ['lines[0].sku', [0], 'A'],
        ['lines[1].sku', [1], 'B'],
      ],
    ],
    [
      'byKey.*.n',
      [
        ['byKey.one.n', ['one'], 1],
        ['byKey.two.n', ['two'], 2],
      ],
    ],
    [
      'cf_*',
      [
        ['cf_a', ['a'], 1],
        ['cf_b', ['b'], 2],
      ],
    ],
    [
      'cf_?',
      [
        ['cf_a', [], 1],
        ['cf_b', [], 2],
      ],
    ],
    [
      'stock.[ao]ck',
      [
        ['stock.ack', [], 1],
        ['stock.ock', [], 2],
      ],
    ],
    ['stock.[!ao]ck', [['stock.eck', [], 3]]],
    ['"e.mail"', [['"e.mail"', [], 'x']]],
    ['"a*b"', [['a*b', [], 3]]],
    ['id.*', []],
  ])('%s', (glob, expected) => {
    expect(found(glob)).toEqual(expected);
  });

  test.each([
    ['lines[0].sku', false],
    ['lines.*', true],
    ['lines[*]', true],
    ['"a*b"', false],
    ['cf_?', true],
  ])('%s has wildcards: %s', (glob, expected) => {
    expect(isGlob(glob)).toBe(expected);
  });

  test.each(['', 'a..b', '.a', 'a[', 'a"b'])('"%s" is refused', (glob) => {
    expect(thrown(() => compileGlob(glob))).toMatchObject({ code: 'ERR_FIELD_PATH' });
  });
});

describe('where it goes', () => {
  test.each([
    ['names.$1', ['one'], ['names', 'one']],
    ['names.$1', [3], ['names', 3]],
    ['a.x_$1_$2', ['p', 2], ['a', 'x_p_2']],
    ['plain', ['one'], ['plain']],
  ] as const)('%s with %j', (target, captures, expected) => {
    expect(compileTarget(target, 2)({ path: [], captures, value: null })).toEqual(expected);
  });

  test('a number that the pattern does not have is refused', () => {
    expect(() => compileTarget('a.$2', 1)).toThrow(ConfigError);
    expect(() => compileTarget('a.$1', 0)).toThrow('its pattern has 0');
  });
});

describe('a draft', () => {
  test('leaves the record that it was made of alone', () => {
    const before = structuredClone(RECORD);
    const draft = new RecordDraft(RECORD);
    draft.set(parsePath('lines[0].sku'), 'Z');
    draft.remove(parsePath('lines[1]'));
    draft.set(parsePath('new.deep[0].x'), 1);
    expect(draft.record).toMatchObject({ lines: [{ sku: 'Z' }], new: { deep: [{ x: 1 }] } });
    expect(RECORD).toEqual(before);
  });

  test('many changes to a long list take no time', () => {
    const record = { list: Array.from({ length: 50_000 }, (_, id) => ({ id })) };
    const start = cpuTimeMs();
    const draft = new RecordDraft(record);
    for (let index = 0; index < 50_000; index += 1) draft.set(['list', index, 'n'], index);
    for (let index = 0; index < 50_000; index += 2) draft.remove(['list', index]);
    expect((draft.record['list'] as Json[]).length).toBe(25_000);
    expect(cpuTimeMs() - start).toBeLessThan(3_000);
  });

  test('keys such as "__proto__" are data', () => {
    const draft = new RecordDraft({});
    draft.set(['__proto__', 'polluted'], true);
    draft.set(['constructor', 'prototype', 'polluted'], true);
    expect(Object.keys(draft.record)).toEqual(['__proto__', 'constructor']);
    expect({}).not.toHaveProperty('polluted');
  });

  test.each([
    [['id', 'x'], 'Field "id" is not an object'],
    [['lines', 'x'], 'Field "lines" is a list, not an object'],
    [['lines', '999999'], 'has 2 items'],
    [['lines', -3], 'has 2 items'],
    [['lines', 1_000_000], 'has 2 items'],
  ] as const)('%j cannot be set', (path, message) => {
    const run = () => {
      new RecordDraft(RECORD).set(path, 1);
    };
    expect(run).toThrow(TransformError);
    expect(run).toThrow(message);
  });
});
