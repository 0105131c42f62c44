import { expect, test } from '@jest/globals';
import { until } from '../support/with-platform.ts';
import { CANARY, haloClient, withApp } from './with-app.ts';

const app = withApp();

interface Health {
  readonly state: string;
  readonly calls: readonly { url: string; status: number; request?: string }[];
}

const healthOf = async (id: string): Promise<Health> =>
  (await app.get(`/api/v1/clients/${id}/health`)).body as unknown as Health;

test('health tells state, token, budgets, who shares the client, and its last calls', async () => {
  await app.apply(haloClient(app));
  expect(await healthOf('halo')).toMatchObject({ state: 'healthy', incidents: [], calls: [], queueLength: 0 });
  await app.post('/api/v1/clients/halo/call', { entity: 'tickets', operation: 'list' });
  await until(async () => (await healthOf('halo')).calls.length > 0);
  const health = await healthOf('halo');
  expect(health).toMatchObject({ reason: null, token: { expiresAt: expect.any(String) }, problems: [] });
  expect(health.calls[0]).toMatchObject({ status: 200, url: expect.stringMatching(/\/api\/tickets/i) });
  expect((await app.get('/api/v1/clients/nobody/health')).status).toBe(404);
});

test('a client that is told to wait is limited', async () => {
  await app.apply(haloClient(app, 'paused'));
  await app.platform.store.clients.pause('paused', 60_000);
  expect(await healthOf('paused')).toMatchObject({ state: 'limited' });
});

test('a broken client says why and since when; a test that passes ends it', async () => {
  await app.apply(haloClient(app, 'shaky'));
  const fault = app.halo.faults.add({
    match: { path: /auth\/token/ },
    effect: { kind: 'answer', status: 401, body: { error: 'invalid_client', error_description: `no ${CANARY}` } },
  });
  expect(await app.post('/api/v1/clients/shaky/call', { entity: 'tickets', operation: 'list' })).toMatchObject({
    status: 502,
  });
  await until(async () => (await healthOf('shaky')).state === 'broken');
  expect(await healthOf('shaky')).toMatchObject({ code: 'ERR_CLIENT_REFUSED', since: expect.any(String) });
  expect((await app.get('/api/v1/status')).body['incidents']).toMatchObject([{ subject: 'client/shaky' }]);
  expect((await app.get('/metrics')).text).toMatch(/^sluice_incidents\{state="broken"\} 1$/m);

  expect((await app.post('/api/v1/clients/shaky/test')).body['ok']).toBe(false);
  expect(await healthOf('shaky')).toMatchObject({ state: 'broken' });
  fault.remove();
  expect((await app.post('/api/v1/clients/shaky/test')).body['ok']).toBe(true);
  const after = (await app.get('/api/v1/clients/shaky/health')).body;
  expect(after).toMatchObject({ state: 'healthy', incidents: [{ note: expect.stringContaining('tested') }] });
});

test('an open task says that it waits for a client, and until when', async () => {
  const { incidents, runs } = app.platform.store;
  const publisher = { type: 'connector', client: 'shaky', action: 'post', entity: 'asset' };
  const subscriber = { type: 'connector', client: 'halo', entity: 'tickets' };
  await app.apply(
    { kind: 'incoming', identifier: 'in', spec: { subscriber } },
    { kind: 'outgoing', identifier: 'out', spec: { publisher } },
    { kind: 'route', identifier: 'way', spec: { incoming: 'in', outgoing: 'out' } },
  );
  const nextProbeAt = Date.now() + 3_600_000;
  await incidents.begin({ subject: 'client/shaky', state: 'broken', code: 'ERR_X', message: 'no key', nextProbeAt });
  await until(async () => (await healthOf('shaky')).state === 'broken');
  const run = await runs.start('in', 'full', 'test');
  await app.platform.queues.enqueueRun(run?.id ?? 0);
  const tasks = async () => (await app.get('/api/v1/tasks?route=way&limit=1')).body['items'] as object[];
  await until(async () => (await tasks()).length > 0);
  const text = `waiting for client "shaky": sign-in refused; next try ${new Date(nextProbeAt).toISOString()}`;
  expect(await tasks()).toMatchObject([{ state: 'new', attempts: 0, waitingFor: { client: 'shaky', text } }]);
});
