import { expect, test } from '@jest/globals';
import { ConfigError } from '../../src/core/errors.ts';
import { compileRecordSchema } from '../../src/core/record-schema.ts';
import { cpuTimeMs } from '../support/cpu-time.ts';

test('each pattern is its own', () => {
  const check = compileRecordSchema({
    type: 'object',
    properties: { a: { type: 'string', pattern: '^a' }, b: { type: 'string', pattern: '^b' } },
    patternProperties: { '^n_': { type: 'number' } },
  });
  expect(check({ a: 'a', b: 'b', n_x: 1 })).toEqual([]);
  expect(check({ a: 'a', b: 'a' })).toEqual(['"b" must match pattern "^b"']);
  expect(check({ n_x: 'x' })).toEqual(['"n_x" must be number']);
});

test('a pattern that other engines take exponential time for is quick', () => {
  const check = compileRecordSchema({ type: 'string', pattern: '^(a+)+$' });
  const start = cpuTimeMs();
  expect(check(`${'a'.repeat(20_000)}!`)).toHaveLength(1);
  expect(cpuTimeMs() - start).toBeLessThan(5_000);
});

test('unique items of a long list are told apart in one pass', () => {
  const check = compileRecordSchema({ type: 'array', uniqueItems: true });
  const list = Array.from({ length: 50_000 }, (_, id) => ({ id, name: 'x' }));
  const start = cpuTimeMs();
  expect(check(list)).toEqual([]);
  expect(check([...list, { name: 'x', id: 7 }])).toEqual(['must not have equal items']);
  expect(cpuTimeMs() - start).toBeLessThan(5_000);
});

test.each([
  [{ type: 'txt' }, 'cannot be used'],
  [{ $ref: 'https://example.com/schema.json' }, 'cannot be used'],
  [{ type: 'string', pattern: '(?=a)' }, 'regular expression'],
  [{ description: 'x'.repeat(300_000) }, 'is longer than'],
])('a schema that cannot be used is refused: %j', (schema, message) => {
  expect(() => compileRecordSchema(schema)).toThrow(ConfigError);
  expect(() => compileRecordSchema(schema)).toThrow(message);
});
