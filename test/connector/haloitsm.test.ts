import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  CONNECTOR_SCHEMA,
  type ConnectorManifest,
  ENTITY_SCHEMA,
  type EntityManifest,
  type OperationManifest,
} from '../../src/connector/manifest-schema.ts';
import type { Json } from '../../src/core/record.ts';
import { checkSchema } from '../../src/core/validation.ts';

interface Fixture {
  readonly source: string;
  readonly request: { readonly method: string; readonly path: string; readonly query?: object; readonly body?: Json };
  readonly answer: Json;
}

const FOLDER = new URL('../../connector/haloitsm/', import.meta.url);

const connector = checkSchema(CONNECTOR_SCHEMA, readJson('connector.json')).value as ConnectorManifest;
const entityFiles = jsonFiles('entities');
const entities = new Map(
  entityFiles.map((file) => [
    file.slice(0, -'.json'.length),
    checkSchema(ENTITY_SCHEMA, readJson(`entities/${file}`)).value as EntityManifest,
  ]),
);
const operations = [...entities.values()].flatMap((entity) =>
  Object.entries(entity.operations).map(([name, operation]) => ({ label: `${entity.name}.${name}`, name, operation })),
);

const PAGED = { order: 'id', orderdesc: false };
const CHANGED = { parameter: 'lastupdatefromdate', format: 'iso-no-zone', lookBack: '5m' };
const ALL = ['list', 'get', 'post', 'delete'];
const ALL_AND_ME = ['list', 'get', 'me', 'post', 'delete'];

/** What other parts rely on: entity, operations, paginator, rows, key, and how changes are asked for. */
const EXPECTED: readonly [
  string,
  readonly string[],
  string | undefined,
  string | readonly string[],
  string[],
  object?,
][] = [
  ['tickets', ALL, 'pages', 'tickets', ['id'], { ...CHANGED, field: 'last_update' }],
  ['actions', ALL, undefined, 'actions', ['ticket_id', 'id'], { ...CHANGED, parameter: 'startdate' }],
  ['asset', ALL, 'pages-of-50', 'assets', ['id'], CHANGED],
  ['assettype', ALL, 'page-number', ['assettypes', ''], ['id']],
  ['client', ALL_AND_ME, 'pages', 'clients', ['id'], CHANGED],
  ['site', ALL, 'pages', 'sites', ['id'], CHANGED],
  ['users', ALL_AND_ME, 'pages', 'users', ['id'], CHANGED],
  ['agent', ALL_AND_ME, undefined, ['', 'results'], ['id']],
  ['tickettype', ALL, undefined, '', ['id']],
  ['status', ALL, undefined, '', ['id']],
  ['priority', ALL, undefined, '', ['id']],
  ['team', ALL, undefined, '', ['id']],
  ['category', ALL, undefined, '', ['id']],
  ['invoice', ALL, 'pages', 'invoices', ['id']],
  ['item', ALL, 'pages', 'items', ['id']],
  ['clientcontract', ALL, 'pages', 'contracts', ['id']],
  ['supplier', ALL, 'pages', 'suppliers', ['id']],
  ['kbarticle', ALL, 'pages', 'articles', ['id']],
  ['attachment', ['list', 'post', 'delete'], undefined, 'attachments', ['id']],
  ['fieldinfo', ALL, undefined, '', ['id']],
  ['lookup', ALL, undefined, '', ['lookupid', 'id']],
  ['projects', ALL, 'pages', 'tickets', ['id'], { ...CHANGED, field: 'last_update' }],
  ['opportunities', ALL, 'pages', 'tickets', ['id'], { ...CHANGED, field: 'last_update' }],
  ['quotation', ALL, 'pages', 'quotes', ['id']],
  ['recurringinvoice', ALL, 'pages', 'invoices', ['id']],
  ['webhook', ALL, undefined, '', ['id']],
  ['timesheet', ['list', 'get', 'post'], undefined, '', ['agent_id', 'date']],
];

describe('entity files', () => {
  test.each(entityFiles)('%s follows the schema and is named after its entity', (file) => {
    const { value, problems } = checkSchema(ENTITY_SCHEMA, readJson(`entities/${file}`));
    expect(problems).toEqual([]);
    expect(`${(value as EntityManifest).name}.json`).toBe(file);
  });

  test('the operation that checks a sign-in exists', () => {
    expect(operations.map(({ label }) => label)).toContain(connector.check?.operation);
  });

  test.each([...entities.values()].filter(({ find }) => find !== undefined))(
    '$name is found through a list that knows the parameters',
    ({ find, operations: { list } }) => {
      expect(find?.operation).toBe('list');
      expect(Object.keys(list?.queryParameters ?? {})).toEqual(expect.arrayContaining(Object.keys(find?.query ?? {})));
    },
  );
});

