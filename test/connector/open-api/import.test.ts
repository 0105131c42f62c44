import { describe, expect, test } from '@jest/globals';
import { factsOnly } from '../../../src/connector/open-api/facts-only.ts';
import { importOpenApi } from '../../../src/connector/open-api/import.ts';
import { DEVICES, documentWith, parsed, QUERY } from './documents.ts';

type Entities = ReturnType<typeof importOpenApi>['entities'];

const { entities, report } = importOpenApi(DEVICES);
const devices = entities.get('devices');

function operation(from: Entities, entity: string, name: string): Record<string, unknown> | undefined {
  return from.get(entity)?.operations[name];
}

function thrown(work: () => unknown): { code?: string; message?: string } {
  try {
    work();
  } catch (error) {
    return error as { code: string; message: string };
  }
  return {};
}

describe('an OpenAPI 3 document', () => {
  test('becomes entities by the first word of a path, and operations by plain names', () => {
    expect([...entities.keys()]).toEqual(['devices']);
    expect(Object.keys(devices?.operations ?? {})).toEqual([
      'list',
      'get',
      'create',
      'update',
      'replace',
      'delete',
      'alerts',
      'reset',
    ]);
  });

  test('gets titles in our words, never the sentences of the vendor', () => {
    const titles = Object.values(devices?.operations ?? {}).map(({ title }) => title);
    expect(titles).toEqual([
      'Lists devices',
      'Gets one device by its device id',
      'Adds one device',
      'Updates one device by its device id',
      'Replaces one device by its device id',
      'Deletes one device by its device id',
      'Gets the alerts of one device',
      'Resets one device',
    ]);
    expect(JSON.stringify([...entities])).not.toContain('vendor');
  });

  test('says what each operation does', () => {
    expect(operation(entities, 'devices', 'replace')?.['action']).toBe('update');
    expect(operation(entities, 'devices', 'alerts')).toMatchObject({ action: 'list', records: '' });
    expect(operation(entities, 'devices', 'reset')?.['action']).toBe('call');
    expect(operation(entities, 'devices', 'get')).not.toHaveProperty('action');
  });

  test('has the parameters of a path, also undeclared ones, and those of the query', () => {
    expect(operation(entities, 'devices', 'get')?.['pathParameters']).toEqual({ deviceId: 'integer' });
    expect(operation(entities, 'devices', 'alerts')?.['pathParameters']).toEqual({ deviceId: 'string' });
    expect(operation(entities, 'devices', 'list')?.['queryParameters']).toEqual({ active: 'boolean' });
  });

  test('tells the fields of what is sent', () => {
    expect(devices?.fields).toEqual({
      id: { type: 'integer', readOnly: true },
      name: 'string',
      seen: 'date',
      tags: 'array',
      site: 'object',
    });
  });

  test('never has pages that nobody states: a list reads one, is inferred, and is told', () => {
    expect(operation(entities, 'devices', 'list')).toMatchObject({ paginator: 'single', status: 'inferred' });
    expect(report).toEqual({
      operations: 8,
      entities: 1,
      onePageOnly: ['devices.list', 'devices.alerts'],
      skipped: [],
    });
    expect(devices?.key).toEqual([]);
  });
});

