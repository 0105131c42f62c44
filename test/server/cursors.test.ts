import { beforeAll, expect, test } from '@jest/globals';
import { haloClient, ticketsIncoming, withApp } from './with-app.ts';

const app = withApp();
const CURSOR = '/api/v1/incomings/tickets/cursor';

/** Runs the incoming to its end and answers how many records it received. */
async function received(): Promise<unknown> {
  const started = await app.post('/api/v1/incomings/tickets/runs', {});
  for (;;) {
    const { body } = await app.get(`/api/v1/runs/${String(started.body['id'])}`);
    if (body['status'] !== 'running') return body['received'];
  }
}

beforeAll(async () => {
  await app.apply(haloClient(app), ticketsIncoming());
});

test('who begins from now on reads nothing of before, and can go back to everything', async () => {
  expect((await app.get(CURSOR)).body).toMatchObject({ at: null, isUsed: true });
  const now = new Date().toISOString();
  const moved = await app.send('PUT', CURSOR, { at: now, reason: 'Old tickets stay where they are' });
  expect(moved.body).toMatchObject({ at: now });
  expect(await received()).toBe(0);
  expect((await app.send('PUT', CURSOR, { at: null, reason: 'All of them after all' })).status).toBe(200);
  expect(await received()).toBe(120);
});

test('a move stands in the trail with its reason, and needs one', async () => {
  const at = '2026-01-01T00:00:00.000Z';
  expect((await app.send('PUT', CURSOR, { at })).status).toBe(400);
  expect((await app.send('PUT', CURSOR, { at: 'yesterday', reason: 'x' })).status).toBe(400);
  await app.send('PUT', CURSOR, { at, reason: 'Read the year again' });
  const { body } = await app.get('/api/v1/audit?action=cursor.move');
  expect(body['items']).toContainEqual(
    expect.objectContaining({
      subject: 'incoming/tickets',
      reason: 'Read the year again',
      after: expect.objectContaining({ at }) as unknown,
    }),
  );
});

test('what reads on from a place that its source handed out keeps it: it knows no times, and can only begin anew', async () => {
  await app.platform.store.runs.moveCheckpoint('tickets', JSON.stringify({ at: 1, state: { link: 'x' } }), () =>
    Promise.resolve(),
  );
  const refused = await app.send('PUT', CURSOR, { at: '2026-01-01T00:00:00Z', reason: 'Earlier' });
  expect(refused).toMatchObject({ status: 400, body: { code: 'ERR_REQUEST_INVALID' } });
  expect((await app.platform.store.runs.findCheckpoint('tickets'))?.cursor).toContain('link');
  expect((await app.send('PUT', CURSOR, { at: null, reason: 'Anew' })).status).toBe(200);
});

test('an incoming that is not there has no cursor', async () => {
  expect((await app.get('/api/v1/incomings/none/cursor')).status).toBe(404);
});
