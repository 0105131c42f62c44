import { describe, expect, test } from '@jest/globals';
import type { Json } from '../../src/core/record.ts';
import { checkComponent } from '../../src/core/validation.ts';
import { thrown } from '../core/thrown.ts';
import { rowsOfAnswer } from '../../src/http/rows-of-answer.ts';
import { shapes } from '../../src/http/shapes/index.ts';
import type { HttpAnswer, Shape } from '../../src/http/types.ts';

function shapeOf(source: unknown): Shape {
  const checked = checkComponent(shapes, source, 'shape', '');
  if (!('component' in checked)) throw new Error(JSON.stringify(checked.problems));
  return checked.component.create(checked.options as never);
}

const REQUEST = { method: 'GET', url: 'https://api.example/v2/things?key=canary', repeatable: true } as const;

function rowsOf(source: unknown, body: Json | undefined, recordsAt = ['']): { rows: Json; entries: number } {
  const answer: HttpAnswer = { status: 200, headers: {}, body, bytes: 0, durationMs: 0, serverTimeMs: undefined };
  return rowsOfAnswer(answer, { request: REQUEST, recordsAt, shape: shapeOf(source) });
}

const RESOURCE = {
  id: '7',
  type: 'organizations',
  attributes: { name: 'Acme', id: 'own', 'owner-id': 5 },
  relationships: {
    site: { data: { id: '3', type: 'sites' } },
    tags: { data: [{ id: 'a' }, { id: 'b' }] },
    owner: { data: { id: '5' } },
    none: { data: null },
    linked: { links: {} },
  },
};
const HOSTILE = JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}') as Json;

