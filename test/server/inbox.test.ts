import { beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '../support/with-platform.ts';
import { haloClient, ticketsIncoming, withApp } from './with-app.ts';

const app = withApp();
const API = '/api/v1';
const FIRST_TICKET = 20001;

/** Tickets become suppliers; the first ten fail for want of a field, the next ten are filtered out. */
function documents(): object[] {
  return [
    haloClient(app),
    ticketsIncoming(),
    {
      kind: 'outgoing',
      identifier: 'suppliers',
      spec: { publisher: { type: 'connector', client: 'halo', action: 'post', entity: 'supplier' } },
    },
    {
      kind: 'route',
      identifier: 'tickets-to-suppliers',
      spec: {
        incoming: 'tickets',
        outgoing: 'suppliers',
        retry: { attempts: 1 },
        transformers: [
          { type: 'filter', when: { field: 'id', lessThan: FIRST_TICKET + 60 } },
          { type: 'fail', message: 'No supplier', when: { field: 'id', lessThan: FIRST_TICKET + 10 } },
          { type: 'filter', when: { field: 'id', atLeast: FIRST_TICKET + 20 } },
          { type: 'map', fields: { name: 'Supplier &{id}' } },
        ],
      },
    },
  ];
}

async function runToRest(): Promise<void> {
  const { body } = await app.post(`${API}/incomings/tickets/runs`, { mode: 'full' });
  await until(async () => {
    const run = (await app.get(`${API}/runs/${String(body['id'])}`)).body;
    const tasks = run['tasks'] as Record<string, number>;
    const open = (tasks['new'] ?? 0) + (tasks['processing'] ?? 0) + (tasks['retrying'] ?? 0);
    return run['status'] !== 'running' && open === 0;
  });
}

interface Line {
  readonly key?: string;
  readonly action?: string;
  readonly totals?: Readonly<Record<string, number>>;
  readonly isComplete?: boolean;
}

async function plan(body: object): Promise<Line[]> {
  const reply = await app.post(`${API}/routes/tickets-to-suppliers/plan`, body);
  expect(reply).toMatchObject({ status: 200 });
  expect(reply.headers.get('content-type')).toContain('application/x-ndjson');
  const lines = reply.text.trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Line);
}

interface Group {
  readonly id: string;
  readonly count: number;
}

async function onlyGroup(query = ''): Promise<Group> {
  const { items } = (await app.get(`${API}/errors${query}`)).body as { items: Group[] };
  expect(items).toHaveLength(1);
  return items[0] as Group;
}

beforeAll(async () => {
  await app.apply(...documents());
});

describe('a plan', () => {
  test('has a line for each record and the totals at the end, and changes nothing', async () => {
    const before = app.halo.store.rows('supplier').length;
    const lines = await plan({});
    const end = lines.at(-1);
    expect(end).toMatchObject({
      isComplete: true,
      totals: { create: 40, update: 0, unchanged: 0, fail: 10, skip: 70 },
    });
    expect(lines.slice(0, -1)).toHaveLength(120);
    expect(lines).toContainEqual(expect.objectContaining({ key: String(FIRST_TICKET), action: 'fail' }));
    expect(app.halo.store.rows('supplier')).toHaveLength(before);
    expect((await app.get(`${API}/tasks`)).body).toEqual({ items: [], nextCursor: null });
    expect((await app.get(`${API}/runs`)).body).toEqual({ items: [], nextCursor: null });
  });

  test('ends after so many records where it is told to, and says so', async () => {
    const lines = await plan({ limit: 3, mode: 'full' });
    expect(lines).toHaveLength(4);
    expect(lines.at(-1)).toMatchObject({ isComplete: false });
  });

  test('of a route that is not there names what is', async () => {
    const reply = await app.post(`${API}/routes/tickets-to-supliers/plan`, {});
    expect(reply).toMatchObject({ status: 404, body: { message: expect.stringContaining('tickets-to-suppliers') } });
  });

  test('of a source that breaks off ends with the error', async () => {
    const fault = app.halo.faults.add({
      match: { path: /tickets/i },
      effect: { kind: 'answer', status: 400, body: { error: 'no' } },
    });
    const reply = await app.post(`${API}/routes/tickets-to-suppliers/plan`, {});
    fault.remove();
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(reply.body).toMatchObject({ code: 'ERR_REFUSED' });
  });
});

