import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { type SandboxHalo, startSandboxHalo } from '../../sandbox/halo/server.ts';
import { countKeys, ticketsToAssets } from '../support/documents.ts';
import { describeEngines, ENGINES } from '../support/engines.ts';
import { HOOK_SECRET, type Hooks, SIGNED, withHooks } from '../support/with-hooks.ts';
import { type TestPlatform, until, withPlatform } from '../support/with-platform.ts';

const HOOK_ENGINES = ENGINES.map(({ name }) => name).filter((name) => name !== 'postgres');

interface Scene extends Hooks {
  readonly sluice: TestPlatform;
  readonly source: SandboxHalo;
  readonly target: SandboxHalo;
}

const ticketOf = (id: number, summary = `S${id}`): object => ({ id, summary });

describeEngines('webhooks', HOOK_ENGINES, (engine) => {
  /** Opens a platform with the webhook "tickets", whose records become assets of `target`. */
  async function withScene(
    changes: { webhook?: object; route?: object; incoming?: object; tickets?: number },
    use: (scene: Scene) => Promise<void>,
  ): Promise<void> {
    const source = await startSandboxHalo({ seed: { tickets: changes.tickets ?? 0 }, rateLimit: false });
    const target = await startSandboxHalo({ seed: {}, rateLimit: false });
    try {
      await withPlatform(engine, async (sluice) => {
        const incoming = { webhook: { ...SIGNED, ...changes.webhook }, ...changes.incoming };
        await sluice.apply(
          ticketsToAssets(source, target, { incoming, ...(changes.route && { route: changes.route }) }),
        );
        await withHooks(sluice, (hooks) => use({ ...hooks, sluice, source, target }));
      });
    } finally {
      await Promise.all([source.close(), target.close()]);
    }
  }

  const isAtRest = async ({ sluice }: Scene): Promise<boolean> =>
    (await sluice.platform.store.tasks.backlog('tickets-to-assets', 1)) === 0;

  test('an event is stored before its 2xx and arrives without a run', async () => {
    await withScene({ route: { searchFields: ['summary'] } }, async (scene) => {
      const reply = await scene.send('tickets', ticketOf(7, 'Printer'), { 'x-delivery': 'd-7' });
      expect(reply).toMatchObject({ status: 200, body: { received: 1, new: 1 } });
      expect(await scene.sluice.platform.store.tasks.list({ key: '7', limit: 2 })).toMatchObject([{ delivery: 'd-7' }]);
      await until(() => countKeys(scene.target).total === 1);
      expect(scene.target.store.rows('asset')).toMatchObject([{ key_field: 'T-7', key_field2: 'Printer' }]);
      await until(() => isAtRest(scene));

      const found = await scene.api<{ items: { id: string }[] }>('GET', '/tasks?q=printer');
      expect(found.items).toMatchObject([{ key: '7', state: 'finished', history: [] }]);
      const story = await scene.api<{ events: { event: string }[] }>('GET', `/tasks/${found.items[0]?.id ?? ''}`);
      expect(story.events.map(({ event }) => event)).toEqual([
        'fetched',
        'queued',
        'begun',
        'sent',
        'answered',
        'finished',
      ]);
      expect(story).toMatchObject({
        times: { queueMs: expect.any(Number), waitMs: expect.any(Number), workMs: expect.any(Number) },
      });
    });
  });

  test('a delivery that comes again makes no second task, nor does the same content, nor a poll of it', async () => {
    await withScene({ tickets: 3 }, async (scene) => {
      const { sluice, source } = scene;
      const rows = source.store.rows('tickets').map((row) => ({ ...row }));
      expect(await scene.send('tickets', ticketOf(900), { 'x-delivery': 'a' })).toMatchObject({ body: { new: 1 } });
      expect(await scene.send('tickets', ticketOf(901), { 'x-delivery': 'a' })).toMatchObject({ body: { new: 0 } });
      expect(await scene.send('tickets', ticketOf(900), { 'x-delivery': 'b' })).toMatchObject({ body: { new: 0 } });
      const run = await sluice.run('tickets');
      expect(run).toMatchObject({ status: 'succeeded', fresh: 3 });
      const seen = await sluice.platform.store.runs.seen(
        'tickets',
        rows.map((row) => String(row['id'] as number)),
      );
      expect(seen.size).toBe(3);
    });
  });

  test('many events of one record at once arrive in their order, the last one wins', async () => {
    await withScene({}, async (scene) => {
      for (let version = 1; version <= 30; version += 1) {
        const reply = await scene.send('tickets', [ticketOf(1, `V${version}`), ticketOf(2, `W${version}`)]);
        expect(reply).toMatchObject({ status: 200, body: { received: 2, new: 2 } });
      }
      await until(() => isAtRest(scene));
      expect(countKeys(scene.target)).toEqual({ total: 2, distinct: 2 });
      const values = scene.target.store.rows('asset').map((row) => row['key_field2']);
      expect(values.sort()).toEqual(['V30', 'W30']);
    });
  });

  test('what was answered 2xx while the target was away arrives once', async () => {
    await withScene({ route: { retry: { attempts: 20, delay: '200ms', maxDelay: '1s' } } }, async (scene) => {
      const { target } = scene;
      const away = target.faults.add({ match: { path: /asset/i }, effect: { kind: 'drop' } });
      let accepted = 0;
      for (let id = 1; away.applied < 3 || id <= 20; id += 1) {
        const next = new Promise((resolve) => setTimeout(resolve, 50));
        const reply = await scene.send('tickets', ticketOf(id), { 'x-delivery': `away-${id}` });
        if (reply.status === 200) accepted += 1;
        await next;
      }
      target.faults.clear();
      await until(() => isAtRest(scene));
      expect(accepted).toBeGreaterThan(10);
      expect(countKeys(target)).toEqual({ total: accepted, distinct: accepted });
    });
  });

  test('a burst is stored, each event once', async () => {
    await withScene({}, async (scene) => {
      const replies = await Promise.all(
        Array.from({ length: 200 }, (_, id) => scene.send('tickets', ticketOf(id + 1))),
      );
      expect(replies.filter(({ status }) => status !== 200)).toEqual([]);
      await until(() => isAtRest(scene));
      expect(countKeys(scene.target)).toEqual({ total: 200, distinct: 200 });
    });
  });

  test('an event that names its record only is read by a worker, not before the 2xx', async () => {
    const webhook = { key: '&{object_id}', readFull: true, when: { field: 'event', equals: 'changed' } };
    await withScene({ webhook, tickets: 2 }, async (scene) => {
      const { source, target } = scene;
      const { id, summary } = source.store.rows('tickets')[0] as unknown as { id: number; summary: string };
      source.faults.add({ match: { method: 'GET', path: /tickets/i, times: 1 }, effect: { kind: 'unavailable' } });
      expect(await scene.send('tickets', { event: 'changed', object_id: id })).toMatchObject({ body: { new: 1 } });
      expect(await scene.send('tickets', { event: 'seen', object_id: id })).toMatchObject({ body: { received: 0 } });
      await until(() => countKeys(target).total === 1);
      expect(target.store.rows('asset')).toMatchObject([{ key_field: `T-${id}`, key_field2: summary }]);
    });
  });

  test('a route that is full answers 429 and says when to come again, and the pause is shown', async () => {
    await withScene({ route: { limits: { backlog: 5 } } }, async (scene) => {
      scene.target.faults.add({ match: { path: /asset/i }, effect: { kind: 'delay', ms: 600_000 } });
      for (let id = 1; id <= 5; id += 1) await scene.send('tickets', ticketOf(id));
      // A count is good for a moment.
      await new Promise((resolve) => setTimeout(resolve, 300));
      const reply = await scene.send('tickets', ticketOf(6));
      expect(reply).toMatchObject({ status: 429, retryAfter: '5', body: { code: 'ERR_RATE_LIMITED' } });
      const { items } = await scene.api<{ items: object[] }>('GET', '/incomings');
      expect(items).toMatchObject([{ state: { paused: 'paused: backlog of route tickets-to-assets' } }]);
      expect((await scene.api<{ items: object[] }>('GET', '/routes')).items).toMatchObject([{ state: { backlog: 5 } }]);
      scene.target.faults.clear();
    });
  });
});