describe('OpenAPI 2 and 3.1', () => {
  test('an OpenAPI 2 document has its types beside the names, bodies among the parameters', () => {
    const found = importOpenApi({
      swagger: '2.0',
      basePath: '/api',
      paths: {
        '/sites': {
          get: {
            produces: ['text/csv'],
            parameters: [{ name: 'ids', in: 'query', type: 'array', collectionFormat: 'multi' }],
          },
          post: { parameters: [{ name: 'body', in: 'body', schema: { $ref: '#/definitions/Site' } }] },
        },
        '/sites/{id}/logo': {
          post: { consumes: ['multipart/form-data'], parameters: [{ name: 'file', in: 'formData' }] },
        },
      },
      definitions: { Site: { allOf: [{ properties: { id: { type: 'integer' } } }, { properties: { name: {} } }] } },
    }).entities;
    expect(operation(found, 'sites', 'list')).toMatchObject({
      queryParameters: { ids: { type: 'array', style: 'repeat' } },
      expects: 'text',
    });
    expect(found.get('sites')?.fields).toEqual({ id: 'integer', name: 'string' });
    expect(operation(found, 'sites', 'post-logo')?.['body']).toEqual({ encoding: 'multipart' });
  });

  test('an OpenAPI 3.1 document lists types that may be empty', () => {
    const schema = { type: ['integer', 'null'] };
    const paths = { '/sites': { get: { parameters: [{ name: 'parent', in: 'query', schema }] } } };
    const found = importOpenApi({ openapi: '3.1.0', paths }).entities;
    expect(operation(found, 'sites', 'list')?.['queryParameters']).toEqual({ parent: 'integer' });
  });

  test.each([
    [null, 'does not hold an object'],
    [{}, 'neither "openapi" nor "swagger"'],
    [{ openapi: '4.0.0', paths: {} }, 'its version is "4.0.0"'],
    [{ openapi: '3.0.0' }, 'it has no "paths"'],
  ])('%j is no OpenAPI document, and why is said', (document, why) => {
    const error = thrown(() => importOpenApi(document));
    expect(error.code).toBe('ERR_OPENAPI');
    expect(error.message).toContain(why);
  });
});

describe('documents that break their rules', () => {
  test.each([
    ['int', 'integer'],
    ['bool', 'boolean'],
    ['double', 'number'],
    ['List<int>', 'array'],
    ['DateTime', 'date'],
    ['who knows', 'string'],
  ])('a parameter of type %s becomes %s', (type, expected) => {
    const parameters = [{ name: 'a', in: 'query', schema: { type } }];
    const found = importOpenApi(documentWith({ '/x': { get: { parameters } } })).entities;
    expect(operation(found, 'x', 'list')?.['queryParameters']).toEqual({ a: expected });
  });

  test('parameters without a schema are text, duplicates count once, those without a name not at all', () => {
    const parameters = [{ name: 'a', in: 'query' }, QUERY, QUERY, { in: 'query' }, null, 'text', { name: 'b' }];
    const found = importOpenApi(documentWith({ '/x/{id}/y': { get: { parameters } } })).entities;
    expect(operation(found, 'x', 'y')).toMatchObject({
      pathParameters: { id: 'string' },
      queryParameters: { a: 'string', active: 'boolean' },
    });
  });

  test('references in a circle, to nowhere or to other files end the search and nothing else', () => {
    const reference = (to: string) => ({ name: to, in: 'query', schema: { $ref: to } });
    const list = ['#/components/schemas/A', '#/components/schemas/Gone', 'other.json#/X'].map(reference);
    const schemas = { A: { $ref: '#/components/schemas/B' }, B: { $ref: '#/components/schemas/A' } };
    const loop: { allOf: unknown[]; properties: object } = { allOf: [], properties: { a: { type: 'string' } } };
    loop.allOf.push({ $ref: '#/components/schemas/Loop' });
    const content = { 'application/json': { schema: { $ref: '#/components/schemas/Loop' } } };
    const document = documentWith(
      { '/x': { get: { parameters: [...list, { $ref: '#/nowhere' }] }, post: { requestBody: { content } } } },
      { components: { schemas: { ...schemas, Loop: loop } } },
    );
    const found = importOpenApi(document).entities;
    expect(operation(found, 'x', 'list')?.['queryParameters']).toEqual({
      '#/components/schemas/A': 'object',
      '#/components/schemas/Gone': 'object',
      'other.json#/X': 'object',
    });
    expect(found.get('x')?.fields).toEqual({ a: 'string' });
  });

  test('keys that reach prototypes are passed over, and nothing is changed by them', () => {
    const document = parsed(`{
      "openapi": "3.0.0",
      "paths": {
        "/x": {
          "get": { "parameters": [{ "name": "__proto__", "in": "query" }, { "name": "constructor", "in": "query" }] },
          "__proto__": { "polluted": true },
          "post": { "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/X" } } } } }
        },
        "/__proto__": { "get": {} },
        "/constructor": { "get": {} },
        "/y/{__proto__}": { "get": {} }
      },
      "components": { "schemas": { "X": { "properties": { "__proto__": { "type": "string" }, "a": { "$ref": "#/constructor/prototype" } } } } }
    }`);
    const { entities: found, report: told } = importOpenApi(document);
    expect([...found.keys()]).toEqual(['proto', 'x']);
    expect(operation(found, 'x', 'list')).not.toHaveProperty('queryParameters');
    expect(found.get('x')?.fields).toEqual({ a: 'object' });
    expect(told.skipped.map(({ what }) => what)).toEqual([
      'GET /x, parameter "__proto__"',
      'GET /x, parameter "constructor"',
      '/y/{__proto__}',
      'GET /constructor',
    ]);
    expect({}).not.toHaveProperty('polluted');
  });

  test.each(['x', '/x?y=1', '/x/../y', '/x/{a', '/x/{a}/{a}', '/x/{a b}'])(
    'the path %s is skipped, and why is said',
    (path) => {
      const { report: told } = importOpenApi(documentWith({ [path]: { get: {} } }));
      expect(told).toMatchObject({ operations: 0, skipped: [{ what: path }] });
    },
  );

  test('a document of 5 MB is read', () => {
    const parameters = Array.from({ length: 50 }, (_, index) => ({ ...QUERY, name: `parameter_${index}` }));
    const paths = Object.fromEntries(
      Array.from({ length: 1600 }, (_, index) => [`/thing${index}`, { get: { parameters } }]),
    );
    const text = JSON.stringify(documentWith(paths));
    expect(text.length).toBeGreaterThan(5_000_000);
    expect(importOpenApi(parsed(text)).report).toMatchObject({ operations: 1600, entities: 1600 });
  });
});

