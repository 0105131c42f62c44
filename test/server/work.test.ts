import { beforeAll, describe, expect, test } from '@jest/globals';
import { textOf } from '../../sandbox/halo/record.ts';
import { haloClient, type Reply, ticketsIncoming, withApp } from './with-app.ts';

const app = withApp();
const API = '/api/v1';
const FIRST_TICKET = 20001;

/** Tickets become suppliers; the first ten fail in the route, the next ten are filtered out. */
function documents(): object[] {
  return [
    haloClient(app),
    ticketsIncoming(),
    ticketsIncoming('switched-off', { disabled: true }),
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
          { type: 'fail', message: 'Not this one', when: { field: 'id', lessThan: FIRST_TICKET + 10 } },
          { type: 'filter', when: { field: 'id', atLeast: FIRST_TICKET + 20 } },
          { type: 'map', fields: { name: 'Supplier &{id}' } },
        ],
      },
    },
  ];
}

/** Waits until the run is over and none of its tasks is open. */
async function atRest(run: unknown): Promise<Reply> {
  for (;;) {
    const reply = await app.get(`${API}/runs/${String(run)}`);
    const { new: fresh, processing, retrying } = reply.body['tasks'] as Record<string, number>;
    if (reply.body['status'] !== 'running' && fresh === 0 && processing === 0 && retrying === 0) return reply;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function tasks(query: string): Promise<{ id: string; key: string; state: string }[]> {
  return (await app.get(`${API}/tasks?${query}`)).body['items'] as { id: string; key: string; state: string }[];
}

async function first(state: string): Promise<{ id: string; key: string; state: string }> {
  const [task] = await tasks(`state=${state}&limit=1`);
  if (!task) throw new Error(`No task is ${state}`);
  return task;
}

let run: Reply;

beforeAll(async () => {
  await app.apply(...documents());
  const started = await app.post(`${API}/incomings/tickets/runs`);
  expect(started).toMatchObject({
    status: 202,
    body: { id: expect.stringMatching(/^\d+$/), incoming: 'tickets', status: 'running', finishedAt: null },
  });
  run = await atRest(started.body['id']);
});

test('the backlog tells of each route what is open, waits and failed', async () => {
  const { body } = await app.get(`${API}/backlog`);
  const failed = (await tasks('state=failed&limit=500')).length;
  expect(failed).toBeGreaterThan(0);
  expect(body).toEqual({
    items: [{ route: 'tickets-to-suppliers', open: 0, waiting: 0, failed, oldestAt: null }],
    nextCursor: null,
  });
});

describe('a run', () => {
  test('tells what was announced, received and became of it', () => {
    expect(run.body).toMatchObject({
      status: 'succeeded',
      mode: 'incremental',
      cause: 'api',
      announced: 120,
      received: 120,
      new: 120,
      unchanged: 0,
      repeated: 0,
      startedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      finishedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      tasks: { new: 0, processing: 0, retrying: 0, waiting: 0, finished: 100, failed: 10, skipped: 10 },
    });
    expect(run.body).not.toHaveProperty('error');
  });

  test('is in the list, by incoming and status', async () => {
    const { id } = run.body;
    expect((await app.get(`${API}/runs?incoming=tickets&status=succeeded`)).body).toMatchObject({ items: [{ id }] });
    expect((await app.get(`${API}/runs?status=failed`)).body).toEqual({ items: [], nextCursor: null });
    expect(await app.get(`${API}/runs?status=done`)).toMatchObject({ status: 400 });
  });

  test('of an incoming that runs already is refused with the active one', async () => {
    await app.apply(ticketsIncoming('blocked'));
    // Taken by a worker that lives elsewhere, so that it stays as it is.
    await app.platform.store.workers.register('elsewhere', 'worker', 3_600_000);
    const active = await app.startHeld('blocked', 'elsewhere');
    const reply = await app.post(`${API}/incomings/blocked/runs`, { mode: 'full' });
    expect(reply).toMatchObject({
      status: 409,
      body: { code: 'ERR_RUN_ACTIVE', details: { run: String(active) } },
    });
    const cancelled = await app.post(`${API}/runs/${active}/cancel`);
    expect(cancelled).toMatchObject({ status: 200, body: { status: 'running', cancelRequested: true } });
  });

  test('that is over cannot be cancelled', async () => {
    const reply = await app.post(`${API}/runs/${String(run.body['id'])}/cancel`);
    expect(reply).toMatchObject({ status: 409, body: { code: 'ERR_RUN_OVER', details: { status: 'succeeded' } } });
  });

  test('of an unknown, disabled or broken incoming does not start', async () => {
    expect(await app.post(`${API}/incomings/tikets/runs`)).toMatchObject({
      status: 404,
      body: { code: 'ERR_NOT_FOUND', message: 'There is no incoming "tikets" (did you mean "tickets"?)' },
    });
    expect(await app.post(`${API}/incomings/switched-off/runs`)).toMatchObject({
      status: 409,
      body: { code: 'ERR_DISABLED' },
    });
    expect(await app.post(`${API}/incomings/tickets/runs`, { mode: 'all' })).toMatchObject({ status: 400 });
    expect(await app.get(`${API}/runs/999999`)).toMatchObject({ status: 404, body: { code: 'ERR_NOT_FOUND' } });
  });
});

describe('the list of tasks', () => {
  test('comes in pages, newest first, each task once', async () => {
    const seen: number[] = [];
    let cursor = '';
    for (let page = 0; page < 10; page += 1) {
      const reply = await app.get(`${API}/tasks?run=${String(run.body['id'])}&limit=50${cursor}`);
      seen.push(...(reply.body['items'] as { id: string }[]).map(({ id }) => Number(id)));
      const next = reply.body['nextCursor'];
      if (typeof next !== 'string') break;
      cursor = `&cursor=${next}`;
    }
    expect(seen).toHaveLength(120);
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => b - a));
  });

  test('is filtered by state, route, incoming and key', async () => {
    expect(await tasks('state=failed&limit=500')).toHaveLength(10);
    expect(await tasks('state=failed,skipped&limit=500')).toHaveLength(20);
    expect(await tasks('route=none')).toEqual([]);
    expect(await tasks('incoming=tickets&route=tickets-to-suppliers&limit=500')).toHaveLength(120);
    const [task] = await tasks(`key=${FIRST_TICKET + 50}`);
    expect(task).toEqual({
      id: expect.stringMatching(/^\d+$/),
      route: 'tickets-to-suppliers',
      incoming: 'tickets',
      run: run.body['id'],
      key: String(FIRST_TICKET + 50),
      state: 'finished',
      attempts: 1,
      uncertain: false,
      targetId: expect.stringMatching(/^\d+$/),
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
    });
  });

  test.each([
    ['state=faled', 'query.state: unknown state "faled" (did you mean "failed"?)'],
    ['limit=0', 'query.limit'],
    ['limit=501', 'query.limit'],
    ['run=abc', 'query.run'],
  ])('refuses %s', async (query, message) => {
    const reply = await app.get(`${API}/tasks?${query}`);
    expect(reply).toMatchObject({ status: 400, body: { code: 'ERR_REQUEST_INVALID' } });
    expect(reply.body['message']).toContain(message);
  });
});

