import { beforeAll, expect, test } from '@jest/globals';
import { until } from '../support/with-platform.ts';
import { haloClient, type Reply, ticketsIncoming, withApp } from './with-app.ts';

const app = withApp();

beforeAll(async () => {
  const subscriber = { type: 'webhook' };
  await app.apply(
    haloClient(app),
    ticketsIncoming(),
    { kind: 'incoming', identifier: 'signed', spec: { ...hmac(), subscriber: ticketSubscriber() } },
    { kind: 'incoming', identifier: 'reads-nothing', spec: { ...hmac(), subscriber } },
    { kind: 'storage', identifier: 'copies', spec: {} },
    {
      kind: 'outgoing',
      identifier: 'copies',
      spec: { publisher: { type: 'storage', storage: 'copies', key: '&{id}', value: '&{@}' } },
    },
    { kind: 'route', identifier: 'tickets-to-copies', spec: { incoming: 'tickets', outgoing: 'copies' } },
  );
});

function ticketSubscriber(): object {
  return { type: 'connector', client: 'halo', entity: 'tickets', operation: 'list' };
}

function hmac(): object {
  return { webhook: { verify: { type: 'hmac', header: 'X-Signature', secret: 'a-secret-of-it' } } };
}

function ownUrl(): string {
  const { port } = app.app.server.address() as { port: number };
  return `http://127.0.0.1:${port}`;
}

function setUp(incoming: string, body: object = { url: ownUrl() }): Promise<Reply> {
  return app.post(`/api/v1/incomings/${incoming}/webhook/setup`, body);
}

async function copies(): Promise<{ id: number; summary: string }[]> {
  const { body } = await app.get('/api/v1/storages/copies/entries');
  return (body['items'] as { value: { id: number; summary: string } }[]).map(({ value }) => value);
}

test('without an address of this server nothing is made, and it is said what to set', async () => {
  const reply = await setUp('tickets', {});
  expect(reply).toMatchObject({ status: 400, body: { code: 'ERR_WEBHOOK_SETUP' } });
  expect(reply.body['message']).toContain('SLUICE_PUBLIC_URL');
  expect(app.halo.store.count('webhook')).toBe(0);
});

test('Halo is told in one call, done again it changes nothing, and what happens in Halo arrives', async () => {
  expect(await setUp('tickets')).toMatchObject({
    status: 200,
    body: { action: 'created', isNew: true, events: [{ event: '3', action: 'created' }, {}, {}, {}] },
  });
  const again = await setUp('tickets');
  expect(again).toMatchObject({ status: 200, body: { action: 'updated', isNew: false } });
  expect((again.body['events'] as { action: string }[]).map(({ action }) => action)).toEqual(Array(4).fill('kept'));
  expect(app.halo.store.count('webhook')).toBe(1);
  expect(app.halo.store.count('notification')).toBe(4);

  const created = await app.post('/api/v1/clients/halo/actions/add-or-update-ticket', {
    records: [{ summary: 'Sent by a webhook' }],
  });
  const [{ id }] = created.body['results'] as [{ id: string }];
  await app.halo.webhooks.settled();
  expect(app.halo.webhooks.sent.at(-1)).toMatchObject({ status: 200, body: { event: 'new ticket' } });
  // The list of Halo was never read: only the one record was, by its id.
  await until(async () => (await copies()).some((copy) => String(copy.id) === id));

  await app.post('/api/v1/clients/halo/actions/add-or-update-ticket', {
    records: [{ id: Number(id), summary: 'Changed', status_id: 2 }],
  });
  await app.halo.webhooks.settled();
  await until(async () => (await copies()).some(({ summary }) => summary === 'Changed'));
});

test('with another address of this server another one is made, and the one before is named', async () => {
  const elsewhere = ownUrl().replace('127.0.0.1', 'localhost');
  expect(await setUp('tickets', { url: elsewhere })).toMatchObject({
    body: { action: 'created', isNew: false, others: [`${ownUrl()}/hooks/tickets`] },
  });
  expect((await setUp('tickets', { url: elsewhere })).body['action']).toBe('updated');
});

test('a delivery that Halo sends again makes nothing new', async () => {
  const [delivery] = app.halo.webhooks.sent;
  if (!delivery) throw new Error('nothing was sent');
  await app.halo.webhooks.sendAgain(delivery);
  await until(async () => {
    const { body } = await app.get('/api/v1/incomings/tickets/deliveries');
    return (body['items'] as object[]).length === app.halo.webhooks.sent.length;
  });
  const { body } = await app.get('/api/v1/incomings/tickets/deliveries');
  expect((body['items'] as object[])[0]).toMatchObject({ status: 200, events: 1, new: 0 });
});

test('an incoming that asks for another proof is left alone', async () => {
  const reply = await setUp('signed');
  expect(reply).toMatchObject({ status: 400, body: { code: 'ERR_WEBHOOK_SETUP' } });
});

test('an incoming that reads no entity of a client, and an unknown event, are told', async () => {
  expect((await setUp('reads-nothing')).body['message']).toContain('reads no entity of a client');
  const unknown = await setUp('tickets', { url: ownUrl(), events: ['4711'] });
  expect(unknown.body['message']).toContain('76 (Ticket status changed)');
});
