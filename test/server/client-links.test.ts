import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { textOf } from '../../sandbox/halo/record.ts';
import { type SandboxHalo, startSandboxHalo } from '../../sandbox/halo/server.ts';
import { until } from '../support/with-platform.ts';
import { haloClient, withApp } from './with-app.ts';

const app = withApp();
let other: SandboxHalo;

beforeAll(async () => {
  other = await startSandboxHalo({ seed: { tickets: 3 }, rateLimit: false, clientSecret: app.halo.clientSecret });
  await app.apply(
    haloClient(app),
    { kind: 'storage', identifier: 'orders', spec: {} },
    {
      kind: 'incoming',
      identifier: 'orders',
      spec: { subscriber: { type: 'storage', storage: 'orders', mode: 'full' }, transformers: [] },
    },
    {
      kind: 'outgoing',
      identifier: 'orders',
      spec: {
        publisher: {
          ...{ type: 'connector', client: 'halo', entity: 'tickets', action: 'post' },
          requestTransformers: [{ type: 'map', fields: { summary: '&{value.summary}' } }],
        },
      },
    },
    { kind: 'route', identifier: 'orders', spec: { incoming: 'orders', outgoing: 'orders' } },
  );
  await app.send('PUT', '/api/v1/storages/orders/entries/one', { value: { summary: 'Order one' } });
});

afterAll(() => other.close());

async function run(): Promise<void> {
  const { body } = await app.post('/api/v1/incomings/orders/runs', { mode: 'full' });
  await until(async () => {
    const found = await app.get(`/api/v1/runs/${String(body['id'])}`);
    return found.body['status'] === 'succeeded';
  });
  await until(async () => (await app.get('/api/v1/tasks?state=new')).body['items']?.toString() === '');
  await until(async () => (await app.platform.store.tasks.backlog('orders', 1)) === 0);
}

const summaries = (halo: SandboxHalo): unknown[] =>
  [...halo.store.rows('tickets')].map(({ summary }) => textOf(summary)).filter((text) => text.startsWith('Order'));

function moveTo(baseUri: string): Promise<{ body: Record<string, unknown> }> {
  return app.post('/api/v1/documents/apply', {
    documents: [{ source: 'client', document: haloClient(app, 'halo', { baseUri }) }],
  });
}

test('ids that were learnt in one system are none of another: there, records are made anew', async () => {
  await run();
  await run();
  expect(summaries(app.halo)).toEqual(['Order one']);

  const { body } = await moveTo(other.url);
  expect(body['changes']).toMatchObject([
    { action: 'update', note: expect.stringContaining('sluice links keep halo') as unknown },
  ]);
  const before = [...other.store.rows('tickets')].length;
  await run();
  expect(summaries(other)).toEqual(['Order one']);
  expect([...other.store.rows('tickets')]).toHaveLength(before + 1);
  expect((await app.get('/api/v1/tasks?state=failed')).body['items']).toEqual([]);
});

test('back at the old address, what was learnt there counts again', async () => {
  await moveTo(app.halo.url);
  await run();
  expect(summaries(app.halo)).toEqual(['Order one']);
});

test('the same system at a new address goes on with what was learnt, where somebody says so', async () => {
  await moveTo(app.halo.url.replace('127.0.0.1', 'localhost'));
  const links = '/api/v1/clients/halo/links';
  expect(await app.get(links)).toMatchObject({ body: { elsewhere: [{ outgoing: 'orders', links: 1 }] } });
  expect(await app.post('/api/v1/clients/halo/links/keep')).toMatchObject({ status: 200, body: { kept: 1 } });
  expect(await app.get(links)).toMatchObject({ body: { elsewhere: [] } });
  await run();
  expect(summaries(app.halo)).toEqual(['Order one']);
  expect(await app.send('POST', '/api/v1/clients/halo/links/keep', undefined, { role: 'viewer' })).toMatchObject({
    status: 403,
  });
});

test('a record that is tried again right after its counterpart was made in the target finds it', async () => {
  const subscriber = { type: 'storage', storage: 'names', mode: 'full' };
  const publisher = {
    ...{
      type: 'connector',
      client: 'halo',
      entity: 'client',
      action: 'update',
      onMissing: 'fail',
      skipUnchanged: true,
    },
    match: [{ fields: ['name'], normalise: ['case'] }],
    requestTransformers: [{ type: 'map', fields: { name: '&{value}' } }],
  };
  await app.apply(
    { kind: 'storage', identifier: 'names', spec: {} },
    { kind: 'incoming', identifier: 'names', spec: { subscriber } },
    { kind: 'outgoing', identifier: 'names', spec: { publisher } },
    { kind: 'route', identifier: 'names', spec: { incoming: 'names', outgoing: 'names' } },
  );
  await app.send('PUT', '/api/v1/storages/names/entries/n', { value: 'Brand new Ltd' });
  await app.post('/api/v1/incomings/names/runs', {});
  const task = async (): Promise<Record<string, unknown> | undefined> =>
    ((await app.get('/api/v1/tasks?route=names')).body['items'] as Record<string, unknown>[])[0];
  await until(async () => (await task())?.['state'] === 'failed');

  app.halo.store.put('client', { id: 4711, name: 'BRAND NEW LTD', toplevel_id: 1, inactive: false }, Date.now());
  expect(await app.post(`/api/v1/tasks/${String((await task())?.['id'])}/retry`)).toMatchObject({ status: 200 });
  await until(async () => ['finished', 'failed'].includes(String((await task())?.['state'])));
  expect(await task()).toMatchObject({ state: 'finished', targetId: '4711' });
});

test('links of a version that knew no systems are those of the address that is there at the start', async () => {
  const { adoptLinks } = await import('../../src/engine/target-memory.ts');
  const { outgoings } = await app.platform.configuration.current();
  const { links } = app.platform.store;
  const name = outgoings.get('orders')?.memory.links ?? '';
  await links.drop(name);
  await links.takeOver('orders', (await links.latest('orders#', name)) ?? '');
  await adoptLinks(outgoings.values(), links);
  expect((await links.links(name, ['one'])).size).toBe(1);
  expect((await links.links('orders', ['one'])).size).toBe(0);
});