describe('shapes', () => {
  test.each<[string, object, Json, Json]>([
    ['a list stays', { type: 'list' }, [{ id: 1 }], [{ id: 1 }]],
    ['one object is one row', { type: 'one' }, { id: 1 }, [{ id: 1 }]],
    ['null is no row', { type: 'one' }, null, []],
    [
      'an object of objects gives rows with their key',
      { type: 'object-map', keyAs: 'name' },
      { a: { id: 1 }, b: { name: 'x' } },
      [{ id: 1, name: 'a' }, { name: 'b' }],
    ],
    [
      'an object of values gives rows with key and value',
      { type: 'object-map' },
      { a: 1, b: null, c: [2] },
      [
        { value: 1, key: 'a' },
        { value: null, key: 'b' },
        { value: [2], key: 'c' },
      ],
    ],
    [
      'objects stay values where they are not spread',
      { type: 'object-map', keyAs: 'name', spread: false },
      { a: { text: 'x' }, b: 1 },
      [
        { value: { text: 'x' }, name: 'a' },
        { value: 1, name: 'b' },
      ],
    ],
    [
      'attributes become fields',
      { type: 'json-api' },
      [RESOURCE],
      [{ id: '7', type: 'organizations', name: 'Acme', 'attributes-id': 'own', 'owner-id': 5 }],
    ],
    ['one resource is one row', { type: 'json-api' }, { id: '7', type: 'x', attributes: {} }, [{ id: '7', type: 'x' }]],
    [
      'ids of related resources become fields, beside attributes',
      { type: 'json-api', relationships: true },
      [RESOURCE],
      [
        {
          id: '7',
          type: 'organizations',
          name: 'Acme',
          'attributes-id': 'own',
          'owner-id': 5,
          'site-id': '3',
          'tags-id': ['a', 'b'],
          'relationships-owner-id': '5',
          'none-id': null,
        },
      ],
    ],
    [
      'rows are unwrapped',
      { type: 'wrapped', key: 'ticket' },
      [{ ticket: { id: 1 }, url: 'x' }, { ticket: { id: 2 } }],
      [{ id: 1 }, { id: 2 }],
    ],
    [
      'a table gives records',
      { type: 'table' },
      {
        columns: ['id', 'n'],
        rows: [
          [1, 'a'],
          [2, null],
        ],
      },
      [
        { id: 1, n: 'a' },
        { id: 2, n: null },
      ],
    ],
    [
      'columns may be objects',
      { type: 'table', columnsAt: 'head.cells', columnName: 'title', rowsAt: 'data' },
      { head: { cells: [{ title: 'id' }] }, data: [[1]] },
      [{ id: 1 }],
    ],
    [
      'groups give the rows of all, with fields of their group',
      { type: 'nested', itemsAt: 'locations', carry: { organizationId: 'id', name: 'about.name' } },
      [
        { id: 1, about: { name: 'A' }, locations: [{ id: 10, name: 'x' }, { id: 11 }] },
        { id: 2, locations: null },
      ],
      [
        { id: 10, name: 'A', organizationId: 1 },
        { id: 11, name: 'A', organizationId: 1 },
      ],
    ],
  ])('%s', (_what, source, body, rows) => {
    expect(rowsOf(source, body).rows).toEqual(rows);
  });

  test('hostile keys stay data', () => {
    const [first = {}] = rowsOf({ type: 'one' }, HOSTILE).rows as readonly object[];
    expect(Object.keys(first)).toEqual(['__proto__', 'constructor']);
    const rows = rowsOf({ type: 'object-map' }, HOSTILE).rows as readonly Json[];
    expect(rows).toEqual([
      { a: 1, key: '__proto__' },
      { value: 2, key: 'constructor' },
    ]);
    const [row = {}] = rowsOf({ type: 'table' }, { columns: ['__proto__'], rows: [[{ a: 1 }]] })
      .rows as readonly object[];
    expect(Object.keys(row)).toEqual(['__proto__']);
    const [flat = {}] = rowsOf({ type: 'json-api' }, [{ id: '1', attributes: HOSTILE }]).rows as readonly object[];
    expect(Object.keys(flat)).toEqual(['id', '__proto__', 'constructor']);
    expect('a' in flat).toBe(false);
  });

  test('groups are counted as the source counts them', () => {
    expect(rowsOf({ type: 'nested', itemsAt: 'a' }, [{ a: [] }, { a: [] }])).toEqual({ rows: [], entries: 2 });
  });

  test.each<[object, Json, string]>([
    [{ type: 'list' }, { id: 1 }, 'the answer is an object with the keys id'],
    [{ type: 'one' }, [], 'the answer is a list'],
    [{ type: 'object-map' }, [], 'the answer is a list'],
    [{ type: 'json-api' }, 'text', 'the answer is a string'],
    [{ type: 'table' }, { columns: [] }, 'an object with the keys columns'],
    [{ type: 'nested', itemsAt: 'a' }, {}, 'an object with the keys (none)'],
    [{ type: 'wrapped', key: 'a' }, null, 'the answer is null'],
  ])('%j does not read %j', (source, body, message) => {
    expect(thrown(() => rowsOf(source, body))).toMatchObject({ code: 'ERR_RECORDS_NOT_FOUND' });
    expect(() => rowsOf(source, body)).toThrow(message);
  });

  test('what was found at each place is told', () => {
    expect(() => rowsOf({ type: 'list' }, { a: { b: 1 }, c: 5 }, ['a', 'c', 'd'])).toThrow(
      'GET /v2/things: no records of the given shape at "a" (an object), "c" (a number), "d"; the answer is',
    );
  });

  test.each<[object, Json, string]>([
    [
      { type: 'wrapped', key: 'ticket' },
      [{ ticket: {} }, { Ticket: {} }],
      'row 2 of the answer has no key "ticket"; it has Ticket',
    ],
    [{ type: 'wrapped', key: 'ticket' }, [{ ticket: 5 }], 'row 1 of the answer is a number'],
    [{ type: 'table' }, { columns: ['a'], rows: [[1, 2]] }, 'row 1 of the answer has 2 values for 1 columns'],
    [{ type: 'table' }, { columns: ['a'], rows: [{ a: 1 }] }, 'row 1 of the answer has no list of values'],
    [{ type: 'table' }, { columns: ['a', 'a'], rows: [] }, 'column 2 of the answer is called "a" like one before it'],
    [{ type: 'table' }, { columns: [{ nam: 'a' }], rows: [] }, 'column 1 of the answer has no name'],
    [
      { type: 'nested', itemsAt: 'items' },
      [{ items: [] }, { item: [] }],
      'group 2 of the answer has no list at "items"',
    ],
    [{ type: 'nested', itemsAt: 'items' }, [{ items: [7] }], 'row 1 of the answer is a number'],
    [{ type: 'json-api' }, [7], 'row 1 of the answer is a number'],
  ])('%j refuses a broken row in %j', (source, body, message) => {
    expect(thrown(() => rowsOf(source, body))).toMatchObject({ code: 'ERR_RECORD_INVALID' });
    expect(() => rowsOf(source, body)).toThrow(`GET /v2/things: ${message}`);
  });
});
