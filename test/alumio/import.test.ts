import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { importExport } from '../../src/cli/commands/import-alumio.ts';
import type { ImportReport } from '../../src/alumio/import/report.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-alumio-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const object = (type: string, identifier: string, prototype?: string, parameters: object = {}, rest: object = {}) => ({
  type,
  identifier,
  name: `Name of ${identifier}`,
  description: '',
  object: { ...(prototype !== undefined && { prototype }), parameters },
  owner: null,
  disabled: false,
  ...rest,
});

const call = { prototype: 'graphql-transformer', parameters: { client: 'shop', request: { uri: '/graphql' } } };
const setTitle = { prototype: 'value-setter', parameters: { configurations: [{ key: 'title', value: '&{code}' }] } };
const odd = { prototype: 'string-rot13', parameters: [] };

const onlyWhere = (...conditions: object[]) => ({
  prototype: 'data',
  parameters: {
    filters: [
      {
        prototype: 'value-condition-v2',
        parameters: { accessor: { prototype: 'pattern', parameters: { pattern: 'a' } }, conditions },
      },
    ],
    transformers: [],
  },
});

/** Made up, in the shapes of an export: one of everything. */
const EXPORT = [
  object('http-client', 'shop', 'shop-http-client-v3', { token: '${SHOP_TOKEN}', advanced: [] }),
  object('storage', 'Ids', undefined, { path: 'ids', enablePruning: true }),
  object('entity', 'product', undefined, { identifierPath: ['code'], schema: [] }),
  object('list-transformer', 'Set Title', 'chain', {
    transformers: [
      { meta: { name: 'Title' }, ...setTitle },
      { prototype: 'type-setter', parameters: { entityType: 'product' } },
      { prototype: 'storage-filter-stored-entity', parameters: { storage: 'Ids', addEntityToStorage: true } },
    ],
  }),
  object('list-transformer', 'title', 'data', { filters: [], transformers: [setTitle] }),
  object('list-transformer', 'set-title', 'data', { filters: [], transformers: [{ ...setTitle, unknown: 1 }] }),
  object('list-transformer', 'send', 'data', { filters: [], transformers: [setTitle, call] }),
  object('list-transformer', 'sends-too', 'chain', { transformers: ['send', 'not-exported'] }),
  object('list-transformer', 'odd', 'data', {
    transformers: [
      {
        prototype: 'value-mapper',
        parameters: { accessor: { prototype: 'pattern', parameters: { pattern: 'a', depth: 3 } }, mappers: [] },
      },
      {
        prototype: 'value-mapper',
        parameters: { accessor: { prototype: 'pattern', parameters: { pattern: 'a' } }, mappers: [odd] },
      },
      onlyWhere({ prototype: 'number-greater-than', parameters: { value: '9' } }),
      onlyWhere({ prototype: 'number-less-than', parameters: { value: 'ten' } }),
      onlyWhere({ prototype: 'string-regex', parameters: { pattern: '/a(?=b)/' } }),
      { prototype: 'value-setter', parameters: { configurations: [{ key: 'task', value: '@{scope.route}' }] } },
      { prototype: 'value-setter', parameters: { configurations: [{ key: 'x', value: '&{a[}' }] } },
    ],
  }),
  object('incoming-configuration', 'products', undefined, {
    entityType: 'product',
    subscriber: { prototype: 'http-subscriber', parameters: { client: 'shop', request: { uri: '/products' } } },
    transformers: ['title'],
  }),
  object('outgoing-configuration', 'publish', undefined, {
    publisher: { prototype: 'no-action-publisher', parameters: [] },
    transformers: ['send'],
  }),
  object('route-configuration', 'products-out', undefined, {
    incoming: 'products',
    outgoing: 'publish',
    transformers: [],
  }),
  object('scheduler-entry', 'often', undefined, {
    job: [{ prototype: 'run-incoming', parameters: { incoming: 'products' } }],
    expression: '*/5 * * * *',
  }),
  object(
    'transformer-test',
    'good',
    undefined,
    { entity: { code: 'A' }, expected: { expected: [{ code: 'A', title: 'A' }] } },
    { owner: 'title' },
  ),
  object(
    'transformer-test',
    'bad',
    undefined,
    { entity: { code: 'A' }, expected: { expected: [{ code: 'A', title: 'B' }] } },
    { owner: 'title' },
  ),
  object(
    'transformer-test',
    'unfilled',
    undefined,
    { entity: { code: 'A' }, expected: { expected: [[]] } },
    { owner: 'title' },
  ),
  object(
    'transformer-test',
    'lost',
    undefined,
    { entity: {}, expected: { expected: [{ a: 1 }] } },
    { owner: 'nowhere' },
  ),
  object('dashboard', 'x'),
];

