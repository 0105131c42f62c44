import { compileCondition } from '../../src/core/conditions.ts';
import type { Json } from '../../src/core/record.ts';
import { thrown } from './thrown.ts';

const RECORD = {
  id: 7,
  status: 'open',
  none: null,
  blank: '',
  list: [],
  tags: ['vip', 'eu'],
  amount: '12.50',
  zero: 0,
  on: false,
  client: { id: 12, name: 'Acme Ltd' },
  lines: [{ sku: 'A' }],
  updated: '2025-03-01T10:00:00.0000000',
  zoned: '2025-03-01T12:00:00+02:00',
} satisfies Json;

test.each([
  [{ field: 'status', equals: 'open' }, true],
  [{ field: 'id', equals: '7' }, false],
  [{ field: 'client', equals: { name: 'Acme Ltd', id: 12 } }, true],
  [{ field: 'nowhere', equals: null }, true],
  [{ field: 'status', notEquals: 'open' }, false],
  [{ field: 'nowhere', notEquals: 'open' }, true],
  [{ field: 'id', in: [1, 7] }, true],
  [{ field: 'id', in: [] }, false],
  [{ field: 'id', notIn: [1, 7] }, false],
  [{ field: 'nowhere', notIn: [1] }, true],
  [{ field: 'none', exists: true }, true],
  [{ field: 'nowhere', exists: true }, false],
  [{ field: 'nowhere.deep', exists: false }, true],
  [{ field: 'constructor', exists: true }, false],
  [{ field: 'blank', empty: true }, true],
  [{ field: 'list', empty: true }, true],
  [{ field: 'nowhere', empty: true }, true],
  [{ field: 'zero', empty: true }, false],
  [{ field: 'on', empty: false }, true],
  [{ field: 'id', greaterThan: 6 }, true],
  [{ field: 'id', greaterThan: 7 }, false],
  [{ field: 'id', atLeast: 7 }, true],
  [{ field: 'id', lessThan: 7 }, false],
  [{ field: 'id', atMost: 7 }, true],
  [{ field: 'amount', greaterThan: 9 }, true],
  [{ field: 'status', lessThan: 9 }, false],
  [{ field: 'nowhere', lessThan: 9 }, false],
  [{ field: 'updated', atLeast: '2025-03-01' }, true],
  [{ field: 'updated', lessThan: '2025-03-01 10:00:01' }, true],
  [{ field: 'updated', atLeast: '2025-03-01T10:00:00Z', atMost: '2025-03-01T10:00:00Z' }, true],
  [{ field: 'zoned', atMost: '2025-03-01T10:00:00' }, true],
  [{ field: 'status', atLeast: '2025-03-01' }, false],
  [{ field: 'client.name', contains: 'Acme' }, true],
  [{ field: 'tags', contains: 'vip' }, true],
  [{ field: 'lines', contains: { sku: 'A' } }, true],
  [{ field: 'id', contains: '7' }, false],
  [{ field: 'client.name', startsWith: 'Acme', endsWith: 'Ltd' }, true],
  [{ field: 'client.name', startsWith: 'Acme', endsWith: 'GmbH' }, false],
  [{ field: 'lines[0].sku', type: 'text' }, true],
  [{ field: 'client.name', matches: '^Acme (Ltd|GmbH)$' }, true],
  [{ field: 'client.name', matches: '(?i)^acme' }, true],
  [{ field: 'client.name', matches: '^Ltd' }, false],
  [{ field: 'id', matches: '7' }, false],
  [{ field: 'updated', before: '2025-03-02' }, true],
  [{ field: 'updated', after: '2025-03-01T10:00:00Z' }, false],
  [{ field: 'updated', before: 'now' }, true],
  [{ field: 'updated', olderThan: '30d' }, true],
  [{ field: 'updated', newerThan: '30d' }, false],
  [{ field: 'status', before: 'now' }, false],
  [{ field: 'nowhere', olderThan: '1m' }, false],
  [{ field: 'client.name', length: 8 }, true],
  [{ field: 'tags', minLength: 2, maxLength: 2 }, true],
  [{ field: 'tags', maxLength: 1 }, false],
  [{ field: 'nowhere', maxLength: 1 }, false],
  [{ field: 'nowhere', minLength: 0 }, false],
  [{ field: '@', type: 'object' }, true],
  [{ field: 'tags', type: 'list' }, true],
  [{ field: 'none', type: 'null' }, true],
  [{ field: 'nowhere', type: 'null' }, false],
  [
    {
      all: [
        { field: 'id', equals: 7 },
        { field: 'status', equals: 'open' },
      ],
    },
    true,
  ],
  [
    {
      all: [
        { field: 'id', equals: 7 },
        { field: 'status', equals: 'shut' },
      ],
    },
    false,
  ],
  [
    {
      any: [
        { field: 'id', equals: 8 },
        { field: 'status', equals: 'open' },
      ],
    },
    true,
  ],
  [{ any: [{ field: 'id', equals: 8 }, 'status == `"shut"`'] }, false],
  [{ not: { field: 'id', equals: 8 } }, true],
  [{ not: { any: [{ field: 'id', equals: 7 }] } }, false],
  [{ field: 'id', equals: 7, any: [{ field: 'status', equals: 'shut' }] }, false],
  ['&{id == `7`}', true],
  ['?{id == `7`}', true],
  ['id == `7`', true],
  ["status == 'open' && contains(tags, 'vip')", true],
  ['nowhere', false],
  ['&{nowhere}', false],
  ['zero', true],
  ['on', false],
  ['list', false],
  ["lines[?sku=='A']", true],
] satisfies [Json, boolean][])('%j is %s', (condition, result) => {
  expect(compileCondition(condition)(RECORD)).toBe(result);
});

test.each([
  [{ field: 'a', equal: 1 }, 'when.equal', 'did you mean "equals"?'],
  [{ field: 'a' }, 'when', 'but no test'],
  [{ equals: 1 }, 'when.field', 'is missing'],
  [{}, 'when', 'says nothing'],
  [{ any: [] }, 'when.any', 'at least 1'],
  [
    {
      all: [
        { field: 'a', equals: 1 },
        { feild: 'a', equals: 1 },
      ],
    },
    'when.all[1].feild',
    'did you mean "field"?',
  ],
  [{ not: { field: 'a..b', exists: true } }, 'when.not.field', 'is not a path'],
  [{ field: 'a', greaterThan: 'soon' }, 'when.greaterThan', 'must be a number or an ISO date'],
  [{ field: 'a', exists: 'yes' }, 'when.exists', 'must be boolean'],
  [{ field: 'a', type: 'string' }, 'when.type', 'must be one of text'],
  [{ field: 'a', equals: '&{b}' }, 'when.equals', 'takes no template'],
  ['&{a} == 1', 'when', 'must be one expression'],
  ['a..b', 'when', 'at position 3'],
  [7, 'when', 'must be object'],
] satisfies [Json, string, string][])('refuses %j', (condition, path, message) => {
  const problems = [{ path, message: expect.stringContaining(message) as unknown }];
  const details = { problems };
  expect(thrown(() => compileCondition(condition, 'when'))).toMatchObject({ code: 'ERR_INVALID', details });
});

test('names all problems of a nested condition at once', () => {
  const condition = { all: [{ fild: 'a' }, { any: ['a..b', { field: 'c', atMost: 'x' }] }] };
  expect(() => compileCondition(condition)).toThrow(/all\[0\]\.fild.*all\[1\]\.any\[0\].*all\[1\]\.any\[1\]\.atMost/);
});
