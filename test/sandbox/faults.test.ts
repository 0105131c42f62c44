import { describe, expect, test } from '@jest/globals';
import type { FaultEffect } from '../../sandbox/halo/faults.ts';
import type { HaloRecord } from '../../sandbox/halo/record.ts';
import { field, withHalo, type HaloClient, type View } from './with-halo.ts';

const seed = { tickets: 25 };
const page = (number: number): string => `/Tickets?pageinate=true&page_no=${number}&page_size=10`;

function withFault(effect: FaultEffect, use: (client: HaloClient) => Promise<void>): Promise<void> {
  return withHalo({ seed }, async (client) => {
    client.halo.faults.add({ match: { path: /\/api\/tickets/ }, effect });
    await use(client);
  });
}

async function statuses(client: HaloClient, count: number): Promise<number[]> {
  const found: number[] = [];
  for (let n = 0; n < count; n += 1) found.push((await client.get(page(1))).status);
  return found;
}

function firstIds(views: readonly View[]): unknown[] {
  return views.map((view) => (view.tickets as HaloRecord[])[0]?.id);
}

describe('which requests a fault hits', () => {
  const effect: FaultEffect = { kind: 'answer', status: 500, body: 'oops' };

  test.each([
    [{ nth: 2 }, [200, 500, 200, 200, 200]],
    [{ every: 2 }, [200, 500, 200, 500, 200]],
    [{ times: 2 }, [500, 500, 200, 200, 200]],
    [{ every: 2, times: 1 }, [200, 500, 200, 200, 200]],
    [{ method: 'POST' }, [200, 200, 200, 200, 200]],
    [{ path: 'page_no=2' }, [200, 200, 200, 200, 200]],
    [{ path: /TICKETS\?/g }, [500, 500, 500, 500, 500]],
  ])('%j', (match, expected) =>
    withHalo({ seed }, async (client) => {
      client.halo.faults.add({ match, effect });
      expect(await statuses(client, 5)).toEqual(expected);
    }),
  );

  test('bodies can be matched, faults removed and cleared while it runs', () =>
    withHalo({ seed }, async (client) => {
      const { faults } = client.halo;
      const handle = faults.add({ match: { bodyContains: 'needle' }, effect });
      const post = async (name: string): Promise<number> => (await client.post('/Client', [{ name }])).status;
      expect([await post('needle'), await post('hay')]).toEqual([500, 201]);
      expect([handle.seen, handle.applied]).toEqual([1, 1]);
      handle.remove();
      expect(await post('needle')).toBe(201);
      faults.add({ effect });
      expect(await post('hay')).toBe(500);
      faults.clear();
      expect(await post('hay')).toBe(201);
    }));
});

describe('answers in the place of Halo', () => {
  test('status, body and headers', () =>
    withFault(
      { kind: 'answer', status: 418, body: { Message: 'tea' }, headers: { 'x-tea': 'green' } },
      async (client) => {
        const reply = await client.get(page(1));
        expect([reply.status, reply.json, reply.headers.get('x-tea')]).toEqual([418, { Message: 'tea' }, 'green']);
      },
    ));

  test('503 with Retry-After, and 401 once', () =>
    withHalo({ seed }, async (client) => {
      const unavailable = client.halo.faults.add({ effect: { kind: 'unavailable', retryAfterSeconds: 7 } });
      const reply = await client.get(page(1));
      expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '7']);
      unavailable.remove();
      client.halo.faults.add({ match: { times: 1 }, effect: { kind: 'unauthorized' } });
      expect(await statuses(client, 2)).toEqual([401, 200]);
    }));

  test('HTML with 200', () =>
    withFault({ kind: 'html' }, async (client) => {
      const reply = await client.get(page(1));
      expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(reply.text).toContain('<html>');
    }));

  test('a huge body', () =>
    withFault({ kind: 'huge', megabytes: 3 }, async (client) => {
      const reply = await client.get(page(1));
      expect(reply.text.length).toBeGreaterThan(3 * 1024 * 1024);
      expect(field(reply.json, 'record_count')).toBe(1);
    }));

  test('truncated JSON, and a connection that ends in the middle of it', () =>
    withFault({ kind: 'truncated' }, async (client) => {
      const reply = await client.get(page(1));
      expect([reply.status, reply.json]).toEqual([200, undefined]);
      expect(reply.text).toContain('"record_count":25');
      client.halo.faults.clear();
      client.halo.faults.add({ effect: { kind: 'truncated', how: 'connection' } });
      await expect(client.get(page(1))).rejects.toThrow();
    }));
});