describe('the story of a task', () => {
  test('that was published has its record and its call', async () => {
    const { id, key } = await first('finished');
    const { body } = await app.get(`${API}/tasks/${id}`);
    expect(body).toMatchObject({ stage: 'ready', record: { name: `Supplier ${key}` }, history: [] });
    expect(body['exchange']).toMatchObject({
      method: 'POST',
      status: 201,
      client: 'halo',
      at: expect.stringMatching(/Z$/),
    });
    const { id: exchange } = body['exchange'] as { id: string };
    expect((await app.get(`${API}/exchanges/${exchange}`)).body).toMatchObject({ id: exchange, method: 'POST' });
  });

  test('that failed in a step has the record as it came and says why', async () => {
    const { id, key } = await first('failed');
    expect((await app.get(`${API}/tasks/${id}`)).body).toMatchObject({
      stage: 'source',
      record: { id: Number(key) },
      error: { code: expect.stringMatching(/^ERR_/), class: 'data', message: expect.stringContaining('Not this one') },
      exchange: null,
    });
  });

  test('of a task that there is not is 404', async () => {
    expect(await app.get(`${API}/tasks/999999`)).toMatchObject({ status: 404, body: { code: 'ERR_NOT_FOUND' } });
    expect(await app.get(`${API}/exchanges/999999`)).toMatchObject({ status: 404 });
    expect(await app.get(`${API}/tasks/abc`)).toMatchObject({ status: 400 });
  });
});

