import { search } from '@jmespath-community/jmespath';
import { ConfigError, TransformError } from '../../src/core/errors.ts';
import { compileExpression } from '../../src/core/expression.ts';
import type { Json } from '../../src/core/record.ts';
import { thrown } from './thrown.ts';

const RECORD = {
  id: 7,
  name: 'Ada Łovelace',
  none: null,
  empty: [],
  'odd key': { 'a.b': 1 },
  tags: ['b', 'a', 'c'],
  counts: [3, 1, 2],
  client: { id: 12, site: { name: 'Main' } },
  lines: [
    { sku: 'A', price: 5, qty: 2, kind: 'x', parts: [{ n: 1 }, { n: 2 }] },
    { sku: 'B', price: 3, qty: 1, kind: 'y', parts: [] },
    { sku: 'C', price: 9, qty: 4, kind: 'x', parts: [{ n: 3 }] },
  ],
  matrix: [[1, 2], [3], 4],
} satisfies Json;

/** Expressions on which the library is right; ours must agree with it. */
const AGREED = [
  '@',
  '$',
  'id',
  'client.site.name',
  'client.site.nowhere',
  'client.nowhere.name',
  '"odd key"."a.b"',
  'lines[0].sku',
  'lines[-1].sku',
  'lines[9].sku',
  'lines[*].sku',
  'lines[].parts[].n',
  'lines[*].parts[*].n',
  'lines[*].parts[0].n',
  "lines[?kind=='x'].price | [0]",
  'lines[?price > `4` && qty < `4`].sku',
  'lines[?price >= `5` || sku == `"B"`].sku',
  'lines[?!parts].sku',
  'lines[*].{s: sku, total: price * qty}',
  'lines[*].[sku, nowhere]',
  'lines[1:].sku',
  'lines[::-1].sku',
  'tags[:2]',
  'tags[-2:]',
  'tags[::2]',
  'tags[5:1:-2]',
  'name[:3]',
  'name[::-1]',
  'matrix[]',
  'matrix[*][0]',
  'client.*',
  'client.*.name',
  '*.id',
  'id == `7`',
  'client == `{"site": {"name": "Main"}, "id": 12}`',
  'id != `8`',
  "name == 'x'",
  "name > 'A'",
  '!none',
  'nowhere || name',
  'nowhere && name',
  "id && 'yes'",
  "id == `7` ? 'seven' : 'other'",
  'id + `1`',
  'id - `1`',
  'id * `2` / `4`',
  'id // `2`',
  'id % `4`',
  '-id',
  '+id',
  'let $x = id in lines[*].[$x, sku]',
  'let $x = id, $y = name in {a: $x, b: $y}',
  'lines[?price > $.counts[0]].sku',
  'abs(`-3`)',
  'avg(counts)',
  'avg(empty)',
  'ceil(`1.2`)',
  'floor(`1.8`)',
  "contains(tags, 'a')",
  "contains(name, 'Ada')",
  "ends_with(name, 'lace')",
  "starts_with(name, 'Ada')",
  "find_first(name, 'a')",
  "find_last(name, 'a')",
  "find_first(name, 'a', `3`)",
  "find_first(name, 'zz')",
  'from_items(items(client))',
  'group_by(lines, &kind)',
  'items(client)',
  "join(', ', tags)",
  'keys(client)',
  'length(name)',
  'length(lines)',
  'length(client)',
  'lower(name)',
  'upper(name)',
  'map(&price, lines)',
  'map(&nowhere, lines)',
  'max(counts)',
  'max(tags)',
  'max(empty)',
  'max_by(lines, &price).sku',
  'min(counts)',
  'min_by(lines, &price).sku',
  'merge(client, `{"id": 1}`)',
  'not_null(none, nowhere, id)',
  "pad_left('7', `3`, '0')",
  "pad_right('7', `3`)",
  "replace(name, 'a', 'o')",
  "replace(name, 'a', 'o', `1`)",
  'reverse(tags)',
  'reverse(name)',
  'sort(tags)',
  'sort(empty)',
  'sort_by(lines, &price)[*].sku',
  'sort_by(lines, &sku)[*].price',
  "split('a-b-c', '-')",
  "split('a-b-c', '-', `1`)",
  'sum(counts)',
  'sum(lines[*].price)',
  'to_array(id)',
  'to_array(tags)',
  "to_number('12.5')",
  "to_number('x')",
  'to_string(client)',
  'to_string(name)',
  "trim('  a b ')",
  "trim_left('  a ')",
  "trim_right('xax', 'x')",
  'type(none)',
  'type(lines)',
  'values(client)',
  'zip(tags, counts)',
  "lines[?contains(['A', 'B'], sku)] | length(@)",
  'lines[*].parts[] | [?n > `1`].n | sum(@)',
];