describe('after a run that failed in part', () => {
  beforeAll(runToRest);

  test('the errors are one group with its count, routes and a sample', async () => {
    const group = await onlyGroup();
    expect(group).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      state: 'open',
      count: 10,
      message: expect.stringContaining('No supplier'),
      sample: { route: 'tickets-to-suppliers', state: 'failed' },
    });
    expect((await app.get(`${API}/errors/${group.id}`)).body).toMatchObject(group);
    expect((await app.get(`${API}/errors?route=another`)).body).toEqual({ items: [], nextCursor: null });
    expect(await app.get(`${API}/errors/0123456789abcdef`)).toMatchObject({ status: 404 });
  });

  test('a group is decided about by those who may, with the reason', async () => {
    const { id } = await onlyGroup();
    const path = `${API}/errors/${id}/ignore`;
    expect(await app.send('POST', path, { reason: 'known' }, { role: 'viewer' })).toMatchObject({ status: 403 });
    expect(await app.post(path, { reason: 'known' })).toMatchObject({
      status: 200,
      body: { id, state: 'ignored', decision: { reason: 'known' } },
    });
    expect((await app.get(`${API}/errors`)).body['items']).toEqual([]);
    expect(await onlyGroup('?state=ignored')).toMatchObject({ id });
    expect(await app.post(`${API}/errors/${id}/reopen`, {})).toMatchObject({ body: { state: 'open' } });
  });

  test('a preview of a bulk action counts and shows what would change, and does nothing', async () => {
    const { id } = await onlyGroup();
    const reply = await app.post(`${API}/tasks/bulk/preview`, {
      action: 'replay',
      filter: { error: id },
      edits: [{ set: 'id', value: 20099 }],
    });
    expect(reply).toMatchObject({ status: 200, body: { count: 10, isCapped: false } });
    expect(reply.body['sample']).toHaveLength(5);
    expect(reply.body['sample']).toContainEqual(
      expect.objectContaining({ diff: [expect.objectContaining({ path: 'id', to: 20099 })] }),
    );
    expect(await onlyGroup()).toMatchObject({ count: 10 });
  });

  test('a bulk action that cannot be is refused, and says why', async () => {
    const start = (body: object) => app.post(`${API}/bulk-actions`, { name: 'x', ...body });
    expect(await start({ action: 'retry', filter: {} })).toMatchObject({ status: 400 });
    expect(await start({ action: 'replay', filter: { state: 'failed' } })).toMatchObject({ status: 400 });
    expect(await start({ action: 'retry', filter: { state: 'processing' } })).toMatchObject({
      status: 409,
      body: { code: 'ERR_TASK_STATE', details: { state: 'processing' } },
    });
    expect(await app.get(`${API}/bulk-actions/999`)).toMatchObject({ status: 404 });
  });

  test('a bulk action works in the background, tells how far it is, and is over once', async () => {
    const { id: error } = await onlyGroup();
    const started = await app.post(`${API}/bulk-actions`, { name: 'skip them', action: 'skip', filter: { error } });
    expect(started).toMatchObject({ status: 202, body: { name: 'skip them', action: 'skip', matched: 10 } });
    const id = String(started.body['id']);
    await until(async () => (await app.get(`${API}/bulk-actions/${id}`)).body['status'] !== 'running');
    expect((await app.get(`${API}/bulk-actions/${id}`)).body).toMatchObject({ status: 'done', done: 10, changed: 10 });
    expect((await app.get(`${API}/bulk-actions`)).body).toMatchObject({ items: [{ id, name: 'skip them' }] });
    expect((await app.get(`${API}/errors`)).body['items']).toEqual([]);
    expect((await app.get(`${API}/tasks?state=failed`)).body['items']).toEqual([]);
    expect(await app.send('DELETE', `${API}/bulk-actions/${id}`)).toMatchObject({
      status: 409,
      body: { code: 'ERR_BULK_ACTION_OVER' },
    });
  });
});
