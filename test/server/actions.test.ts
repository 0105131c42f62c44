import { beforeAll, describe, expect, test } from '@jest/globals';
import { openApiProblems } from '../support/open-api.ts';
import { haloClient, type Reply, withApp } from './with-app.ts';

const app = withApp();
const ACTIONS = '/api/v1/clients/halo/actions';

beforeAll(async () => {
  await app.apply(haloClient(app));
});

function act(name: string, input: object = {}, token?: string): Promise<Reply> {
  return app.send('POST', `${ACTIONS}/${name}`, input, token === undefined ? {} : { token });
}

async function tokenWith(scopes: readonly string[]): Promise<string> {
  const name = scopes.join(' ');
  const { body } = await app.post('/api/v1/tokens', { name, role: 'editor', scopes });
  return String(body['token']);
}

interface Result {
  readonly id: string;
  readonly error: string | null;
  readonly record: Record<string, unknown>;
}

async function addTicket(summary: string): Promise<number> {
  const { body } = await act('add-or-update-ticket', { records: [{ summary }] });
  return Number((body['results'] as Result[])[0]?.id);
}

describe('the four actions for tickets', () => {
  test('a ticket is added, updated by its id, read and deleted', async () => {
    const id = await addTicket('Printer on fire');
    const updated = await act('add-or-update-ticket', { records: [{ id, summary: 'Printer is out' }] });
    expect(updated).toMatchObject({ status: 200, body: { results: [{ id: String(id), error: null }] } });
    const read = await act('get-ticket-by-id', { id });
    expect(read).toMatchObject({ status: 200, body: { record: { id, summary: 'Printer is out' } } });
    expect(await act('delete-ticket-by-id', { id })).toMatchObject({ status: 200 });
    expect(await act('get-ticket-by-id', { id })).toMatchObject({ status: 502, body: { details: { status: 404 } } });
  });

  test('tickets come with their count, as many as are asked for, with the fields that are asked for', async () => {
    const { status, body } = await act('get-tickets', { limit: 3, fields: ['id', 'summary'] });
    const rows = body['rows'] as Record<string, unknown>[];
    expect({ status, isComplete: body['isComplete'] }).toEqual({ status: 200, isComplete: false });
    expect(body['count']).toBeGreaterThanOrEqual(120);
    expect(rows.map((row) => Object.keys(row))).toEqual(Array(3).fill(['id', 'summary']));
  });

  test('more rows than a page holds are read over several, and the end is told', async () => {
    const { body } = await act('tickets.list', { limit: 1000, fields: ['id'] });
    const ids = (body['rows'] as { id: number }[]).map(({ id }) => id);
    expect(new Set(ids).size).toBe(body['count']);
    expect(body['isComplete']).toBe(true);
  });
});

describe('what is wrong with a call is told, and nothing is sent', () => {
  test.each<[string, object, number, string]>([
    ['tickets.get', {}, 400, 'id'],
    ['tickets.get', { id: 'seven' }, 400, 'must be a whole number'],
    ['tickets.get', { id: 7, nonsense: true }, 400, 'nonsense'],
    ['tickets.list', { limit: 0 }, 400, 'limit'],
    ['tickets.post', { records: [] }, 400, 'records'],
    ['get-ticket-by-idd', {}, 404, 'get-ticket-by-id'],
    ['tickets.gett', {}, 404, 'did you mean "get"'],
  ])('%s with %j', async (name, input, status, message) => {
    const before = app.halo.requests.length;
    const reply = await act(name, input);
    expect(reply).toMatchObject({ status, body: { message: expect.stringContaining(message) } });
    expect(app.halo.requests.length).toBe(before);
  });
});

describe('rights', () => {
  test('a token that may read is refused what writes and deletes', async () => {
    const token = await tokenWith(['actions:read']);
    expect(await act('tickets.list', { limit: 1 }, token)).toMatchObject({ status: 200 });
    for (const [name, input] of [
      ['tickets.post', { records: [{ summary: 'x' }] }],
      ['tickets.delete', { id: 1 }],
      // Nobody knows that a call by POST only reads.
      ['tickets.post-view', {}],
    ] as const) {
      expect(await act(name, input, token)).toMatchObject({ status: 403, body: { code: 'ERR_FORBIDDEN' } });
    }
  });

  test('a token that may write is refused what deletes', async () => {
    const token = await tokenWith(['actions:read', 'actions:write']);
    expect(await act('tickets.post', { records: [{ summary: 'by a token' }] }, token)).toMatchObject({ status: 200 });
    expect(await act('tickets.delete', { id: 1 }, token)).toMatchObject({ status: 403 });
  });

  test('every call is in the audit trail, also one that failed, with which record it was about', async () => {
    await act('tickets.get', { id: 424242 });
    const { body } = await app.get('/api/v1/audit?limit=1');
    expect(body['items']).toMatchObject([
      { actor: 'administrator', action: 'action.read', subject: 'client/halo/tickets.get', after: { id: 424242 } },
    ]);
  });
});

describe('what a client can do', () => {
  test('is found by words, the named action before its operation', async () => {
    const { body } = await app.get(`${ACTIONS}?search=get tickets&kind=read&limit=2`);
    const names = (body['items'] as { name: string }[]).map(({ name }) => name);
    expect(names[0]).toBe('get-tickets');
    expect(body['nextCursor']).toEqual(expect.any(String));
  });

  test('is described: input with parameters and controls, output with the record', async () => {
    const { body } = await app.get(`${ACTIONS}/tickets.list`);
    expect(body).toMatchObject({
      kind: 'read',
      input: { properties: { client_id: { type: 'integer' }, limit: { default: 100 }, since: { type: 'string' } } },
      output: { properties: { rows: { items: { properties: { summary: { type: ['string', 'null'] } } } } } },
    });
  });

  test('is described as OpenAPI whose references lead somewhere and whose ids are one of a kind', async () => {
    const { body, text } = await app.get(`${ACTIONS}/openapi.json`);
    const { paths, components } = body as {
      paths: Record<string, { post: { operationId: string } }>;
      components: { schemas: Record<string, object> };
    };
    const ids = Object.values(paths).map(({ post }) => post.operationId);
    expect(ids.length).toBeGreaterThan(1400);
    expect(new Set(ids).size).toBe(ids.length);
    const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name ?? '');
    expect([...new Set(references)].filter((name) => !(name in components.schemas))).toEqual([]);
  });

  test('is valid by the published schema of OpenAPI 3.1, and so is the description of the whole API', async () => {
    for (const path of [`${ACTIONS}/openapi.json`, `${ACTIONS}/openapi.json?entities=tickets`, '/api/v1/openapi.json'])
      expect([path, await openApiProblems((await app.get(path)).body)]).toEqual([path, []]);
  });

  test('an entity that is not there is told with the nearest', async () => {
    const reply = await app.get(`${ACTIONS}/openapi.json?entities=ticket`);
    expect(reply).toMatchObject({ status: 404, body: { message: expect.stringContaining('tickets') } });
  });
});