describe('what a webhook refuses', () => {
  const [embedded] = ENGINES;
  const person = (webhook: object): object[] => [
    { kind: 'storage', identifier: 'unused', spec: {} },
    { kind: 'incoming', identifier: 'people', spec: { subscriber: { type: 'webhook' }, webhook } },
  ];

  test('signatures, types, sizes and bodies, and nothing of it shows a secret', async () => {
    if (!embedded) throw new Error('no engine');
    const target = await startSandboxHalo({ seed: {}, rateLimit: false });
    await withPlatform(embedded, async (sluice) => {
      const timestamped = { ...SIGNED.verify, timestampHeader: 'X-Time' };
      const webhook = { ...SIGNED, verify: timestamped, maxBodyBytes: 2000, recordsPath: 'data', recordPath: 'ticket' };
      await sluice.apply(ticketsToAssets(target, target, { incoming: { webhook } }));
      await withHooks(sluice, async ({ send, api }) => {
        const now = String(Math.floor(Date.now() / 1000));
        const sign = (text: string, time = now): Record<string, string> => ({
          'x-time': time,
          'x-signature': `sha256=${createHmac('sha256', HOOK_SECRET).update(`${time}.${text}`).digest('hex')}`,
        });
        const sent = async (text: string, headers: Record<string, string> = {}): Promise<[number, unknown]> => {
          const { status, body } = await send('tickets', text, { ...sign(text), ...headers });
          return [status, body['code'] ?? body['new']];
        };
        const good = '{"data":[{"ticket":{"id":1}},{"ticket":{"id":2}}]}';
        expect(await sent(good)).toEqual([200, 2]);
        expect(await sent(good, { 'x-signature': 'sha256=00' })).toEqual([401, 'ERR_HOOK_NOT_PROVEN']);
        expect(await sent(good, sign(good, String(Number(now) - 600)))).toEqual([401, 'ERR_HOOK_NOT_PROVEN']);
        expect(await sent(good, { 'content-type': 'text/plain' })).toEqual([415, 'ERR_MEDIA_TYPE']);
        expect(await sent(`{"data":"${'x'.repeat(3000)}"}`)).toEqual([413, 'ERR_REQUEST_TOO_LARGE']);
        expect(await sent('{"data":')).toEqual([400, 'ERR_HOOK_BODY']);
        expect(await sent('{"data":[7]}')).toEqual([422, 'ERR_HOOK_EVENT']);
        expect(await sent('{"data":{"ticket":{"name":"no key"}}}')).toEqual([422, 'ERR_HOOK_EVENT']);
        expect((await send('nobody', good)).status).toBe(404);
        expect((await send('tickets', good, { 'x-signature': '' })).status).toBe(401);

        const exported = JSON.stringify(await api('GET', '/documents?kind=incoming'));
        expect(exported).not.toContain(HOOK_SECRET);
        expect(JSON.stringify(await sluice.platform.store.documents.all())).not.toContain(HOOK_SECRET);
        await until(async () => (await sluice.platform.store.deliveries.list('tickets')).length === 9);
        const { items } = await api<{ items: { status: number }[] }>('GET', '/incomings/tickets/deliveries');
        expect(items.map(({ status }) => status).sort()).toEqual([200, 400, 401, 401, 401, 413, 415, 422, 422]);
        expect(items.at(-1)).toMatchObject({ status: 200, events: 2, new: 2, body: good });

        // A document without the secret keeps it.
        const withoutSecret = Object.fromEntries(Object.entries(timestamped).filter(([name]) => name !== 'secret'));
        await sluice.apply(
          ticketsToAssets(target, target, { incoming: { webhook: { ...webhook, verify: withoutSecret } } }),
        );
        expect(await sent('{"data":{"ticket":{"id":3}}}')).toEqual([200, 1]);
      });
    });
    await target.close();
  });

  test.each([
    [
      'Basic',
      { type: 'basic', username: 'ada', password: 'pass:word' },
      { authorization: `Basic ${Buffer.from('ada:pass:word').toString('base64')}` },
    ],
    ['a secret', { type: 'secret', header: 'X-Key', secret: 'k' }, { 'x-key': 'k' }],
    ['an address', { type: 'addresses', addresses: ['127.0.0.0/8'] }, {}],
  ])('%s proves a delivery, and without a route it is kept by its sender', async (_name, verify, headers) => {
    if (!embedded) throw new Error('no engine');
    await withPlatform(embedded, async (sluice) => {
      await sluice.apply(person({ verify }));
      await withHooks(sluice, async ({ send }) => {
        const form = { 'content-type': 'application/x-www-form-urlencoded' };
        expect(await send('people', 'id=1&tag=a&tag=b', { ...form, ...headers })).toMatchObject({
          ...{ status: 503, retryAfter: '60', body: { code: 'ERR_HOOK_NOT_READY' } },
        });
      });
      const other = verify.type === 'addresses' ? { type: 'addresses', addresses: ['192.0.2.0/24'] } : verify;
      await sluice.apply(person({ verify: other }));
      await withHooks(sluice, async ({ send }) => {
        expect((await send('people', { id: 1 }, { authorization: 'Basic eDp5', 'x-key': 'kk' })).status).toBe(401);
      });
    });
  });
});
