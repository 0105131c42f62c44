import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { loadConnector, loadConnectors } from '../../src/connector/load.ts';
import type { OperationManifest } from '../../src/connector/manifest-schema.ts';
import { importOpenApi } from '../../src/connector/open-api/import.ts';
import { formatJson } from '../../src/connector/open-api/format-json.ts';
import type { Json } from '../../src/core/record.ts';

const FOLDER = new URL('../../connector/haloitsm/', import.meta.url);

const connector = loadConnector(fileURLToPath(FOLDER)).manifest;
const entities = loadConnector(fileURLToPath(FOLDER)).entities;
const operations = [...entities.values()].flatMap((entity) =>
  Object.entries(entity.operations).map(([name, operation]) => ({ label: `${entity.name}.${name}`, name, operation })),
);

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
  ['actions', ALL, 'single', 'actions', ['ticket_id', 'id'], { ...CHANGED, parameter: 'startdate' }],
  ['asset', ALL, 'pages-of-50', 'assets', ['id'], CHANGED],
  ['assettype', ALL, 'page-number', ['assettypes', ''], ['id']],
  ['client', ALL_AND_ME, 'pages', 'clients', ['id'], CHANGED],
  ['site', ALL, 'pages', 'sites', ['id'], CHANGED],
  ['users', ALL_AND_ME, 'pages', 'users', ['id'], CHANGED],
  ['agent', ALL_AND_ME, 'single', ['', 'results'], ['id']],
  ['tickettype', ALL, 'single', '', ['id']],
  ['status', ALL, 'single', '', ['id']],
  ['priority', ALL, 'single', '', ['id']],
  ['team', ALL, 'single', '', ['id']],
  ['category', ALL, 'single', '', ['id']],
  ['invoice', ALL, 'pages', 'invoices', ['id']],
  ['item', ALL, 'pages', 'items', ['id']],
  ['clientcontract', ALL, 'pages', 'contracts', ['id']],
  ['supplier', ALL, 'pages', 'suppliers', ['id']],
  ['kbarticle', ALL, 'pages', 'articles', ['id']],
  ['attachment', ['list', 'get', 'post', 'delete'], 'single', 'attachments', ['id']],
  ['fieldinfo', ALL, 'single', '', ['id']],
  ['lookup', ALL, 'single', '', ['lookupid', 'id']],
  ['projects', ALL, 'pages', 'tickets', ['id'], { ...CHANGED, field: 'last_update' }],
  ['opportunities', ALL, 'pages', 'tickets', ['id'], { ...CHANGED, field: 'last_update' }],
  ['quotation', ALL, 'pages', 'quotes', ['id']],
  ['recurringinvoice', ALL, 'pages', 'invoices', ['id']],
  ['webhook', ALL, 'single', '', ['id']],
  ['timesheet', ['list', 'get', 'post'], 'single', '', ['agent_id', 'date']],
];

/** Labels of the operations of which something does not hold. */
function offenders(holds: (operation: OperationManifest, name: string, label: string) => boolean): string[] {
  return operations.filter(({ operation, name, label }) => !holds(operation, name, label)).map(({ label }) => label);
}

function declaredQuery({ queryParameters }: OperationManifest): string[] {
  return Object.keys(queryParameters ?? {});
}