describe('names', () => {
  const many = documentWith({
    '/x/{id}/lines': { get: {}, post: {} },
    '/x/lines': { get: {} },
    '/x/clear-cache': { post: {}, get: {} },
    '/x/lines/{id}': { get: {}, delete: {} },
    '/x/2fa': { get: {} },
  });

  test('are told apart by what they do and by their parameters', () => {
    const names = Object.entries(importOpenApi(many).entities.get('x')?.operations ?? {});
    expect(Object.fromEntries(names.map(([name, { method, path }]) => [name, `${method} ${path}`]))).toEqual({
      lines: 'GET /x/lines',
      'lines-by-id': 'GET /x/{id}/lines',
      'post-lines': 'POST /x/{id}/lines',
      'clear-cache': 'POST /x/clear-cache',
      'get-clear-cache': 'GET /x/clear-cache',
      'get-lines': 'GET /x/lines/{id}',
      'delete-lines': 'DELETE /x/lines/{id}',
      'get-2fa': 'GET /x/2fa',
    });
  });

  test('stay when the document gains an operation that would take one by pattern', () => {
    const before = documentWith({ '/x/{id}/lines': { get: {} } });
    const known = new Map(
      [...importOpenApi(before).entities.values()].flatMap((entity) =>
        Object.entries(entity.operations).map(([name, { method, path }]) => [`x ${method} ${path}`, name]),
      ),
    );
    const after = importOpenApi(many, {}, known).entities.get('x')?.operations;
    expect(after?.['lines']?.path).toBe('/x/{id}/lines');
    expect(after?.['lines-2']?.path).toBe('/x/lines');
  });

  test('and order do not depend on the order inside the document', () => {
    const turned = documentWith(Object.fromEntries(Object.entries((many as { paths: object }).paths).reverse()));
    expect(JSON.stringify([...importOpenApi(turned).entities])).toBe(JSON.stringify([...importOpenApi(many).entities]));
  });
});

describe('a copy with nothing but facts', () => {
  test('gives the same entities, and holds no sentence of the vendor', () => {
    const copy = factsOnly(DEVICES, 'copy');
    expect(importOpenApi(copy)).toEqual(importOpenApi(DEVICES));
    expect(JSON.stringify(copy)).not.toContain('sentence');
  });
});
