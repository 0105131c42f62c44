import { describe, expect, test } from '@jest/globals';
import type { DataRecord } from '../../src/core/record.ts';
import {
  copy,
  data,
  has,
  hasNot,
  key,
  map,
  move,
  node,
  part,
  pattern,
  type Row,
  runImported,
  set,
  valueIs,
} from './alumio-rows.ts';

/** Imports steps as one saved transformer, and runs what it became. */
async function run(steps: readonly object[], input: DataRecord): Promise<readonly DataRecord[]> {
  return (await runImported(steps, input)).output;
}

const accessorMap = (accessor: object, ...mappers: object[]) => part('value-mapper', { accessor, mappers });
const operate = (operator: string) => part('operator', { operator });

const PLACEHOLDERS: readonly Row[] = [
  ['one placeholder keeps its type', [set(['n', '&{a.b}'])], { a: { b: 7 } }, { a: { b: 7 }, n: 7 }],
  ['an array is passed whole', [set(['n', '&{a}'])], { a: [1, { x: 2 }] }, { a: [1, { x: 2 }], n: [1, { x: 2 }] }],
  [
    'among text true is 1, false and null are nothing',
    [set(['n', 'a&{t}|?{f}|?{z}'])],
    { t: true, f: false, z: null },
    { t: true, f: false, z: null, n: 'a1||' },
  ],
  ['a missing optional one is null', [set(['n', '?{a.b}'])], { id: 1 }, { id: 1, n: null }],
  ['a literal that is no JSON is a text', [set(['n', '&{a || `none`}'])], { id: 1 }, { id: 1, n: 'none' }],
  ['an empty literal is an empty text', [set(['n', '&{a || ``}'])], { id: 1 }, { id: 1, n: '' }],
  ['a literal list', [set(['n', '&{a || `[]`}'])], { id: 1 }, { id: 1, n: [] }],
  [
    'digits after a dot are a place',
    [set(['n', '&{a.1.sku}'])],
    { a: [{}, { sku: 'B' }] },
    { a: [[], { sku: 'B' }], n: 'B' },
  ],
  ['a quoted digit is a place, too', [set(['n', '&{a."0"}'])], { a: ['x'] }, { a: ['x'], n: 'x' }],
  [
    'a filter',
    [set(['n', "&{prices[?c=='EUR'].v | [0]}"])],
    {
      prices: [
        { c: 'USD', v: 1 },
        { c: 'EUR', v: 2 },
      ],
    },
    {
      prices: [
        { c: 'USD', v: 1 },
        { c: 'EUR', v: 2 },
      ],
      n: 2,
    },
  ],
  ['a comparison', [set(['n', '&{a == b}'])], { a: 1, b: 1 }, { a: 1, b: 1, n: true }],
  ['comparing what has no order is false', [set(['n', '&{a > `1`}'])], { a: 'x' }, { a: 'x', n: false }],
  ['an empty array is an object, too', [set(['n', '&{a.*.b}'])], { a: {} }, { a: [], n: [] }],
  ['also for functions', [set(['n', '&{keys(a)}'])], { a: [] }, { a: [], n: [] }],
  [
    'an array that begins with 0 is a list, also with a gap',
    [part('value-remover', { patterns: [{ key: 'l.1' }] }), set(['n', "&{l[?k=='c'].k | [0]}"], ['all', '&{l}'])],
    { l: [{ k: 'a' }, { k: 'b' }, { k: 'c' }] },
    { l: { 0: { k: 'a' }, 2: { k: 'c' } }, n: 'c', all: { 0: { k: 'a' }, 2: { k: 'c' } } },
  ],
  [
    'and with other keys beside its items',
    [set(['l.name', 'x'], ['n', '&{l[0].k}-&{l.name}'])],
    { l: [{ k: 'a' }] },
    { l: { 0: { k: 'a' }, name: 'x' }, n: 'a-x' },
  ],
  ['a decimal among text has 14 digits', [set(['n', 'at &{a}'])], { a: 65.5 * 1.1 }, { a: 65.5 * 1.1, n: 'at 72.05' }],
  ['a variable', [set(['n', '${CURRENCY}'])], { id: 1 }, { id: 1, n: 'EUR' }],
  ['inside lists and objects', [set(['n', { a: ['&{id}', 'x'] }])], { id: 1 }, { id: 1, n: { a: [1, 'x'] } }],
  ['a key with a placeholder', [set(['by.&{sku}', 1])], { sku: 'A' }, { sku: 'A', by: { A: 1 } }],
];

