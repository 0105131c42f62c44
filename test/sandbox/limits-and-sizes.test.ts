import { describe, expect, test } from '@jest/globals';
import { textOf, type HaloRecord } from '../../sandbox/halo/record.ts';
import { field, requestToken, withHalo } from './with-halo.ts';

const PAGED = 'pageinate=true&page_size=100';

describe('the rate limit', () => {
  test('is a rolling window over all requests, and says no when to come back', async () => {
    let now = 1_000_000;
    // The token is the first of the three.
    await withHalo({ now: () => now, rateLimit: { requests: 3 } }, async (client) => {
      now += 100_000;
      for (const status of [200, 200, 429]) expect((await client.get('/Status')).status).toBe(status);
      const refused = await client.get('/Status');
      expect(field(refused.json, 'Message')).toBe('Rate Limit Reached - 3 Requests per rolling 5 minute window.');
      expect(refused.headers.get('retry-after')).toBeNull();
      expect((await requestToken(client.halo)).status).toBe(429);
      now += 200_000;
      expect((await client.get('/Status')).status).toBe(200);
      expect((await client.get('/Status')).status).toBe(429);
      expect(client.halo.counts.limited).toBe(4);
    });
  });

  test('sends Retry-After when it is told to', async () => {
    let now = 1_000_000;
    await withHalo(
      { now: () => now, rateLimit: { requests: 1, windowSeconds: 60, retryAfter: true } },
      async (client) => {
        now += 15_000;
        expect((await client.get('/Status')).headers.get('retry-after')).toBe('45');
      },
    );
  });

  test('is 500 in 300 s by default and can be switched off', async () => {
    const burst = async (options: { rateLimit?: false }): Promise<number> => {
      let refused = 0;
      await withHalo(options, async (client) => {
        for (let n = 0; n < 500; n += 1) if ((await client.get('/Team')).status === 429) refused += 1;
      });
      return refused;
    };
    expect(await burst({})).toBe(1);
    expect(await burst({ rateLimit: false })).toBe(0);
  });
});

describe('seeded data', () => {
  const read = async (random: number): Promise<string> => {
    let text = '';
    await withHalo({ seed: { tickets: 40, assets: 10, random } }, async (client) => {
      for (const path of ['Tickets', 'Asset', 'Users']) text += (await client.get(`/${path}?${PAGED}&page_no=1`)).text;
    });
    return text;
  };

  test('the same numbers make the same data, another number makes other data', async () => {
    const first = await read(1);
    expect(await read(1)).toBe(first);
    expect(await read(2)).not.toBe(first);
  });

  test('ids ascend, changes spread over the months before the base date, references fit', () =>
    withHalo({ seed: { tickets: 100 }, baseDate: '2026-06-01T00:00:00' }, ({ halo: { store } }) => {
      const tickets = store.rows('tickets');
      expect(tickets.map((row) => row.id)).toEqual(Array.from({ length: 100 }, (_, index) => 20001 + index));
      const changes = tickets.map((row) => textOf(row.last_update)).sort();
      expect(changes[0]?.slice(0, 4)).toBe('2025');
      expect((changes.at(-1) ?? '') <= '2026-06-01T00:00:00').toBe(true);
      for (const row of tickets) expect(store.get('users', Number(row.user_id))?.client_id).toBe(row.client_id);
      return Promise.resolve();
    }));

  test('without a seed there is only the configuration', () =>
    withHalo({}, ({ halo: { store } }) => {
      expect(['tickets', 'asset', 'client', 'site', 'users'].map((name) => store.count(name))).toEqual([0, 0, 0, 0, 0]);
      expect(store.count('status')).toBeGreaterThan(5);
      return Promise.resolve();
    }));

  test('the log of requests is bounded', () =>
    withHalo({ requestLogSize: 3 }, async (client) => {
      for (const path of ['/Team', '/Status', '/Agent', '/Tickets/1?x=1']) await client.get(path);
      expect(client.halo.requests).toHaveLength(3);
      expect(client.halo.requests.at(-1)).toMatchObject({
        method: 'GET',
        path: '/api/Tickets/1',
        query: 'x=1',
        status: 404,
      });
      expect(client.halo.counts.requests).toBe(5);
    }));
});