describe('compileExpression', () => {
  test.each(AGREED)('agrees with the library on %s', (expression) => {
    expect(compileExpression(expression)(RECORD) ?? null).toEqual(search(RECORD, expression));
  });

  test.each([
    ['sort(@)', [10, 9, 1], [1, 9, 10]],
    [
      'max_by(@, &a).b',
      [
        { a: 'x', b: 1 },
        { a: 'y', b: 2 },
      ],
      2,
    ],
    ['contains(@, `{"a": 1}`)', [{ a: 1 }], true],
    ["to_number('')", {}, undefined],
    ['keys(a)', { a: { expref: true } }, ['expref']],
    ["pad_left('', `2`, '0')", {}, '00'],
  ] satisfies [string, Json, Json | undefined][])(
    'does right where the library does not: %s',
    (expression, root, result) => {
      expect(compileExpression(expression)(root)).toEqual(result);
    },
  );

  test.each([
    ['none', null],
    ['client.nowhere', undefined],
    ['none.below', undefined],
    ['lines[0].nowhere', undefined],
    ['lines[9]', undefined],
    ['nowhere || none', null],
    ['none || nowhere', undefined],
    ['nowhere || `null`', null],
    ['lines[?sku==`"Z"`]', []],
    ["lines[?sku=='Z'] | [0]", undefined],
    ['max(empty)', undefined],
    ['[nowhere]', [null]],
    ['{a: nowhere}', { a: null }],
  ] satisfies [string, Json | undefined][])('tells missing from null: %s', (expression, result) => {
    expect(compileExpression(expression)(RECORD)).toEqual(result);
  });

  test.each([
    'constructor',
    'toString',
    '__proto__',
    '"__proto__"',
    'hasOwnProperty',
    'client.constructor',
    'client.constructor.name',
    'tags.length',
    'name.length',
    'lines[0].constructor',
    'client | constructor',
    '{a: id} | constructor',
    'client.*.constructor | [0]',
    'merge(client) | "__proto__"',
    'lines[?constructor] | [0]',
    'nowhere || valueOf',
  ])('never sees a prototype: %s', (expression) => {
    expect(compileExpression(expression)(RECORD)).toBeUndefined();
  });

  test.each(['__proto__', 'constructor', 'toString'])('reads "%s" where the record has it itself', (key) => {
    const record = JSON.parse(`{ "a": { "${key}": { "x": 1 } } }`) as Json;
    expect(compileExpression(`a.${key}.x`)(record)).toBe(1);
    expect(compileExpression(`a | ${key}.x`)(record)).toBe(1);
  });

  test.each(['merge(a, b)', '{"__proto__": a."__proto__"}', 'from_items(items(a))', 'group_by(c, &k)'])(
    'sets no prototype: %s',
    (expression) => {
      const record = JSON.parse('{"a":{"__proto__":{"p":1}},"b":{},"c":[{"k":"__proto__"}]}') as Json;
      const result = compileExpression(expression)(record) as object;
      expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
      expect(Object.hasOwn(result, '__proto__')).toBe(true);
      expect(({} as { p?: unknown }).p).toBeUndefined();
    },
  );

  test.each([
    ['', 1, 'is empty'],
    ['a..b', 3, 'unexpected token'],
    ['a b', 3, 'unexpected token'],
    ['a.b.', 5, 'unexpected end'],
    ['[a', 3, 'unexpected end'],
    ['lines[?a == `1`', 16, 'unexpected end'],
    ['[a,]', 4, 'unexpected token'],
    ['a #', 3, 'unknown character'],
    ['a == "b', 6, 'unexpected end'],
    ['let $x = a', 11, 'unexpected end'],
  ])('names the position of a fault: %s', (expression, position, reason) => {
    const details = { position };
    expect(() => compileExpression(expression)).toThrow(reason);
    expect(thrown(() => compileExpression(expression))).toMatchObject({ code: 'ERR_EXPRESSION', details });
  });

  test.each([
    ['lenght(a)', 'there is no function lenght() (did you mean "length"?)'],
    ['constructor(a)', 'there is no function constructor()'],
    ['length(a, b)', 'length() takes 1 argument, not 2'],
    ["split('a')", 'split() takes 2 to 3 arguments, not 1'],
    ['sort_by(a, b)', 'write "&" before it'],
    ['&a', '"&" stands only before an argument'],
    ['a = b', 'compare with "=="'],
    ['let $total = a in $totl', 'did you mean "total"?'],
    ['a'.repeat(4097), 'at most 4096'],
  ])('refuses while compiling: %s', (expression, message) => {
    expect(() => compileExpression(expression)).toThrow(ConfigError);
    expect(() => compileExpression(expression)).toThrow(message);
  });

  test.each([
    ['length(id)', 'argument 1 of length() must be text or list or object, not number'],
    ['sum(tags)', 'must be list of numbers'],
    ['client-id', 'a key with a dash in it stands in double quotes'],
    ['id / `0`', 'division by zero'],
    ["pad_left('a', `-1`)", '0 or more'],
    ['sort_by(lines, &parts)', 'cannot order items by array'],
  ])('fails one record, not the configuration: %s', (expression, message) => {
    const find = compileExpression(expression);
    expect(() => find(RECORD)).toThrow(TransformError);
    expect(() => find(RECORD)).toThrow(message);
  });

  test.each([
    ["pad_left('a', `900000000`)"],
    [Array(40).fill('[@, @][]').join(' | ')],
    [Array(40).fill('[@, @]').join(' | ')],
    [Array(40).fill("join('x', [to_string(@), to_string(@)])").join(' | ')],
    [`to_string(${Array(40).fill('[@, @]').join(' | ')})`],
    ["find_last(text, join('', [text, 'b']))"],
    [`replace(@.text, 'a', '${'b'.repeat(3000)}')`],
    [
      `let $x = ${Array(40).fill('{a: @, b: @}').join(' | ')}, $y = ${Array(40).fill('{a: @, b: @}').join(' | ')} in $x == $y`,
    ],
  ])('stops what would eat time or memory: %.60s', (expression) => {
    const find = compileExpression(expression);
    expect(() => find({ text: 'a'.repeat(100_000) })).toThrow('too much work or memory');
  });

  test('trims a long run of spaces in linear time', () => {
    // A trim that tries every space would take minutes.
    const text = `a${' '.repeat(1_000_000)}b`;
    expect(compileExpression('trim(@)')(text)).toBe(text);
  });

  test.each(['(', '!', '[', '{a:', '&', '-', 'a.', 'a[?'])('survives four thousand of "%s"', (opener) => {
    expect(() => compileExpression(opener.repeat(Math.floor(4000 / opener.length)))).toThrow(ConfigError);
  });

  test('refuses a result that is nested too deep, and reads past deep records', () => {
    const text = '[['.repeat(25_000) + ']]'.repeat(25_000);
    const deep = JSON.parse(text) as Json;
    expect(() => compileExpression('[@]')(deep)).toThrow(TransformError);
    expect(() => compileExpression('to_string(@)')(deep)).toThrow(TransformError);
    expect(() => compileExpression('a == b')({ a: deep, b: JSON.parse(text) as Json })).toThrow(TransformError);
    expect(compileExpression('a')({ a: deep })).toBe(deep);
  });
});