function write(name: string, lines: readonly (object | string)[]): string {
  const file = path.join(folder, name);
  writeFileSync(file, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  return file;
}

type Report = ImportReport & {
  tests: { identifier: string; result: string; reason?: string; differences: object[] }[];
};

async function importOf(lines: readonly (object | string)[], out?: string) {
  const file = write('export.ndjson', lines);
  const { lines: printed, documents } = await importExport(file, { json: true, ...(out !== undefined && { out }) });
  return {
    report: JSON.parse(printed[0] ?? '') as Report,
    documents: documents.map(({ document }) => document as Document),
  };
}

interface Document {
  kind: string;
  identifier: string;
  description?: string;
  disabled?: boolean;
  spec: { transformers: { type: string; name?: string; message?: string }[]; tests?: object[] };
}

describe('an export of one of everything', () => {
  let report: Report;
  let documents: Document[];
  beforeAll(async () => {
    ({ report, documents } = await importOf(EXPORT));
  });
  const fates = (type: string) => report.objects.filter((each) => each.type === type).map(({ fate }) => fate);
  const find = (identifier: string) => documents.find((document) => document.identifier === identifier);

  test('every object is in the report once, with what became of it', () => {
    expect(report.objects.map(({ identifier }) => identifier)).toEqual(EXPORT.map(({ identifier }) => identifier));
    expect(report.counts).toEqual({
      objects: { translated: 7, approximated: 4, 'left-out': 7 },
      steps: { translated: 14, approximated: 3, 'left-out': 7 },
    });
    expect(fates('http-client')).toEqual(['left-out']);
    expect(fates('incoming-configuration')).toEqual(['approximated']);
    expect(fates('dashboard')).toEqual(['left-out']);
  });

  test('identifiers become what documents may have, and stay apart', () => {
    const names = documents.filter(({ kind }) => kind === 'transformer').map(({ identifier }) => identifier);
    expect(names).toEqual([
      'set-title',
      'title',
      'set-title-2',
      'send',
      'sends-too',
      'odd',
      'incoming-products',
      'outgoing-publish',
    ]);
    expect(find('ids')).toMatchObject({ kind: 'storage', spec: {} });
  });

  test('steps keep the names that people gave them, and the key of the entity', () => {
    const [chain] = find('set-title')?.spec.transformers ?? [];
    expect(chain).toMatchObject({ name: 'Title', type: 'alumio-value-setter' });
    expect(find('set-title')?.spec.transformers[1]).toMatchObject({
      storage: 'ids',
      key: ['code'],
      addEntityToStorage: true,
    });
  });

  test('a chain with a hole fails there and is disabled, and so is what runs it', () => {
    expect(find('send')?.spec.transformers[1]).toMatchObject({
      type: 'fail',
      name: 'Not translated: graphql-transformer',
    });
    expect(find('send')).toMatchObject({ disabled: true });
    expect(find('send')?.description).toContain(
      '"graphql-transformer" at object[0].transformers[1] was not translated',
    );
    expect(find('sends-too')?.description).toContain('"not-exported"');
    expect(find('publish')).toMatchObject({ kind: 'outgoing', disabled: true });
    expect(find('publish')?.description).toContain('it needs the transformer "outgoing-publish", which is disabled');
    expect(find('title')?.disabled).toBeUndefined();
  });

  test('what is not known of a part is told, and what is not known at all is left out', () => {
    const { steps } = report.objects.find(({ identifier }) => identifier === 'odd') ?? { steps: [] };
    expect(steps.map(({ fate, note }) => [fate, note])).toEqual([
      ['translated', undefined],
      ['approximated', '"depth" of "pattern" is not known here and was ignored: 3'],
      ['left-out', 'the mapper "string-rot13" has no counterpart here'],
      ['approximated', expect.stringMatching(/^the condition "number-greater-than" is understood by its name/)],
      ['left-out', expect.stringContaining('the condition "number-less-than" is not as expected: value')],
      ['left-out', expect.stringContaining('"a(?=b)" is no regular expression')],
      ['left-out', expect.stringContaining('"@{scope.route}" is not known here')],
      ['left-out', expect.stringContaining('Expression "a[" is wrong')],
    ]);
  });

  test('tests are run; those that pass go into the document', () => {
    expect(report.tests.map(({ identifier, result }) => [identifier, result])).toEqual([
      ['good', 'passed'],
      ['bad', 'failed'],
      ['unfilled', 'not filled in'],
      ['lost', 'not run'],
    ]);
    expect(report.tests[1]?.differences).toEqual([{ path: '[0].title', expected: 'B', actual: 'A' }]);
    expect(find('title')?.spec.tests).toMatchObject([{ name: 'Name of good' }]);
  });

  test('the schedule is told where it has to be set', () => {
    const [often] = report.objects.filter(({ identifier }) => identifier === 'often');
    expect(often?.notes).toEqual(['set "schedule": { "cron": "*/5 * * * *" } at the incoming "products"']);
  });
});

describe('what is written', () => {
  test('stands in one folder, a file for each document', async () => {
    const out = path.join(folder, 'made');
    const { documents } = await importOf(EXPORT, out);
    expect(readdirSync(out)).toHaveLength(documents.length);
    expect(JSON.parse(readFileSync(path.join(out, 'transformer-title.json'), 'utf8'))).toMatchObject({
      kind: 'transformer',
    });
  });

  test('goes nowhere when the folder holds something', async () => {
    const out = path.join(folder, 'full');
    await importOf(EXPORT, out);
    await expect(importOf(EXPORT, out)).rejects.toThrow('not empty');
  });

  test('is nothing when the export is broken', async () => {
    const out = path.join(folder, 'none');
    await expect(importOf([EXPORT[0] ?? '', '{"type":'], out)).rejects.toThrow('export.ndjson:2 is no JSON');
    expect(existsSync(out)).toBe(false);
  });
});

test.each([
  [['[]'], 'export.ndjson:1 is no object'],
  [['{"type":"storage"}'], 'export.ndjson:1 (storage) has no "identifier"'],
  [['', '{"identifier":"x"}'], 'export.ndjson:2 has no "type"'],
  [[''], 'holds no objects'],
])('%j is refused with its line', async (lines, message) => {
  await expect(importOf(lines)).rejects.toMatchObject({
    code: 'ERR_ALUMIO_EXPORT',
    message: expect.stringContaining(message),
  });
});

test('hostile names and nesting stay data', async () => {
  const hostile =
    '{"type":"list-transformer","identifier":"__proto__","object":{"prototype":"constructor","parameters":{}}}';
  const deep = object('list-transformer', 'deep', 'data', {
    transformers: [
      { prototype: 'value-setter', parameters: { configurations: [{ key: 'a', value: { ['__proto__']: 1 } }] } },
    ],
  });
  const { report } = await importOf([hostile, deep]);
  expect(report.objects[0]).toMatchObject({ fate: 'left-out', document: { identifier: 'proto' } });
  expect(report.objects[1]).toMatchObject({ fate: 'translated' });
});

test.each([
  [
    'deep nesting',
    `{"type":"storage","identifier":"a","object":${'['.repeat(9999)}${']'.repeat(9999)}}`,
    'is nested deeper',
  ],
  ['a list', '[{"type":"storage","identifier":"a"}]', 'is no object'],
  ['a line that ends early', '{"type":"storage","identifier":"a"', 'is no JSON'],
  ['a number for a name', '{"type":"storage","identifier":5}', 'has no "identifier"'],
  ['nothing', '\uFEFF\r\n', 'holds no objects'],
])('%s is refused with its line', async (_what, line, message) => {
  await expect(importOf([line])).rejects.toThrow(message);
});

test('whatever types an export has where others belong, each object says what became of it', async () => {
  const odd = (type: string, parameters: object) => ({ type, identifier: type, object: { parameters } });
  const { report, documents } = await importOf([
    { type: 'list-transformer', identifier: 'text', object: 'x' },
    object('list-transformer', 'parts', 'data', { transformers: [null, 5, [], 'nowhere'] }),
    odd('scheduler-entry', { job: 'x', expression: 5 }),
    odd('http-client', { plugins: 'x' }),
    odd('incoming-configuration', { subscriber: 'x', transformers: 'y' }),
    odd('route-configuration', { incoming: 5, outgoing: ['y'] }),
    odd('transformer-test', { entity: 7, expected: { expected: 'x' } }),
  ]);
  expect(report.objects.filter(({ notes, steps }) => notes.length + steps.length === 0)).toEqual([]);
  expect(documents.filter(({ disabled }) => disabled !== true)).toEqual([]);
});

test('of two different objects of one name the first counts, and the same one twice is one', async () => {
  const other = object('storage', 'a', undefined, { path: 'other' });
  const { report, documents } = await importOf([object('storage', 'a'), object('storage', 'a'), other]);
  expect(documents).toHaveLength(1);
  expect(report.objects.map(({ fate }) => fate)).toEqual(['translated', 'left-out']);
  expect(report.objects[1]?.notes[0]).toContain('another object of this name stands at export.ndjson:1');
});

describe('what tells entities apart', () => {
  const saved = (identifier: string, ...transformers: unknown[]) =>
    object('list-transformer', identifier, 'chain', { transformers });
  const typed = (entityType: string) => ({ prototype: 'type-setter', parameters: { entityType } });
  const unseen = { prototype: 'storage-filter-stored-entity', parameters: { storage: 'Ids' } };
  const flow = (name: string, entityType: string, ...transformers: unknown[]) => [
    object('incoming-configuration', name, undefined, { entityType, transformers }),
    object('outgoing-configuration', `${name}-out`, undefined, { transformers: [`${name}-sends`] }),
    object('route-configuration', `${name}-way`, undefined, { incoming: name, outgoing: `${name}-out` }),
    saved(`${name}-sends`, unseen),
  ];
  const kinds = [
    object('storage', 'Ids'),
    object('entity', 'product', undefined, { identifierPath: ['code'] }),
    object('entity', 'order', undefined, { identifierPath: ['number'] }),
  ];
  const keysOf = async (...objects: object[]) => {
    const { documents } = await importOf([...kinds, ...objects]);
    return Object.fromEntries(
      documents
        .filter(({ kind, identifier }) => kind === 'transformer' && !/^(?:incoming|outgoing|route)-/.test(identifier))
        .map(({ identifier, spec }) => [identifier, (spec.transformers.at(-1) as { key?: string[] } | undefined)?.key]),
    );
  };

  test('reaches saved transformers from the incoming that runs them, also by others and by routes', async () => {
    const found = await keysOf(...flow('a', 'product', 'outer'), saved('outer', 'inner'), saved('inner', unseen));
    expect(found).toEqual({ 'a-sends': ['code'], inner: ['code'], outer: undefined });
  });

  test('changes where a saved transformer says of which type entities are', async () => {
    const found = await keysOf(
      ...flow('a', 'product', 'turns', 'after'),
      saved('turns', typed('order')),
      saved('after', unseen),
    );
    expect(found).toMatchObject({ after: ['number'], 'a-sends': ['number'] });
  });

  test('is not guessed where entities of several types come', async () => {
    const found = await keysOf(...flow('a', 'product', 'both'), ...flow('b', 'order', 'both'), saved('both', unseen));
    expect(found).toMatchObject({ both: [], 'a-sends': ['code'], 'b-sends': ['number'] });
  });
});

test.each([
  ['texts', '{"code":"A"}', '[{"code":"A","title":"A","o":[]}]'],
  ['lists', [{ code: 'A' }], { expected: [{ code: 'A', title: 'A', o: {} }] }],
  ['one object', { code: 'A' }, { expected: { code: 'A', title: 'A', o: {} } }],
  ['texts in a list', ['{"code":"A"}'], { expected: ['{"code":"A","title":"A","o":{}}'] }],
])('a test may hold its entities as %s', async (_shape, entity, expected) => {
  const configurations = [
    { key: 'title', value: '&{code}', mappers: [] },
    { key: 'o', value: [], mappers: [] },
  ];
  const { report } = await importOf([
    object('list-transformer', 't', 'data', {
      transformers: [{ prototype: 'value-setter', parameters: { configurations } }],
    }),
    object('transformer-test', 'shape', undefined, { entity, expected, globals: { a: 1 } }, { owner: 't' }),
  ]);
  expect(report.tests.map(({ result }) => result)).toEqual(['passed']);
  expect(report.objects[1]?.notes).toContainEqual('"globals" of the test is not carried over: {"a":1}');
});

test('saved transformers in a circle are refused, and end the import', async () => {
  const saved = (identifier: string, other: string) =>
    object('list-transformer', identifier, 'chain', { transformers: [other] });
  const way = object('incoming-configuration', 'a', undefined, { entityType: 'product', transformers: ['b'] });
  await expect(importOf([way, saved('b', 'c'), saved('c', 'b')])).rejects.toThrow('in a circle: b → c → b');
});

test('pauses become steps of ours where they are understood', async () => {
  const transformers = [
    { prototype: 'sleep', parameters: { seconds: '2' } },
    { prototype: 'sleep', parameters: { until: 'noon' } },
    { prototype: 'sleep', parameters: { seconds: 90 } },
  ];
  const { report, documents } = await importOf([
    object('storage', 'Ids'),
    object('list-transformer', 'waits', 'chain', { transformers }),
  ]);
  expect(documents.find(({ identifier }) => identifier === 'waits')?.spec.transformers).toMatchObject([
    { type: 'sleep', for: '2000ms' },
    { type: 'fail', message: expect.stringContaining('how long it waits is not understood') },
    { type: 'fail', message: expect.stringContaining('at most 30s') },
  ]);
  const steps = report.objects[1]?.steps.slice(1).map(({ fate }) => fate);
  expect(steps).toEqual(['approximated', 'left-out', 'left-out']);
});