describe('acting on a task', () => {
  test('a failed one is retried, and fails again with its history', async () => {
    const { id } = await first('failed');
    const reply = await app.post(`${API}/tasks/${id}/retry`);
    // Its turn may come before the answer is made.
    const state = expect.stringMatching(/^(new|processing|failed)$/) as unknown;
    expect(reply).toMatchObject({ status: 200, body: { id, state } });
    await atRest(run.body['id']);
    const { body } = await app.get(`${API}/tasks/${id}`);
    expect(body).toMatchObject({
      state: 'failed',
      history: [{ error: { message: expect.stringContaining('Not this one') } }],
    });
  });

  test('an edited record is published in the place of the failed one', async () => {
    const { id } = await first('failed');
    const record = { id: FIRST_TICKET + 1000, name: 'edited' };
    expect(await app.post(`${API}/tasks/${id}/replay`, { record })).toMatchObject({
      status: 200,
      body: { id, state: expect.stringMatching(/^(new|processing|finished)$/) },
    });
    await atRest(run.body['id']);
    expect((await app.get(`${API}/tasks/${id}`)).body).toMatchObject({ state: 'finished', record });
    const names = app.halo.store.rows('supplier').map((row) => row['name']);
    expect(names).toContain(`Supplier ${FIRST_TICKET + 1000}`);
  });

  test('a failed one is set aside', async () => {
    const { id } = await first('failed');
    expect(await app.post(`${API}/tasks/${id}/skip`)).toMatchObject({
      status: 200,
      body: { state: 'skipped', error: { code: 'SKIPPED_BY_HAND' } },
    });
  });

  test.each([
    ['retry', 'finished', ['failed', 'waiting', 'skipped']],
    ['skip', 'finished', ['new', 'retrying', 'waiting', 'failed']],
    ['resolve', 'failed', ['waiting']],
    ['skip', 'skipped', ['new', 'retrying', 'waiting', 'failed']],
  ])('%s is refused for one that is %s', async (action, state, possible) => {
    const { id } = await first(state);
    const reply = await app.post(`${API}/tasks/${id}/${action}`);
    expect(reply).toMatchObject({ status: 409, body: { code: 'ERR_TASK_STATE', details: { state, possible } } });
    expect(reply.body['message']).toContain(possible.join(', '));
  });

  test.each(['retry', 'skip', 'resolve'])('%s of a task that there is not is 404', async (action) => {
    expect(await app.post(`${API}/tasks/999999/${action}`)).toMatchObject({ status: 404 });
  });

  test('replay needs a record', async () => {
    const { id } = await first('failed');
    for (const body of [{}, { record: null }, { record: [] }, { record: 'text' }]) {
      expect(await app.post(`${API}/tasks/${id}/replay`, body)).toMatchObject({ status: 400 });
    }
    expect(await app.get(`${API}/tasks/${id}`)).toMatchObject({ body: { state: 'failed' } });
  });

  test('one that may have arrived waits for a person, who resolves it', async () => {
    const { id } = await first('failed');
    app.halo.faults.add({
      match: { method: 'POST', path: /supplier/i, times: 1 },
      effect: { kind: 'commit-then-drop' },
    });
    await app.post(`${API}/tasks/${id}/replay`, { record: { id: FIRST_TICKET + 2000 } });
    await atRest(run.body['id']);
    const waiting = await app.get(`${API}/tasks/${id}`);
    expect(waiting.body).toMatchObject({ state: 'waiting', uncertain: true, exchange: { error: expect.any(String) } });
    expect(await app.post(`${API}/tasks/${id}/resolve`)).toMatchObject({ status: 200, body: { state: 'finished' } });
  });
});

describe('many tasks at once', () => {
  test('a dry run counts and shows some, and changes nothing', async () => {
    const before = await tasks('state=failed&limit=500');
    const reply = await app.post(`${API}/tasks/retry`, { filter: { state: 'failed' }, dryRun: true });
    expect(reply.body).toMatchObject({ matched: before.length, changed: 0, hasMore: false });
    expect((reply.body['sample'] as unknown[]).length).toBe(5);
    expect(await tasks('state=failed&limit=500')).toEqual(before);
  });

  test('are failed ones where no state is named', async () => {
    const failed = await tasks('state=failed&limit=500');
    const filter = { route: 'tickets-to-suppliers' };
    for (const action of ['retry', 'skip']) {
      const reply = await app.post(`${API}/tasks/${action}`, { filter, dryRun: true });
      expect(reply.body).toMatchObject({ matched: failed.length });
    }
  });

  test('are named by ids; what cannot be acted on does not match', async () => {
    const [one, two] = await tasks('state=failed&limit=2');
    const done = await first('finished');
    const ids = [one?.id, two?.id, done.id, '999999'];
    expect((await app.post(`${API}/tasks/skip`, { ids })).body).toMatchObject({ matched: 2, changed: 2 });
    expect((await app.get(`${API}/tasks/${one?.id ?? ''}`)).body).toMatchObject({ state: 'skipped' });
  });

  test('are found by a filter and published once the cause is gone', async () => {
    const failed = await tasks('state=failed&limit=500');
    const [client, incoming, , outgoing, route] = documents() as [object, object, object, object, { spec: object }];
    const mended = {
      ...route,
      spec: { ...route.spec, transformers: [{ type: 'map', fields: { name: 'Late &{id}' } }] },
    };
    await app.apply(client, incoming, outgoing, mended);
    const filter = { state: 'failed', route: 'tickets-to-suppliers', run: run.body['id'] };
    const reply = await app.post(`${API}/tasks/retry`, { filter });
    expect(reply.body).toMatchObject({ matched: failed.length, changed: failed.length });
    await atRest(run.body['id']);
    expect(await tasks('state=failed')).toEqual([]);
    const late = app.halo.store.rows('supplier').filter((row) => textOf(row['name']).startsWith('Late'));
    expect(late).toHaveLength(failed.length);
  });

  test.each([
    { title: 'neither ids nor filter', body: {}, status: 400 },
    { title: 'both', body: { ids: ['1'], filter: { route: 'x' } }, status: 400 },
    { title: 'an empty filter', body: { filter: {} }, status: 400 },
    { title: 'no ids', body: { ids: [] }, status: 400 },
    { title: 'ids that are numbers', body: { ids: [1] }, status: 400 },
    { title: 'an unknown state', body: { filter: { state: 'done' } }, status: 400 },
    { title: 'a state that cannot be retried', body: { filter: { state: 'finished' } }, status: 409 },
  ])('$title is refused with $status', async ({ body, status }) => {
    expect(await app.post(`${API}/tasks/retry`, body)).toMatchObject({ status });
  });
});