describe('operations', () => {
  test.each(operations)('$label declares exactly the parameters of its path', ({ operation }) => {
    const used = [...operation.path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name);
    expect(Object.keys(operation.pathParameters ?? {})).toEqual(used);
  });

  test.each(operations)('$label names a paginator that exists', ({ operation }) => {
    const { paginator } = operation;
    if (typeof paginator === 'string') expect(Object.keys(connector.paginators ?? {})).toContain(paginator);
    else if (paginator) expect(paginator.type).toBe('page-number');
  });

  test.each(operations)('$label sends only query parameters that it declares, and none of the paginator', (item) => {
    const declared = Object.keys(item.operation.queryParameters ?? {});
    expect(declared).toEqual(expect.arrayContaining(Object.keys(item.operation.query ?? {})));
    if (item.operation.delta) expect(declared).toContain(item.operation.delta.parameter);
    if (item.operation.paginator)
      for (const name of ['pageinate', 'page_no', 'page_size']) expect(declared).not.toContain(name);
  });

  test.each(operations.filter(({ name }) => name === 'list'))('$label says where its rows are', ({ operation }) => {
    expect(operation.records).toBeDefined();
    expect(operation.total).toBe(hasView(operation) ? 'record_count' : undefined);
  });

  test.each(operations.filter(({ operation }) => operation.paginator !== undefined))(
    '$label reads its pages in a stable order',
    ({ operation }) => {
      expect(operation.query).toEqual(PAGED);
    },
  );

  test.each(operations.filter(({ name }) => name === 'post'))('$label sends a list of records', ({ operation }) => {
    expect(operation.body?.wrap).toBe('array');
    expect(operation.answer).toEqual({ id: 'id', records: '' });
  });
});

describe('facts about the entities', () => {
  test.each(EXPECTED.map((facts) => ({ name: facts[0], facts })))('$name', ({ name, facts }) => {
    const [, names, paginator, records, key, delta] = facts;
    const entity = entities.get(name);
    const list = entity?.operations['list'];
    expect(Object.keys(entity?.operations ?? {})).toEqual(names);
    expect(typeof list?.paginator === 'object' ? list.paginator.type : list?.paginator).toBe(paginator);
    expect(list?.records).toEqual(records);
    expect(entity?.key).toEqual(key);
    if (delta) expect(list?.delta).toMatchObject(delta);
    else expect(list?.delta).toBeUndefined();
  });

  test('only tickets, projects and opportunities have rows that tell when they changed', () => {
    const names = operations.filter(({ operation }) => operation.delta?.field !== undefined).map(({ label }) => label);
    expect(names).toEqual(['opportunities.list', 'projects.list', 'tickets.list']);
  });

  test('an id is an integer where Halo wants one, and text where it is a GUID', () => {
    expect(entities.get('site')?.integerFields).toEqual(expect.arrayContaining(['id', 'client_id']));
    for (const name of ['priority', 'webhook']) {
      expect(entities.get(name)?.integerFields ?? []).not.toContain('id');
      expect(entities.get(name)?.operations['get']?.pathParameters?.['id']?.type).toBe('string');
    }
  });

  test('no id makes a timesheet an update, because all have the id 0', () => {
    expect(entities.get('timesheet')?.idField).toBeUndefined();
  });

  test.each(['actions.get', 'actions.delete'])('%s asks for the ticket, because ids repeat', (label) => {
    const operation = operations.find((each) => each.label === label)?.operation;
    expect(operation?.queryParameters?.['ticket_id']?.required).toBe(true);
  });
});

describe('fixtures', () => {
  test.each(jsonFiles('fixtures'))('%s fits its operation', (file) => {
    const [entityName = '', operationName = ''] = file.split('.');
    const operation = entities.get(entityName)?.operations[operationName];
    if (!operation) throw new Error(`There is no operation ${entityName}.${operationName}`);
    const { source, request, answer } = readJson(`fixtures/${file}`) as unknown as Fixture;
    expect(source).not.toBe('');
    expect(request.method).toBe(operation.method);
    expect(request.path).toMatch(new RegExp(`^${operation.path.replaceAll(/\{[^}]*\}/g, '[^/]+')}$`));
    expect(request.query ?? {}).toMatchObject(operation.query ?? {});
    if (operationName === 'list') expectRows(entities.get(entityName), operation, answer, file.includes('past-end'));
    if (operationName === 'post') {
      expect(Array.isArray(request.body)).toBe(true);
      expect(answer).toHaveProperty('id');
    }
  });
});

/** The rows are where the manifest says, and each has a key of its own. */
function expectRows(
  entity: EntityManifest | undefined,
  operation: OperationManifest,
  answer: Json,
  isEmpty: boolean,
): void {
  const paths = [operation.records ?? ''].flat();
  const rows = paths.map((path) => valueAt(answer, path)).find((value) => Array.isArray(value)) as Json[] | undefined;
  expect(rows).toBeDefined();
  expect(rows?.length === 0).toBe(isEmpty);
  const keys = (rows ?? []).map((row) => (entity?.key ?? []).map((field) => valueAt(row, field)));
  for (const key of keys) expect(key).not.toContain(undefined);
  expect(new Set(keys.map((key) => JSON.stringify(key))).size).toBe(keys.length);
  if (operation.total !== undefined) expect(valueAt(answer, operation.total)).toBe(rows?.length);
}

/** Rows under a key come with the number of all rows; rows that are the answer itself do not. */
function hasView({ records = '' }: OperationManifest): boolean {
  return [records].flat()[0] !== '';
}

function valueAt(value: Json, name: string): Json | undefined {
  if (name === '') return value;
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, Json>>)[name] : undefined;
}

function jsonFiles(folder: string): string[] {
  return readdirSync(new URL(folder, FOLDER)).filter((name) => name.endsWith('.json'));
}

function readJson(file: string): Json {
  return JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Json;
}