describe('connections', () => {
  test('dropped before handling: nothing is stored', () =>
    withFault({ kind: 'drop' }, async (client) => {
      await expect(client.post('/Tickets', [{ summary: 'x' }])).rejects.toThrow();
      expect(client.halo.store.count('tickets')).toBe(25);
      expect(client.halo.requests.at(-1)).toMatchObject({ method: 'POST', status: 0 });
    }));

  test('dropped after handling: the record is there and the reply is lost', () =>
    withFault({ kind: 'commit-then-drop' }, async (client) => {
      await expect(client.post('/Tickets', [{ summary: 'x' }])).rejects.toThrow();
      expect(client.halo.store.count('tickets')).toBe(26);
    }));

  test('hanging after handling: the record is there, and closing lets go', async () => {
    let hanging: Promise<unknown> = Promise.resolve();
    await withFault({ kind: 'commit-then-hang' }, async (client) => {
      const stored = new Promise<void>((resolve) => {
        const { store } = client.halo;
        const put = store.put.bind(store);
        store.put = (...record) => {
          resolve();
          return put(...record);
        };
      });
      hanging = client.post('/Tickets', [{ summary: 'x' }]).catch((error: unknown) => error);
      await stored;
      expect(client.halo.store.count('tickets')).toBe(26);
    });
    expect(String(await hanging)).toContain('fetch failed');
  });

  test('delayed', () =>
    withFault({ kind: 'delay', ms: 30 }, async (client) => {
      const startedAt = performance.now();
      expect((await client.get(page(1))).status).toBe(200);
      expect(performance.now() - startedAt).toBeGreaterThan(25);
    }));
});

describe('lists that lie', () => {
  test('the first page again and again', () =>
    withFault({ kind: 'repeated-page' }, async (client) => {
      expect(firstIds([await client.list(page(1)), await client.list(page(2))])).toEqual([20001, 20001]);
    }));

  test('pages without end', () =>
    withFault({ kind: 'endless-pages' }, async (client) => {
      const view = await client.list(page(50));
      expect([(view.tickets as HaloRecord[]).length, view.record_count]).toEqual([10, 510]);
    }));

  test('an empty page in the middle', () =>
    withFault({ kind: 'empty-page', page: 2 }, async (client) => {
      const views = [await client.list(page(1)), await client.list(page(2)), await client.list(page(3))];
      expect(views.map((view) => (view.tickets as HaloRecord[]).length)).toEqual([10, 0, 5]);
      expect(views.map((view) => view.record_count)).toEqual([25, 25, 25]);
    }));

  test.each<[FaultEffect, unknown[]]>([
    [{ kind: 'record-count', mode: 'wrong', value: 99 }, [99, 99, 99]],
    [{ kind: 'record-count', mode: 'missing' }, [undefined, undefined, undefined]],
    [{ kind: 'record-count', mode: 'shrinking', by: 5 }, [25, 20, 15]],
    [{ kind: 'record-count', mode: 'growing' }, [25, 26, 27]],
  ])('%j', (effect, expected) =>
    withFault(effect, async (client) => {
      const views = [await client.list(page(1)), await client.list(page(2)), await client.list(page(3))];
      expect(views.map((view) => view.record_count)).toEqual(expected);
    }),
  );
});

describe('refused records', () => {
  test.each([
    [true, 0],
    [false, 1],
  ])('a marker in a record refuses it (atomicPosts %s)', (atomicPosts, stored) =>
    withHalo({ atomicPosts }, async (client) => {
      client.halo.faults.add({ effect: { kind: 'refuse', marker: 'POISON', message: 'No.' } });
      const { status, json } = await client.post('/Client', [{ name: 'good' }, { name: 'has POISON in it' }]);
      expect([status, json]).toEqual([400, { ClassName: 'System.Exception', Message: 'No.' }]);
      expect(client.halo.store.count('client')).toBe(stored);
      expect((await client.post('/Client', [{ name: 'good' }])).status).toBe(201);
    }),
  );
});
