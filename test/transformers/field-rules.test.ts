import { describe, expect, test } from '@jest/globals';
import { compileChain } from '../../src/core/chain.ts';
import { bareRun } from '../../src/core/step-run.ts';
import { ConfigError, TransformError } from '../../src/core/errors.ts';
import type { DataRecord, Json } from '../../src/core/record.ts';
import { transformers } from '../../src/transformers/index.ts';
import { thrown } from '../core/thrown.ts';

const deps = { transformers, saved: () => [], variable: (name: string) => (name === 'SHOP' ? 'A1' : undefined) };

function compileMap(fields: DataRecord, onMissing?: string) {
  return compileChain([{ type: 'map', fields, ...(onMissing !== undefined && { onMissing }) }], 'transformers', deps);
}

function map(fields: DataRecord, record: DataRecord, onMissing?: string): Json {
  return compileMap(fields, onMissing)(record, bareRun()) as unknown as Json;
}

describe('what is a rule and what a template', () => {
  test.each([
    [{ a: { from: 'x' } }, { a: 1 }],
    [{ a: { from: '@' } }, { a: { x: 1 } }],
    [{ a: { value: '&{x}', cast: 'text' } }, { a: '1' }],
    [{ a: { value: '&{x}' } }, { a: { value: 1 } }],
    [{ a: { value: '&{x}', name: 'CFa' } }, { a: { value: 1, name: 'CFa' } }],
    [{ a: [{ from: 'x' }] }, { a: [{ from: 'x' }] }],
    [{ a: { b: { from: 'x' } } }, { a: { b: { from: 'x' } } }],
    [{ 'a.b': { from: 'x' }, 'a.c': '&{x}' }, { a: { b: 1, c: 1 } }],
    [{ a: { value: '${SHOP}-&{x}', cast: 'text' } }, { a: 'A1-1' }],
  ] satisfies [DataRecord, DataRecord][])('%j gives %j', (fields, expected) => {
    expect(map(fields, { x: 1 })).toEqual([expected]);
  });
});

describe('what is missing or null', () => {
  test.each([
    [{ a: { from: 'x', onMissing: 'null' } }, {}, { a: null }],
    [{ a: { from: 'x', onMissing: 'omit' } }, {}, {}],
    [{ a: { from: 'x', default: 0 } }, {}, { a: 0 }],
    [{ a: { from: 'x', default: '&{y}' } }, { y: 2 }, { a: 2 }],
    [{ a: { from: 'x', default: 0 } }, { x: null }, { a: 0 }],
    [{ a: { from: 'x', cast: 'text' } }, { x: null }, { a: null }],
    [{ a: { from: 'x', steps: [{ type: 'first' }], onMissing: 'omit' } }, { x: [] }, {}],
    [{ a: { from: 'x', steps: [{ type: 'default', value: 5 }] } }, {}, { a: 5 }],
    [{ a: { from: 'x', when: { field: 'y', exists: true } } }, { x: 1 }, {}],
    [{ a: { value: '&{x}', onMissing: 'omit' } }, {}, {}],
  ] satisfies [DataRecord, DataRecord, DataRecord][])('%j makes of %j %j', (fields, record, expected) => {
    expect(map(fields, record)).toEqual([expected]);
  });

  test('a rule without a word of its own does what the map says', () => {
    expect(map({ a: { from: 'x' } }, {}, 'omit')).toEqual([{}]);
    expect(map({ a: { from: 'x' } }, {}, 'null')).toEqual([{ a: null }]);
    const error = thrown(() => map({ a: { from: 'x' } }, {}));
    expect(error).toBeInstanceOf(TransformError);
    expect(error).toMatchObject({ code: 'ERR_FIELD_MISSING', details: { field: 'a', step: 'transformers[0]' } });
  });
});

describe('what is wrong with a rule is told by path', () => {
  test.each([
    [{ a: { from: 'x', value: 1 } }, 'transformers[0].fields.a', 'either "from" or "value"'],
    [{ a: { from: '&{x}' } }, 'transformers[0].fields.a.from', 'not a template'],
    [{ a: { from: 'x', cast: 'int' } }, 'transformers[0].fields.a.cast', 'must be one of text, number'],
    [{ a: { from: 'x', onMissing: 'default' } }, 'transformers[0].fields.a.default', 'is missing'],
    [{ a: { from: 'x..y' } }, 'transformers[0].fields.a', 'is not a path'],
    [{ a: { from: 'x', steps: [{ type: 'trimm' }] } }, 'transformers[0].fields.a.steps[0].type', 'did you mean "trim"'],
    [{ a: { from: 'x', when: { field: 'y' } } }, 'transformers[0].fields.a.when', 'no test'],
    [{ a: { from: 'x', default: '&{' } }, 'transformers[0].fields.a.default', 'not closed'],
  ] satisfies [DataRecord, string, string][])('%j: %s', (fields, path, message) => {
    const error = thrown(() => compileMap(fields));
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).details['problems']).toEqual([
      { path, message: expect.stringContaining(message) as unknown },
    ]);
  });

  test('all rules are looked at, not only the first', () => {
    const error = thrown(() => compileMap({ a: { from: 'x', value: 1 }, b: '&{', c: { from: '&{x}' } }));
    expect((error as ConfigError).details['problems']).toHaveLength(3);
  });
});