const ARRAYS: readonly Row[] = [
  ['an empty object becomes an empty list', [set(['n', 1])], { o: {} }, { o: [], n: 1 }],
  [
    'a removed item leaves a gap, and the list becomes an object',
    [part('value-remover', { patterns: [{ key: 'l.0' }] })],
    { l: ['a', 'b'] },
    { l: { 1: 'b' } },
  ],
  [
    'values close the gap',
    [part('value-remover', { patterns: [{ key: 'l.0' }] }), map('l', part('list-values'))],
    { l: ['a', 'b'] },
    { l: ['b'] },
  ],
  ['what is emptied stays as an empty list', [move('a.b', 'c')], { a: { b: 1 } }, { a: [], c: 1 }],
  [
    'every item gets its own place',
    [move('l.*', 'l.$1.name')],
    { l: ['a', 'b'] },
    { l: [{ name: 'a' }, { name: 'b' }] },
  ],
  [
    'keys change places',
    [move('v.*.*', 'v.$2.$1')],
    { v: { a: { x: 1 }, b: { x: 2 } } },
    { v: { a: [], b: [], x: { a: 1, b: 2 } } },
  ],
  ['all fields go into an object', [move('*', 'o.$1')], { a: 1, b: 2 }, { o: { a: 1, b: 2 } }],
  [
    'two stars beside each other keep the order of the source',
    [move('l.*.m.*', 'r.$1$2'), map('r', part('list-values'))],
    { l: [{ m: ['a', 'b'] }, { m: ['c', 'd'] }] },
    { l: [{ m: [] }, { m: [] }], r: ['a', 'b', 'c', 'd'] },
  ],
  ['a quoted key has dots', [move('v."a.b"', 'c')], { v: { 'a.b': 1 } }, { v: [], c: 1 }],
  [
    'what a star stood for may have dots',
    [copy('v.*', 'w.$1')],
    { v: { 'a.b': 1 } },
    { v: { 'a.b': 1 }, w: { 'a.b': 1 } },
  ],
  ['a set of letters', [copy('status.[ao]k', 'r')], { status: { ok: 1, nk: 2 } }, { status: { ok: 1, nk: 2 }, r: 1 }],
  ['one letter', [copy('p.?d', 'r')], { p: { id: 1 } }, { p: { id: 1 }, r: 1 }],
  [
    'a key beside the items of a list',
    [
      copy('g.*.*.v', 'g.$1.values.$2.name'),
      copy('g.*.*.n', 'g.$1.name'),
      map('g.*', part('list-intersect-keys', { array: { name: true, values: true } })),
    ],
    { g: { s: [{ n: 's', v: 1 }] } },
    { g: { s: { values: [{ name: 1 }], name: 's' } } },
  ],
  [
    'the last value wins',
    [move('*.scope', 'channel')],
    { a: { scope: 'x' }, b: { scope: 'y' } },
    { a: [], b: [], channel: 'y' },
  ],
];

const ACCESSORS: readonly Row[] = [
  [
    'object to list',
    [
      part('accessor-move', {
        source: key('labels'),
        destination: part('structure', { root: 'l', key: 'locale', value: 'text', keys: [] }),
        stripEnclosures: true,
      }),
    ],
    { labels: { en: 'Pen' } },
    { labels: [], l: [{ locale: 'en', text: 'Pen' }] },
  ],
  [
    'list to object, whole items',
    [
      node(
        key('v'),
        part('accessor-move', {
          source: part('structure', { key: 'k', keys: [], value: '""' }),
          destination: key(),
          stripEnclosures: true,
        }),
      ),
    ],
    {
      v: {
        a: [
          { k: 'x', n: 1 },
          { k: 'y', n: 2 },
        ],
      },
    },
    { v: { a: { x: { k: 'x', n: 1 }, y: { k: 'y', n: 2 } } } },
  ],
  [
    'list to object, values',
    [part('accessor-copy', { source: part('structure', { root: 'l', key: 'k', value: 'v' }), destination: key('o') })],
    { l: [{ k: 'a', v: 1 }] },
    { l: [{ k: 'a', v: 1 }], o: { a: 1 } },
  ],
  [
    'in its own place',
    [
      part('accessor-move', {
        source: key('c'),
        destination: part('structure', { root: 'c', key: 'key', value: 'value' }),
      }),
    ],
    { c: { a: 1, b: 2 } },
    {
      c: [
        { key: 'a', value: 1 },
        { key: 'b', value: 2 },
      ],
    },
  ],
  [
    'everything under one key',
    [part('accessor-move', { source: key(), destination: key('product') })],
    { a: 1, b: [2] },
    { product: { a: 1, b: [2] } },
  ],
  [
    'some keys, those that are there',
    [part('accessor-move', { source: key(undefined, 'a', 'z'), destination: key('_config') })],
    { a: 1, b: 2 },
    { b: 2, _config: { a: 1 } },
  ],
  [
    'a list gets numbers for keys',
    [
      part('accessor-move', {
        source: key('c'),
        destination: part('structure', { root: 'c', key: 'i', value: 'code' }),
      }),
    ],
    { c: ['x'] },
    { c: [{ i: 0, code: 'x' }] },
  ],
  [
    'nothing there, nothing made',
    [
      part('accessor-move', {
        source: key('c'),
        destination: part('structure', { root: 'c', key: 'i', value: 'code' }),
      }),
    ],
    { id: 1 },
    { id: 1 },
  ],
];

