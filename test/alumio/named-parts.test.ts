import { describe, expect, test } from '@jest/globals';
import { runOn } from '../support/run-example.ts';
import {
  copy,
  data,
  has,
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

const global = (name: string, value: unknown) => part('global-variable-setter', { key: name, value });
const holds = (condition: object): object[] => [
  part('conditional', {
    filters: [valueIs('a', condition)],
    transformers: [set(['r', true])],
    elseTransformers: [set(['r', false])],
  }),
];

/** Mappers of which only labels are public: what a person expects of the label, by one value. */
const MAPPED: readonly (readonly [object, unknown, unknown])[] = [
  [part('string-length'), 'äé', 2],
  [part('string-lower-first'), 'ABC', 'aBC'],
  [part('string-ucwords'), 'red pen', 'Red Pen'],
  [part('string-strip-tags'), '<p>a <b>b</b></p><!-- c -->', 'a b'],
  [part('string-trim'), ' \ta ', 'a'],
  [part('string-trim', { characters: '0' }), '00700', '7'],
  [part('string-pad', { length: 5, pad: '0', side: 'left' }), 42, '00042'],
  [part('string-split', { delimiter: '|' }), 'a|b', ['a', 'b']],
  [part('string-regex-replace', { pattern: '/[^0-9]+/', replacement: '' }), '+49 (30) 1', '49301'],
  [part('string-regex-replace', { pattern: '/(\\d+)-(\\d+)/', replacement: '$2/${1}' }), '1-2', '2/1'],
  [part('string-regex-replace', { pattern: '/x$/i', replacement: '$ 1' }), 'aX', 'a$ 1'],
  [part('string-slugify'), 'Grüße, Łódź & Smørrebrød!', 'grusse-lodz-smorrebrod'],
  [part('base64-encode'), 'ä', 'w6Q='],
  [part('base64-decode'), 'w6Q=', 'ä'],
  [part('url-encode'), 'a b/ä', 'a%20b%2F%C3%A4'],
  [part('cast-boolean'), '0', false],
  [part('cast-array'), 'a', ['a']],
  [part('cast-array'), null, []],
  [part('list-unique'), ['a', 'b', 'a'], ['a', 'b']],
  [part('list-unique'), ['a', 'a', 'b'], { 0: 'a', 2: 'b' }],
  [part('list-filter'), ['a', '', null, 0], ['a']],
  [part('list-slice', { offset: 1, length: 1 }), ['a', 'b', 'c'], ['b']],
  [part('list-flip'), { a: 1, b: 2 }, { 1: 'a', 2: 'b' }],
  [part('list-sum'), [1, '2.5'], 3.5],
  [part('list-first'), ['a', 'b'], 'a'],
  [part('list-last'), ['a', 'b'], 'b'],
  [part('number-round', { precision: 2 }), 1.005, 1.01],
  [part('number-ceil'), '1.2', 2],
  [part('number-floor'), '1.8', 1],
  [part('number-abs'), -3, 3],
];

const CONDITIONED: readonly (readonly [object, unknown, boolean])[] = [
  [part('format-date-time'), '2026-01-31T10:00:00Z', true],
  [part('format-date-time'), '2026-01-31', false],
  [part('format-date-time'), '2026-13-31T10:00:00Z', false],
  [part('format-date-time', { format: 'd-m-Y' }), '31-01-2026', true],
  [part('format-date-time', { format: 'd-m-Y' }), '2026-01-31', false],
  [part('format-uuid'), '6F9619FF-8B86-4011-B42D-00CF4FC964FF', true],
  [part('format-uuid', { version: 4 }), '6f9619ff-8b86-4011-b42d-00cf4fc964ff', true],
  [part('format-uuid', { version: '1' }), '6f9619ff-8b86-4011-b42d-00cf4fc964ff', false],
  [part('format-uuid'), '6f9619ff', false],
  [part('format-credit-card'), '4111 1111 1111 1111', true],
  [part('format-credit-card'), '4111 1111 1111 1112', false],
  [part('format-json-schema', { schema: { type: 'string', minLength: 2 } }), 'ab', true],
  [part('format-json-schema', { schema: '{"type":"string","pattern":"^(a+)+$"}' }), `${'a'.repeat(60)}!`, false],
  [part('string-only-alphabetic'), 'Straße', true],
  [part('string-only-alphabetic'), 'a1', false],
  [part('string-alphanumeric'), 'a1', true],
  [part('string-alphanumeric'), 'a-1', false],
  [part('string-only-numbers'), '007', true],
  [part('string-only-numbers'), '-7', false],
];

const SCOPES: readonly Row[] = [
  [
    'a global variable is read in the steps behind',
    [global('order.id', '&{id}'), node(key('lines'), set(['order', '@{globals.order.id}']))],
    { id: 7, lines: [{ n: 1 }, { n: 2 }] },
    {
      id: 7,
      lines: [
        { n: 1, order: 7 },
        { n: 2, order: 7 },
      ],
    },
  ],
  [
    'also in the middle of a text, in keys and in mappers',
    [
      global('name', 'x'),
      global('other', { a: ['&{id}'] }),
      set(
        ['by.@{globals.name}', 'no @{globals.name}-&{id} of ${CURRENCY}'],
        ['all', '@{globals.other}'],
        ['n', 1, part('string-append', { append: '@{globals.name}' })],
      ),
    ],
    { id: 7 },
    { id: 7, by: { x: 'no x-7 of EUR' }, all: { a: [7] }, n: '1x' },
  ],
  [
    'each branch has its own',
    [part('brancher', { pattern: 'l.*' }), global('id', '&{id}'), set(['own', '@{globals.id}'])],
    { l: [{ id: 1 }, { id: 2 }] },
    { id: 1, own: 1 },
    { id: 2, own: 2 },
  ],
  ['the task', [set(['task', '@{scope.task}'], ['text', 'task @{scope.task}'])], {}, { task: '42', text: 'task 42' }],
  ['an at sign alone is text', [set(['a', 'me@{x.org']), set(['b', 'a@b.org'])], {}, { a: 'me@{x.org', b: 'a@b.org' }],
];

const ENCLOSURES: readonly Row[] = [
  [
    'a key with a dot becomes a path where enclosures are stripped',
    [part('accessor-move', { source: key('f'), destination: key('t'), stripEnclosures: true })],
    { f: { 'a.b': 1, c: 2 } },
    { f: [], t: { a: { b: 1 }, c: 2 } },
  ],
  [
    'and stays one where they are not',
    [part('accessor-copy', { source: key('f'), destination: pattern(''), stripEnclosures: false })],
    { f: { 'a.b': 1 } },
    { f: { 'a.b': 1 }, 'a.b': 1 },
  ],
  [
    'in a list of keys and values it is the key itself',
    [
      part('accessor-move', {
        source: key('f'),
        destination: part('structure', { root: 'l', key: 'k', value: 'v' }),
        stripEnclosures: true,
      }),
    ],
    { f: { 'a.b': 1, '': 2 } },
    {
      f: [],
      l: [
        { k: 'a.b', v: 1 },
        { k: '', v: 2 },
      ],
    },
  ],
];

/** Flows as other customers have them. */
const FLOWS: readonly Row[] = [
  [
    'an order of a shop for a ledger',
    [
      data(
        set(
          ['documentNumber', '&{name}', part('string-replace', { search: '#', replace: '' })],
          ['orderDate', '&{created_at}', part('format-date', { toFormat: 'Y-m-d', toTimezone: 'Europe/Amsterdam' })],
          ['customer', '&{customer.first_name} &{customer.last_name}', part('string-upper')],
          ['currencyCode', "&{currency || 'EUR'}"],
        ),
        move('line_items', 'salesLines'),
      ),
      node(
        key('salesLines'),
        data(
          move('sku', 'itemNumber'),
          set(['unitPrice', '&{price}', part('cast-float')], ['lineType', 'Item']),
          part('operator', { left: 'unitPrice', right: 'quantity', operator: 'multiplication', destination: 'amount' }),
          map('amount', part('format-number', { decimals: 2, decimalPoint: '.', thousandsSeparator: '' })),
          part('value-remover', { patterns: [{ key: 'price' }, { key: 'properties' }] }),
        ),
      ),
      data(part('value-remover', { patterns: [{ key: 'customer.*' }, { key: 'created_at' }, { key: 'name' }] })),
    ],
    {
      name: '#1001',
      created_at: '2026-03-31T23:30:00Z',
      customer: { first_name: 'Zoë', last_name: "O'Neil" },
      line_items: [
        { sku: 'A-1', price: '19.90', quantity: 3, properties: [] },
        { sku: 'B-2', price: '0.10', quantity: '2', properties: { x: 1 } },
      ],
    },
    {
      customer: "ZOË O'NEIL",
      documentNumber: '1001',
      orderDate: '2026-04-01',
      currencyCode: 'EUR',
      salesLines: [
        { quantity: 3, itemNumber: 'A-1', unitPrice: 19.9, lineType: 'Item', amount: '59.70' },
        { quantity: '2', itemNumber: 'B-2', unitPrice: 0.1, lineType: 'Item', amount: '0.20' },
      ],
    },
  ],
  [
    'attributes of a product for a shop that wants a list of codes and values',
    [
      data(
        part('value-filter', {
          accessor: key('values'),
          conditions: [
            part('logic-or', { conditions: [part('equals', { value: null }), part('equals', { value: [] })] }),
          ],
        }),
        map(
          'values.colour',
          part('dictionary-map', {
            map: [
              ['RED', 'red'],
              ['GRN', 'green'],
            ],
            comparator: 'equals',
          }),
        ),
        part('accessor-move', {
          source: key('values'),
          destination: part('structure', { root: 'custom_attributes', key: 'attribute_code', value: 'value' }),
          stripEnclosures: true,
        }),
        copy('sku', 'extension_attributes.source_code'),
        part('value-remover', { patterns: [{ key: 'values' }] }),
      ),
    ],
    { sku: 'P1', values: { colour: 'GRN', size: null, tags: {}, ean: '0001', weight: 0 } },
    {
      sku: 'P1',
      custom_attributes: [
        { attribute_code: 'colour', value: 'green' },
        { attribute_code: 'ean', value: '0001' },
        { attribute_code: 'weight', value: 0 },
      ],
      extension_attributes: { source_code: 'P1' },
    },
  ],
  [
    'only what is there is set, and a list of one is one',
    [
      part('convert-to-array', { pattern: 'order.item', recursive: false }),
      part('conditional', {
        filters: [has('order.note'), valueIs('order.note', part('not-empty'))],
        transformers: [move('order.note', 'note')],
        elseTransformers: [set(['note', null])],
      }),
      set(
        ['count', '&{order.item}', part('list-count')],
        ['skus', '&{order.item[].sku}', part('list-implode', { glue: ',' })],
      ),
    ],
    { order: { item: { sku: 'A' }, note: '0' } },
    { order: { item: [{ sku: 'A' }], note: '0' }, note: null, count: 1, skus: 'A' },
  ],
];

describe.each([
  ['scopes', SCOPES],
  ['enclosures', ENCLOSURES],
  ['flows', FLOWS],
] as const)('%s', (_, rows) => {
  test.each(rows.map(([title, steps, input, ...output]) => ({ title, steps, input, output })))(
    '$title',
    async ({ steps, input, output }) => {
      expect((await runImported(steps, input)).output).toEqual(output);
    },
  );
});

test.each(MAPPED.map(([mapper, from, to]) => ({ mapper, from, to, title: JSON.stringify([mapper, from]) })))(
  'the mapper $title',
  async ({ mapper, from, to }) => {
    const { output, notes } = await runImported([map('a', mapper)], { a: from as never });
    expect(output).toEqual([{ a: to }]);
    if (!JSON.stringify(mapper).includes('slugify'))
      expect(notes).toEqual([expect.stringContaining('understood by its name')]);
  },
);

test.each(
  CONDITIONED.map(([condition, value, is]) => ({ condition, value, is, title: JSON.stringify([condition, value]) })),
)('the condition $title', async ({ condition, value, is }) => {
  const { output, notes } = await runImported(holds(condition), { a: value as never });
  expect(output[0]?.['r']).toBe(is);
  expect(notes).toEqual([expect.stringContaining('understood by its name')]);
});

test('what nobody has set fails the record and says so', async () => {
  await expect(runImported([set(['a', '@{globals.b}'])], {})).rejects.toThrow('global variable "b" is not set');
});

test('saved transformers read what was set before them', async () => {
  const steps = [
    { type: 'alumio-global-variable-setter', key: 'a', value: 1 },
    { type: 'chain', use: 'saved' },
  ];
  const saved = [{ type: 'alumio-value-setter', configurations: [{ key: 'n', value: '@{globals.a}' }] }];
  expect((await runOn({ type: 'chain', steps }, {}, { transformers: { saved } })).output).toEqual([{ n: 1 }]);
});

test('all entries of a storage', async () => {
  const steps = [part('storage-get-all', { storage: 'ids', destination: 'all.ids' }), set(['n', '&{all.ids.A}'])];
  const { output } = await runImported(steps, { id: 1 }, { ids: { A: 1, B: { x: 2 } } });
  expect(output).toEqual([{ id: 1, all: { ids: { A: 1, B: { x: 2 } } }, n: 1 }]);
});

test('entries of a storage go by their keys', async () => {
  const steps = [part('storage-delete-keys', { storage: 'ids', keys: [{ key: '&{code}' }, { key: 'x|&{code}' }] })];
  const { output, leaves } = await runImported(steps, { code: 'A' }, { ids: { A: 1, 'x|A': 2 } });
  expect(output).toEqual([{ code: 'A' }]);
  expect(leaves).toEqual({ ids: { A: null, 'x|A': null } });
});