describe('all operations of Halo', () => {
  test('are there, each once', () => {
    const listed = readFileSync(new URL('halo-operations.txt', import.meta.url), 'utf8')
      .trim()
      .split('\n');
    const there = operations.map(({ operation }) => `${operation.method} ${operation.path}`);
    expect(listed).toHaveLength(1473);
    expect([...there].sort()).toEqual([...listed].sort());
    expect(new Set(there).size).toBe(there.length);
  });

  test('are what the importer makes of source and overlay', () => {
    const made = importOpenApi(readJson('source/openapi.json'), readJson('overlay.json'));
    const files = [...made.entities].map(([name, entity]) => [`${name}.json`, formatJson(entity)]);
    const checkedIn = jsonFiles('entities').map((name) => [
      name,
      readFileSync(new URL(`entities/${name}`, FOLDER), 'utf8'),
    ]);
    expect(Object.fromEntries(checkedIn)).toEqual(Object.fromEntries(files));
    expect(made.report.skipped).toEqual([]);
  });

  test('have titles in plain words that differ inside an entity', () => {
    expect(
      offenders(({ title }) => /^[A-Z][a-z]+s /.test(title) && !/[/{}_]|\b(?:GET|POST|DELETE)\b/.test(title)),
    ).toEqual([]);
    const doubled = [...entities.values()].filter(({ operations: own }) => {
      const titles = Object.values(own).map(({ title }) => title);
      return new Set(titles).size < titles.length;
    });
    expect(doubled.map(({ name }) => name)).toEqual([]);
  });

  test('send only query parameters that they declare, and none of the paginator', () => {
    expect(
      offenders((each) => Object.keys(each.query ?? {}).every((name) => declaredQuery(each).includes(name))),
    ).toEqual([]);
    expect(offenders((each) => !each.delta?.parameter || declaredQuery(each).includes(each.delta.parameter))).toEqual(
      [],
    );
    const ofPages = ['pageinate', 'page_no', 'page_size'];
    const isPaged = ({ paginator }: OperationManifest) => paginator !== undefined && paginator !== 'single';
    expect(offenders((each) => !isPaged(each) || !declaredQuery(each).some((name) => ofPages.includes(name)))).toEqual(
      [],
    );
    const isOrdered = ({ query }: OperationManifest) => query?.['order'] === 'id' && query['orderdesc'] === false;
    expect(offenders((each) => !isPaged(each) || !declaredQuery(each).includes('order') || isOrdered(each))).toEqual(
      [],
    );
  });

  test('announce how many rows there are where the rows stand under a key', () => {
    const announces = ({ total }: OperationManifest) => total === 'record_count';
    expect(offenders((each, name) => name !== 'list' || announces(each) === hasView(each))).toEqual([]);
  });

  test('mark every list as inferred that is read by pattern', () => {
    const isByPattern = (operation: OperationManifest) =>
      Array.isArray(operation.records) && operation.records.length > 1;
    const known = ['agent.list'];
    expect(
      offenders((each, _, label) => !isByPattern(each) || each.status === 'inferred' || known.includes(label)),
    ).toEqual([]);
  });

  test('send a list of records where they create or update', () => {
    const takesNone = [
      'bookmark',
      'chat',
      'documentcreation',
      'impersonationrequest',
      'logintoken',
      'notify',
      'taskschedule',
      'tenant',
    ];
    const single = takesNone.map((entity) => `${entity}.post`);
    expect(offenders(({ body }, name) => name !== 'post' || body?.wrap === 'array')).toEqual(single);
    const isAnswered = ({ answer }: OperationManifest) => answer?.id === 'id' && answer.records === '';
    expect(offenders((each, name, label) => name !== 'post' || isAnswered(each) || single.includes(label))).toEqual([]);
  });

  test('that find a record know the parameters that they send', () => {
    for (const { find, operations: own } of entities.values()) {
      if (find)
        expect(declaredQuery(own['list'] as OperationManifest)).toEqual(
          expect.arrayContaining(Object.keys(find.query)),
        );
    }
  });
});

describe('the connectors that take everything from this one', () => {
  const started = performance.now();
  const all = loadConnectors(fileURLToPath(new URL('../', FOLDER)));
  const took = performance.now() - started;

  test.each(['halopsa', 'halocrm', 'haloservicedesk'])('%s has its entities, sign-in and paging', (name) => {
    const found = all.get(name);
    expect([...(found?.entities.keys() ?? [])]).toEqual([...entities.keys()]);
    expect(found?.manifest.authentications).toEqual(connector.authentications);
    expect(found?.manifest.paginators).toEqual(connector.paginators);
    expect(found?.manifest.title).not.toBe(connector.title);
    expect(found?.manifest.parameters['baseUri']?.placeholder).toContain(name);
  });

  test('share the entities of this one, so that four connectors take the room of one', () => {
    expect(all.get('halopsa')?.entities.get('tickets')).toBe(all.get('haloitsm')?.entities.get('tickets'));
    process.stdout.write(`All connectors were loaded in ${Math.round(took)} ms\n`);
  });
});

describe('facts about the entities', () => {
  test.each(EXPECTED.map((facts) => ({ name: facts[0], facts })))('$name', ({ name, facts }) => {
    const [, names, paginator, records, key, delta] = facts;
    const entity = entities.get(name);
    const list = entity?.operations['list'];
    expect(Object.keys(entity?.operations ?? {}).slice(0, names.length)).toEqual(names);
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

/** Rows under a key come with the number of all rows; rows that are the answer itself do not. */
function hasView({ records = '' }: OperationManifest): boolean {
  return [records].flat()[0] !== '';
}

function jsonFiles(folder: string): string[] {
  return readdirSync(new URL(folder, FOLDER)).filter((name) => name.endsWith('.json'));
}

function readJson(file: string): Json {
  return JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Json;
}