const MAPPERS: readonly Row[] = [
  [
    'dictionary, exactly',
    [
      map(
        's',
        part('dictionary-map', {
          map: [
            [true, 'ON'],
            [false, 'OFF'],
          ],
          comparator: 'equals',
        }),
      ),
    ],
    { s: true },
    { s: 'ON' },
  ],
  [
    'dictionary leaves what is not in it',
    [map('s', part('dictionary-map', { map: [[1, 'one']] }))],
    { s: '1' },
    { s: '1' },
  ],
  [
    'dictionary, adaptive',
    [map('s', part('dictionary-map', { map: [[1, 'one']], comparator: 'equals-adaptive' }))],
    { s: '1' },
    { s: 'one' },
  ],
  ['replace', [map('s', part('string-replace', { search: ' ', replace: '-' }))], { s: 'a b c' }, { s: 'a-b-c' }],
  ['replace by nothing', [map('s', part('string-replace', { search: 'gid/' }))], { s: 'gid/7' }, { s: '7' }],
  ['append makes a text', [map('s', part('string-append', { append: '-1' }))], { s: 7 }, { s: '7-1' }],
  ['prepend', [map('s', part('string-prepend', { prepend: '#' }))], { s: 'a' }, { s: '#a' }],
  ['upper first', [map('s', part('string-upper-first'))], { s: 'éa' }, { s: 'Éa' }],
  ['cut', [map('s', part('string-cut', { start: 1, length: 2 }))], { s: 'abcd' }, { s: 'bc' }],
  ['hash', [map('s', part('string-hash', { algo: 'md5' }))], { s: 'abc' }, { s: '900150983cd24fb0d6963f7d28e17f72' }],
  ['cast a decimal to string', [map('s', part('cast-string'))], { s: 0.1 + 0.2 }, { s: '0.3' }],
  ['cast a small one to string', [map('s', part('cast-string'))], { s: 0.00001 }, { s: '1.0E-5' }],
  ['cast true to string', [map('s', part('cast-string'))], { s: true }, { s: '1' }],
  ['cast false to string', [map('s', part('cast-string'))], { s: false }, { s: '' }],
  ['cast text to float', [map('s', part('cast-float'))], { s: '1.50 kg' }, { s: 1.5 }],
  ['cast text to int', [map('s', part('cast-int'))], { s: '7.9' }, { s: 7 }],
  ['implode', [map('s', part('list-implode', { glue: ', ' }))], { s: ['a', 1, true] }, { s: 'a, 1, 1' }],
  ['implode leaves a text', [map('s', part('list-implode', { glue: ', ' }))], { s: 'a' }, { s: 'a' }],
  ['concat', [map('s', part('list-concat', { glue: ' / ' }))], { s: { x: 'a', y: 'b' } }, { s: 'a / b' }],
  ['count', [map('s', part('list-count'))], { s: { a: 1, b: 2 } }, { s: 2 }],
  [
    'keys that are numbers are numbers',
    [map('s', part('list-keys'))],
    { s: { 42: 1, a: 1, '07': 1 } },
    { s: [42, 'a', '07'] },
  ],
  ['reverse', [map('s', part('list-reverse'))], { s: [1, 2] }, { s: [2, 1] }],
  [
    'fill, as often as the value says',
    [map('n', part('list-fill', { start: '0', length: '&{@}' }))],
    { n: 3 },
    { n: [3, 3, 3] },
  ],
  ['hash by crc32b', [map('s', part('string-hash', { algo: 'crc32b' }))], { s: 'abc' }, { s: '352441c2' }],
  ['fill', [map('s', part('list-fill', { start: 0, length: 2 }))], { s: 'a' }, { s: ['a', 'a'] }],
  [
    'intersect keys',
    [map('s', part('list-intersect-keys', { array: { a: 1 } }))],
    { s: { b: 1, a: 2 } },
    { s: { a: 2 } },
  ],
  ['extend', [map('s', part('list-extend-with', { array: ['c'] }))], { s: ['a'] }, { s: ['a', 'c'] }],
  [
    'json there and back',
    [map('s', part('serialize-json'), part('deserialize-json'))],
    { s: { a: [1] } },
    { s: { a: [1] } },
  ],
  [
    'merge',
    [set(['m', ['&{a || `[]`}', '&{b || `[]`}'], part('operator', { operator: 'array-merge' })])],
    { a: [1], b: [2, 3] },
    { a: [1], b: [2, 3], m: [1, 2, 3] },
  ],
  ['merge of one', [map('m', part('operator', { operator: 'array-merge' }))], { m: [[1], [2]] }, { m: [1, 2] }],
  [
    'multiplication',
    [set(['m', ['&{a}', '&{b}'], part('operator', { operator: 'multiplication' })])],
    { a: '2.5', b: 4 },
    { a: '2.5', b: 4, m: 10 },
  ],
  ['number', [map('s', part('format-number', { decimals: 2, decimalPoint: ',' }))], { s: 1.005 }, { s: '1,01' }],
  ['date', [map('s', part('format-date', { toFormat: 'd-m-Y' }))], { s: '2025-03-01T10:00:00Z' }, { s: '01-03-2025' }],
];