describe('a million synthetic tickets', () => {
  const options = { syntheticTickets: 1_000_000 };

  test('are paged like stored ones', () =>
    withHalo(options, async (client) => {
      const last = await client.list(`/Tickets?${PAGED}&page_no=10000`);
      expect([last.record_count, (last.tickets as HaloRecord[]).at(-1)?.id]).toEqual([1_000_000, 1_020_000]);
      expect(await client.list(`/Tickets?${PAGED}&page_no=10001`)).toMatchObject({ record_count: 0, tickets: [] });
      expect((await client.list('/Tickets')).record_count).toBe(50);
      const [newest] = await client.rows(`/Tickets?${PAGED}&page_no=1&order=id&orderdesc=true`, 'tickets');
      expect(newest?.id).toBe(1_020_000);
    }));

  test('have the same row in a list and by id, and a delta that is inclusive', () =>
    withHalo(options, async (client) => {
      const [row] = await client.rows(`/Tickets?${PAGED}&page_no=9990`, 'tickets');
      expect((await client.get(`/Tickets/${textOf(row?.id)}`)).json).toMatchObject({
        ...row,
        customfields: [{ id: 164 }, {}],
      });
      const from = `lastupdatefromdate=${textOf(row?.last_update)}`;
      const delta = await client.list(`/Tickets?${PAGED}&page_no=1&${from}`);
      expect([delta.record_count, (delta.tickets as HaloRecord[])[0]]).toEqual([1100, row]);
      const to = await client.list(`/Tickets?${PAGED}&page_no=1&${from}&lastupdatetodate=${textOf(row?.last_update)}`);
      expect(to.record_count).toBe(1);
    }));

  test('can be searched, and not written', () =>
    withHalo({ syntheticTickets: 500 }, async (client) => {
      const rows = await client.rows(`/Tickets?${PAGED}&page_no=1&search=vpn`, 'tickets');
      expect(rows.length).toBeGreaterThan(0);
      expect((await client.post('/Tickets', [{ summary: 'x' }])).status).toBe(400);
      expect((await client.send('DELETE', '/Tickets/20001')).status).toBe(400);
    }));
});

describe('counting instead of storing', () => {
  test('answers with ids and keeps how often each key came', () =>
    withHalo({ sinkMode: 'count' }, async (client) => {
      const assets = ['A', 'B', 'A'].map((inventory_number) => ({ inventory_number, assettype_id: 128 }));
      const { status, json } = await client.post('/Asset', assets);
      expect([status, (json as HaloRecord[]).map((row) => row.id)]).toEqual([201, [1, 2, 3]]);
      const { sink, store, counts } = client.halo;
      expect(sink.countsOf('asset')).toEqual({ posted: 3, distinct: 2, repeated: 1, keyless: 0 });
      expect([sink.timesOf('asset', 'A'), sink.timesOf('asset', 'C')]).toEqual([2, 0]);
      expect(store.count('asset')).toBe(0);
      expect((await client.post('/Asset', [{ id: 2, key_field: 'x' }])).status).toBe(201);
      expect((await client.post('/Asset', [{ id: 4, key_field: 'x' }])).status).toBe(404);
      expect((await client.send('DELETE', '/Asset/3')).json).toEqual({ id: 3 });
      expect(counts.entities.asset).toMatchObject({ created: 3, updated: 1, deleted: 1 });
    }));

  test('keys can be taken from another field', () =>
    withHalo({ sinkMode: 'count', sinkKeyFields: ['third_party_id'] }, async (client) => {
      await client.post('/Client', [
        { name: 'same', third_party_id: 1 },
        { name: 'same', third_party_id: 2 },
        { name: 'same' },
      ]);
      expect(client.halo.sink.countsOf('client')).toMatchObject({ distinct: 2, repeated: 0, keyless: 1 });
    }));
});