const STEPS: readonly Row[] = [
  [
    'key-mapper',
    [
      part('key-mapper', {
        accessor: key(),
        mappers: [part('dictionary-map', { map: [['parent', 'parentCode']], comparator: 'equals' })],
        stripEnclosures: true,
      }),
    ],
    { parent: 'A', id: 1 },
    { parentCode: 'A', id: 1 },
  ],
  [
    'key-mapper on the record, whose key takes the place of another',
    [
      part('key-mapper', {
        mappers: [part('dictionary-map', { map: [['groups', 'lines']], comparator: 'equals' })],
        accessor: pattern(),
        stripEnclosures: true,
      }),
    ],
    { lines: { x: 1 }, id: 7, groups: ['a'] },
    { lines: ['a'], id: 7 },
  ],
  [
    'filters on the record',
    [
      part('key-filter', { accessor: pattern(), conditions: [part('one-of', { value: ['a'] })] }),
      part('value-filter', { accessor: pattern(), conditions: [part('equals', { value: null })] }),
    ],
    { a: 1, b: 2, c: null },
    { b: 2 },
  ],
  [
    'everything in the record goes along',
    [part('accessor-move', { source: pattern(), destination: key('inner'), stripEnclosures: true })],
    { a: 1, b: 2 },
    { inner: { a: 1, b: 2 } },
  ],
  [
    'key-mapper on a list',
    [
      node(
        key('l'),
        part('key-mapper', { accessor: key(), mappers: [part('dictionary-map', { map: [['0', 'temp']] })] }),
      ),
    ],
    { l: [['a']] },
    { l: [{ temp: 'a' }] },
  ],
  [
    'key-filter without conditions',
    [part('key-filter', { accessor: key('product', 'description'), conditions: [] })],
    { product: { description: 'x', id: 1 } },
    { product: { id: 1 } },
  ],
  [
    'value-filter',
    [
      part('value-filter', {
        accessor: key(),
        conditions: [
          part('logic-or', { conditions: [part('equals', { value: [] }), part('equals', { value: null })] }),
        ],
      }),
    ],
    { a: {}, b: null, c: 0, d: '' },
    { c: 0, d: '' },
  ],
  [
    'list-mapper on the record',
    [part('list-mapper', { accessor: pattern(), mappers: [part('list-intersect-keys', { array: { id: 1 } })] })],
    { id: 1, x: 2 },
    { id: 1 },
  ],
  [
    'list-mapper on children',
    [part('list-mapper', { accessor: key('l'), mappers: [part('list-values')] })],
    { l: { 3: 'a' } },
    { l: ['a'] },
  ],
  [
    'group-by',
    [part('group-by', { path: 'name', pattern: 'l.*', destination: 'g' })],
    {
      l: [
        { name: 'a', v: 1 },
        { name: 'a', v: 2 },
      ],
    },
    {
      l: [
        { name: 'a', v: 1 },
        { name: 'a', v: 2 },
      ],
      g: {
        a: [
          { name: 'a', v: 1 },
          { name: 'a', v: 2 },
        ],
      },
    },
  ],
  [
    'operator',
    [part('operator', { left: 'a', right: 'b', operator: 'array-merge' })],
    { a: [1], b: [2] },
    { a: [1, 2], b: [2] },
  ],
  [
    'convert-to-array',
    [part('convert-to-array', { pattern: 'l', recursive: false })],
    { l: { sku: 'A' } },
    { l: [{ sku: 'A' }] },
  ],
  [
    'recursively',
    [part('recursively-copy-values-to-children', { mergeTemplate: { c: '&{c}' }, childrenPattern: 'l.*' })],
    { c: 1, l: [{ l: [{ id: 3 }] }] },
    { c: 1, l: [{ c: 1, l: [{ id: 3, c: 1 }] }] },
  ],
  [
    'merger',
    [part('merger', { template: { r: '&{@}' }, transformer: set(['n', 2]) })],
    { id: 1 },
    { id: 1, r: { id: 1, n: 2 } },
  ],
  [
    'nodes that are refused leave a gap',
    [
      part('node', {
        accessor: key('l'),
        nodeFilters: [valueIs('c', part('one-of', { value: ['x'] }))],
        nodeTransformers: [],
      }),
    ],
    { l: [{ c: 'y' }, { c: 'x' }, {}] },
    { l: { 1: { c: 'x' } } },
  ],
  [
    'a node may be a plain value, which steps on its keys leave as it is',
    [
      node(
        pattern('lines.*'),
        part('list-mapper', { accessor: key(), mappers: [part('list-keys')] }),
        part('key-filter', { accessor: key('', 'x'), conditions: [] }),
        node(pattern('deep.*'), move('a', 'b')),
      ),
    ],
    { lines: ['a', { x: 1, y: 2 }, null] },
    { lines: ['a', ['x', 'y'], null] },
  ],
  [
    'a node may be a list',
    [node(pattern('l'), part('list-mapper', { accessor: pattern(), mappers: [part('list-reverse')] }))],
    { l: [1, 2] },
    { l: [2, 1] },
  ],
  [
    'brancher',
    [part('brancher', { pattern: 'l.*', entityType: 'x' })],
    { l: { b: { id: 1 }, a: { id: 2 } } },
    { id: 1 },
    { id: 2 },
  ],
  [
    'wrapper',
    [data(part('list-transformer-wrapper', { transformers: [node(key('l'), set(['n', 1]))] }))],
    { l: [{}] },
    { l: [{ n: 1 }] },
  ],
  ['a filter drops', [part('data', { filters: [has('x')], transformers: [] })], { id: 1 }],
  [
    'a filter keeps',
    [part('data', { filters: [hasNot('x')], transformers: [set(['n', 1])] })],
    { id: 1 },
    { id: 1, n: 1 },
  ],
];

const conditional = (...filters: object[]) =>
  part('conditional', {
    filters,
    transformers: [set(['r', 'then'])],
    elseCases: [{ filter: has('second'), transformer: set(['r', 'second']) }],
    elseTransformers: [set(['r', 'else'])],
  });

const CONDITIONS: readonly (readonly [title: string, filters: readonly object[], input: DataRecord, branch: string])[] =
  [
    ['null is there', [has('a')], { a: null }, 'then'],
    ['a missing path holds in no condition', [valueIs('a', part('not-equals', { value: 1 }))], { b: 1 }, 'else'],
    ['not even in "empty"', [valueIs('a', part('empty'))], { b: 1 }, 'else'],
    ['equals is strict', [valueIs('a', part('equals', { value: 1 }))], { a: '1' }, 'else'],
    ['adaptive is not', [valueIs('a', part('equals-adaptive', { value: 1 }))], { a: '1' }, 'then'],
    ['an empty object equals an empty list', [valueIs('a', part('equals', { value: [] }))], { a: {} }, 'then'],
    ['one of', [valueIs('a', part('one-of', { value: [true, 1] }))], { a: true }, 'then'],
    ['zero as text is empty', [valueIs('a', part('empty'))], { a: '0' }, 'then'],
    ['a strict list', [valueIs('a', part('type-array', { strict: true }))], { a: { x: 1 } }, 'else'],
    ['any array', [valueIs('a', part('type-array', { strict: false }))], { a: { x: 1 } }, 'then'],
    ['a numeric text', [valueIs('a', part('type-numeric'))], { a: '1e3' }, 'then'],
    ['all filters have to hold', [has('a'), has('b')], { a: 1 }, 'else'],
    ['or', [part('or-condition', { filters: [has('x'), has('a')] })], { a: 1 }, 'then'],
    [
      'and inside or',
      [
        part('or-condition', {
          filters: [
            part('and-condition', { filters: [has('a'), valueIs('a', part('equals', { value: 2 }))] }),
            hasNot('a'),
          ],
        }),
      ],
      { a: 1 },
      'else',
    ],
    [
      'a value of a key',
      [part('value-condition-v2', { accessor: key(undefined, 'a'), conditions: [part('equals', { value: 1 })] })],
      { a: 1 },
      'then',
    ],
    ['the other case', [has('a')], { second: 1 }, 'second'],
    ['none of them', [valueIs('a', part('logic-not', { conditions: [part('type-array')] }))], { a: 'x' }, 'then'],
    [
      'none of them, but one',
      [valueIs('a', part('logic-not', { conditions: [part('type-array')] }))],
      { a: ['x'] },
      'else',
    ],
    [
      'what mappers make of it',
      [
        valueIs(
          'a',
          part('mapped-condition', {
            mappers: [part('string-upper')],
            conditions: [part('equals', { value: 'POST' })],
          }),
        ),
      ],
      { a: 'post' },
      'then',
    ],
    [
      'an email address',
      [valueIs('a', part('format-email'), part('string-length-between', { min: 6 }))],
      { a: 'e@ex.org' },
      'then',
    ],
    ['no email address', [valueIs('a', part('format-email'))], { a: 'e@@ex' }, 'else'],
    [
      'too short',
      [valueIs('a', part('format-email'), part('string-length-between', { min: 9 }))],
      { a: 'e@ex.org' },
      'else',
    ],
    ['an address', [valueIs('a', part('format-url'))], { a: 'https://ex.org/a' }, 'then'],
    ['no address', [valueIs('a', part('format-url'))], { a: 'foo' }, 'else'],
    ...[
      'number-greater-than',
      'number-greater-than-or-equals',
      'number-less-than',
      'number-less-than-or-equals',
    ].flatMap((name, index): [string, object[], DataRecord, string][] =>
      [8.5, '9', 9.5, 'x', null, [10]].map((a, at) => [
        `${name} 9 for ${JSON.stringify(a)}`,
        [valueIs('a', part(name, { value: index % 2 === 0 ? 9 : '9' }))],
        { a },
        [[2], [1, 2], [0], [0, 1]][index]?.includes(at) === true ? 'then' : 'else',
      ]),
    ),
    [
      'between two numbers',
      [
        valueIs(
          'id',
          part('logic-and', {
            conditions: [part('number-greater-than', { value: 9 }), part('number-less-than', { value: 11 })],
          }),
        ),
      ],
      { id: 10 },
      'then',
    ],
    ['a text in it', [valueIs('a', part('string-contains', { value: 'b.' }))], { a: 'ab.c' }, 'then'],
    ['a text in other case', [valueIs('a', part('string-contains', { value: 'B' }))], { a: 'abc' }, 'else'],
    ['digits in a number', [valueIs('a', part('string-contains', { value: '2' }))], { a: 123 }, 'then'],
    ['no text in an array', [valueIs('a', part('string-contains', { value: 'r' }))], { a: ['r'] }, 'else'],
    ['a text not in it', [valueIs('a', part('string-not-contains', { search: 'x' }))], { a: 'abc' }, 'then'],
    ['a beginning', [valueIs('a', part('string-starts-with', { value: 'ab' }))], { a: 'abc' }, 'then'],
    ['an end', [valueIs('a', part('string-ends-with', { value: 'ab' }))], { a: 'abc' }, 'else'],
    ['an expression', [valueIs('a', part('string-regex', { pattern: '/^A-\\d+$/i' }))], { a: 'a-12' }, 'then'],
    [
      'an expression before a last break',
      [valueIs('a', part('string-regex', { pattern: '~^a$~' }))],
      { a: 'a\n' },
      'then',
    ],
    [
      'an expression bound to the end',
      [valueIs('a', part('string-regex', { pattern: '/^a$/D' }))],
      { a: 'a\n' },
      'else',
    ],
    ['a dollar in a class', [valueIs('a', part('string-regex', { pattern: '#^[$]\\$#' }))], { a: '$$5' }, 'then'],
    ['in brackets', [valueIs('a', part('string-regex', { expression: '{^a{2}$}' }))], { a: 'aa' }, 'then'],
    ['without delimiters', [valueIs('a', part('regex', { pattern: '^a' }))], { a: 'ab' }, 'then'],
    ['no match', [valueIs('a', part('string-not-regex', { pattern: '/b/' }))], { a: 'ab' }, 'else'],
    ['a value of a list', [valueIs('a', part('list-contains', { value: 2 }))], { a: [1, 2] }, 'then'],
    ['a value of another type', [valueIs('a', part('list-contains', { value: '2' }))], { a: [1, 2] }, 'else'],
    ['a value that a list has not', [valueIs('a', part('list-not-contains', { value: 3 }))], { a: [1, 2] }, 'then'],
    ['no list', [valueIs('a', part('list-not-contains', { value: 3 }))], { a: 'x' }, 'else'],
    [
      'a match in a list',
      [valueIs('a', part('list-contains-match', { conditions: [part('type-string'), part('not-empty')] }))],
      { a: [1, 'x'] },
      'then',
    ],
    [
      'a match that a list must not have',
      [valueIs('a', part('list-not-contains-match', { conditions: [part('type-string')] }))],
      { a: [1, 'x'] },
      'else',
    ],
    [
      'one of two conditions',
      [valueIs('a', part('logic-xor', { conditions: [part('type-string'), part('not-empty')] }))],
      { a: 1 },
      'then',
    ],
    [
      'both of two conditions are too many',
      [valueIs('a', part('logic-xor', { conditions: [part('type-string'), part('not-empty')] }))],
      { a: 'x' },
      'else',
    ],
    ['JSON', [valueIs('a', part('format-json'))], { a: '{"b":1}' }, 'then'],
    ['no JSON', [valueIs('a', part('format-json'))], { a: '{b}' }, 'else'],
    ['a place in a list', [valueIs('l.0.sku', part('equals', { value: 'A' }))], { l: [{ sku: 'A' }] }, 'then'],
  ];

/** What the public documentation of Alumio shows with its outcome. */
const DOCUMENTED: readonly Row[] = [
  [
    'a value is replaced',
    [accessorMap(key(undefined, 'tax'), part('standard', { from: 'high', to: 20 }))],
    { tax: 'high' },
    { tax: 20 },
  ],
  [
    'mappers one after the other',
    [accessorMap(key(undefined, 'sku'), part('string-prepend', { prepend: 'x-' }), part('string-upper'))],
    { sku: 'tnt' },
    { sku: 'X-TNT' },
  ],
  [
    'a key in capital letters',
    [part('key-mapper', { accessor: key(undefined, 'sku'), mappers: [part('string-upper')] })],
    { sku: 'tnt' },
    { SKU: 'tnt' },
  ],
  ...(['10', '10.5', 'foo'] as const).map((given, index): Row => [
    `only numbers are cast: ${given}`,
    [
      part('conditional', {
        filters: [part('value-condition', { accessor: key(undefined, 'n'), conditions: [part('type-numeric')] })],
        transformers: [accessorMap(key(undefined, 'n'), part('cast-int'))],
      }),
    ],
    { n: given },
    { n: [10, 10, 'foo'][index] ?? null },
  ]),
  [
    'two fields are copied into an object and multiplied',
    [
      part('accessor-copy', { source: key(undefined, 'price', 'rate'), destination: key('gross') }),
      map('gross', part('list-values'), operate('multiplication')),
    ],
    { price: 65.5, rate: 1.1 },
    { price: 65.5, rate: 1.1, gross: 65.5 * 1.1 },
  ],
  ...(
    [
      ['addition', [10, 15, 2], 27],
      ['subtraction', [10, 2, 4], 4],
      ['multiplication', [3, 4, 10], 120],
      ['division', [120, 10, 4], 3],
      ['max', [12, 7, 14], 14],
      ['min', [12, 7, 14], 7],
      ['mod', [11, 2], 1],
      ['pow', [2, 3], 8],
      ['concat', ['foo', 'bar'], 'foobar'],
      ['logical-and', [true, false], false],
      ['logical-or', [true, false], true],
      ['bitwise-and', [5, 3], 1],
      [
        'array-diff',
        [
          [1, 2, 3],
          [2, 4],
        ],
        { 0: 1, 2: 3 },
      ],
      [
        'array-diff-key',
        [
          [1, 2, 3],
          [2, 3],
        ],
        { 2: 3 },
      ],
      [
        'array-intersect',
        [
          [1, 2, 3],
          [2, 4],
        ],
        { 1: 2 },
      ],
    ] as const
  ).map(([name, given, made]): Row => [name, [map('v', operate(name))], { v: given }, { v: made }]),
  [
    'an operator of two fields writes where it is told to',
    [part('operator', { left: 'a', right: 'b', operator: 'addition', destination: 'sum.ab' })],
    { a: 1, b: '2.5' },
    { a: 1, b: '2.5', sum: { ab: 3.5 } },
  ],
  [
    'a list of names and values is read like an object',
    [
      part('accessor-copy', {
        source: part('structure', { root: 'attributes', key: 'name', value: 'value' }),
        destination: key('flat'),
      }),
    ],
    {
      attributes: [
        { name: 'color', value: 'red' },
        { name: 'fuse', value: '12cm' },
      ],
    },
    {
      attributes: [
        { name: 'color', value: 'red' },
        { name: 'fuse', value: '12cm' },
      ],
      flat: { color: 'red', fuse: '12cm' },
    },
  ],
  [
    'what a star stood for goes along',
    [move('categories.*', 'archived.$1')],
    { categories: { shoes: 1, hats: 2 } },
    { categories: [], archived: { shoes: 1, hats: 2 } },
  ],
  [
    'a record of its own for each part',
    [part('brancher', { pattern: 'slideshow.slides.*' })],
    { slideshow: { slides: [{ title: 'a' }, { title: 'b' }] } },
    { title: 'a' },
    { title: 'b' },
  ],
  [
    'code works on what its source selects, and its result goes to the destination',
    [
      part('code-transformer', {
        code: 'for (const each of data) each.gross = each.net * 2;\nreturn data;',
        source: '&{products}',
        destination: 'products',
      }),
    ],
    { products: [{ net: 1 }, { net: 2 }] },
    {
      products: [
        { net: 1, gross: 2 },
        { net: 2, gross: 4 },
      ],
    },
  ],
  [
    'code without a destination makes the record anew',
    [part('code-transformer', { code: 'return { n: data.l.length };', source: '&{@}', destination: '' })],
    { l: [1, 2] },
    { n: 2 },
  ],
  [
    'single children become lists at every depth',
    [part('convert-to-array', { pattern: 'child', recursive: true })],
    { child: { id: 1, child: { id: 2 } } },
    { child: [{ id: 1, child: [{ id: 2 }] }] },
  ],
];

/** What editors leave in an export where nobody chose anything. */
const LEFTOVERS: readonly Row[] = [
  ['null for a text', [map('l', part('list-implode', { glue: null }))], { l: ['a', 'b'] }, { l: 'ab' }],
  [
    'numbers as texts',
    [map('n', part('format-number', { decimals: '2', decimalPoint: ',' }))],
    { n: 1 },
    { n: '1,00' },
  ],
  ['a number for a text', [map('n', part('string-append', { append: 1 }))], { n: 'a' }, { n: 'a1' }],
  [
    'parts that nobody chose',
    [part('data', { filters: [null], transformers: [null, map('n', null as never, part('string-upper'))] })],
    { n: 'a' },
    { n: 'A' },
  ],
  ['nothing to replace with', [map('n', part('standard', { from: 'a' }))], { n: 'a' }, { n: null }],
  [
    'one filter that is no list',
    [part('data', { filters: has('n'), transformers: [set(['m', 1])] })],
    { n: 1 },
    { n: 1, m: 1 },
  ],
];

describe.each([
  ['documented', DOCUMENTED],
  ['leftovers', LEFTOVERS],
  ['placeholders', PLACEHOLDERS],
  ['arrays', ARRAYS],
  ['accessors', ACCESSORS],
  ['mappers', MAPPERS],
  ['steps', STEPS],
] as const)('%s', (_, rows) => {
  test.each(rows.map(([title, steps, input, ...output]) => ({ title, steps, input, output })))(
    '$title',
    async ({ steps, input, output }) => {
      expect(await run(steps, input)).toEqual(output);
    },
  );
});

describe('conditions', () => {
  test.each(CONDITIONS.map(([title, filters, input, branch]) => ({ title, filters, input, branch })))(
    '$title',
    async ({ filters, input, branch }) => {
      const [result] = await run([conditional(...filters)], input);
      expect(result?.['r']).toBe(branch);
    },
  );
});

test('a strict placeholder fails where nothing, or null, is found', async () => {
  await expect(run([set(['n', '&{a.b}'])], { id: 1 })).rejects.toThrow('"a.b" finds nothing');
  await expect(run([set(['n', '&{a}'])], { a: null })).rejects.toThrow('"a" finds nothing');
});

test('keys that could reach a prototype stay data', async () => {
  const input = JSON.parse('{"a":{"__proto__":{"x":1},"constructor":2}}') as DataRecord;
  const [result] = await run([move('a.*', 'b.$1')], input);
  expect(JSON.stringify(result)).toBe('{"a":[],"b":{"__proto__":{"x":1},"constructor":2}}');
  expect(({} as { x?: number }).x).toBeUndefined();
});

test('a chain of several steps over one record, as people build them', async () => {
  const steps = [
    node(pattern('values.*.*'), set(['at', 'locale:?{locale}|scope:?{scope}'])),
    node(
      pattern('values.*'),
      part('accessor-move', {
        source: part('structure', { key: 'at', keys: [], value: '""' }),
        destination: key(),
        stripEnclosures: true,
      }),
    ),
    data(
      move('values.*.*', 'values.$2.$1'),
      part('value-filter', { accessor: key('values'), conditions: [part('equals', { value: [] })] }),
    ),
    node(pattern('values.*'), move('*.data', 'attributes.$1')),
    data(move('values."locale:|scope:".attributes', 'attributes')),
  ];
  const values = { name: [{ data: 'Pen', locale: 'en', scope: null }], size: [{ data: 7, locale: null, scope: null }] };
  expect(await run(steps, { id: 1, values })).toEqual([
    {
      id: 1,
      values: {
        'locale:en|scope:': {
          name: { locale: 'en', scope: null, at: 'locale:en|scope:' },
          attributes: { name: 'Pen' },
        },
        'locale:|scope:': { size: { locale: null, scope: null, at: 'locale:|scope:' } },
      },
      attributes: { size: 7 },
    },
  ]);
});

describe('a filter by a storage refuses what its condition says', () => {
  const filter = (condition: string, store: unknown) =>
    part('storage-entity-filter', { store, storage: 'ids', condition: part(condition), storageKey: '&{sku}|&{n}' });
  const get = part('storage-get-entity-from-storage', { storage: 'ids', storageKey: '&{sku}|&{n}', destination: 'id' });
  const conditional = (condition: string, store: unknown) =>
    data(
      part('conditional', { filters: [filter(condition, store)], transformers: [get, data(set(['passed', true]))] }),
    );

  test.each([
    ['storage-entity-does-not-exists', { 'A|1': 7 }, { id: 7, passed: true }],
    ['storage-entity-does-not-exists', {}, {}],
    ['storage-entity-exists', { 'A|1': 7 }, {}],
    ['storage-entity-exists', {}, { passed: true }],
  ])('%s, with %j', async (condition, ids, added) => {
    const { output, leaves, notes } = await runImported(
      [conditional(condition, { addEntityToStorage: false })],
      { sku: 'A', n: 1 },
      { ids },
    );
    expect(output).toEqual([{ sku: 'A', n: 1, ...added }]);
    expect(leaves).toEqual({});
    expect(notes).toContainEqual(expect.stringContaining('taken for what it filters out'));
  });

  test.each(['storage-entity-exists', 'storage-entity-does-not-exists'])('%s, without a key', async (condition) => {
    const { output } = await runImported([conditional(condition, null)], { sku: 'A' });
    expect(output).toEqual([{ sku: 'A' }]);
  });

  test('and stores what passes, where it is told to', async () => {
    const steps = [conditional('storage-entity-exists', { addEntityToStorage: true })];
    expect((await runImported(steps, { sku: 'A', n: 1 })).leaves).toEqual({ ids: { 'A|1': { sku: 'A', n: 1 } } });
    expect((await runImported(steps, { sku: 'A', n: 1 }, { ids: { 'A|1': 7 } })).leaves).toEqual({});
  });
});
