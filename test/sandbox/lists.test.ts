import { describe, expect, test } from '@jest/globals';
import type { HaloRecord } from '../../sandbox/halo/record.ts';
import { withHalo, type HaloClient } from './with-halo.ts';

const PAGED = 'pageinate=true&page_no=1&page_size=100';

/** Ids of the rows of a list. */
async function ids(client: HaloClient, path: string, key = 'tickets'): Promise<(HaloRecord[string] | undefined)[]> {
  return (await client.rows(path, key)).map((row) => row.id);
}

describe('paging', () => {
  test.each([
    ['no paging parameters', ''],
    ['a page size alone', '?page_size=100'],
    ['pageinate without page_no', '?pageinate=true&page_size=100'],
    ['page_no without pageinate', '?page_no=2&page_size=100'],
  ])('with %s there are 50 rows and record_count says 50', (_what, query) =>
    withHalo({ seed: { tickets: 1254 } }, async (client) => {
      const view = await client.list(`/Tickets${query}`);
      expect(view.record_count).toBe(50);
      expect(view.tickets).toHaveLength(50);
    }),
  );

  test('count gives that many rows without paging', () =>
    withHalo({ seed: { tickets: 200 } }, async (client) => {
      const view = await client.list('/Tickets?count=120');
      expect([view.record_count, (view.tickets as HaloRecord[]).length]).toEqual([120, 120]);
    }));

  test('pages reach every ticket once, and record_count is the whole', () =>
    withHalo({ seed: { tickets: 1254 } }, async (client) => {
      const seen = new Set<unknown>();
      for (let page = 1; page <= 13; page += 1) {
        const view = await client.list(`/Tickets?pageinate=true&page_no=${page}&page_size=100`);
        expect(view.record_count).toBe(1254);
        for (const row of view.tickets as HaloRecord[]) seen.add(row.id);
      }
      expect(seen.size).toBe(1254);
    }));

  test('cuts the page size at 100', () =>
    withHalo({ seed: { tickets: 300 } }, async (client) => {
      const view = await client.list('/Tickets?pageinate=true&page_no=1&page_size=999');
      expect(view.page_size).toBe(100);
      expect(view.tickets).toHaveLength(100);
    }));

  test('assets come 50 at a time, whatever is asked for', () =>
    withHalo({ seed: { assets: 120 } }, async (client) => {
      for (const size of [10, 100]) {
        const view = await client.list(`/Asset?pageinate=true&page_no=1&page_size=${size}`);
        expect([view.record_count, view.page_size, (view.assets as HaloRecord[]).length]).toEqual([120, 50, 50]);
      }
    }));

  test('a page past the end has no rows and record_count 0', () =>
    withHalo({ seed: { tickets: 20 } }, async (client) => {
      const view = await client.list('/Tickets?pageinate=true&page_no=5&page_size=10');
      expect(view).toEqual({ page_no: 5, page_size: 10, record_count: 0, tickets: [] });
    }));

  test('ids only, without paging', () =>
    withHalo({ seed: { tickets: 70 } }, async (client) => {
      const rows = await client.rows('/Tickets?ticketidonly=true', 'tickets');
      expect(rows).toHaveLength(70);
      expect(Object.keys(rows[0] ?? {})).toEqual(['id']);
    }));

  test('ignores parameters nobody knows, and the case of the path', () =>
    withHalo({ seed: { tickets: 5 } }, async (client) => {
      const view = await client.list(`/tIcKeTs?${PAGED}&no_such_thing=1&lastupdatedsince=2030-01-01`);
      expect(view.record_count).toBe(5);
    }));
});

describe('envelopes', () => {
  const seed = {
    tickets: 2, actions: 2, attachments: 2, assets: 2, invoices: 2, items: 2, contracts: 2, suppliers: 2, articles: 2,
  }; // prettier-ignore

  test.each([
    ['Tickets', 'tickets'],
    ['Actions', 'actions'],
    ['Asset', 'assets'],
    ['Client', 'clients'],
    ['Site', 'sites'],
    ['Users', 'users'],
    ['Invoice', 'invoices'],
    ['Item', 'items'],
    ['ClientContract', 'contracts'],
    ['Supplier', 'suppliers'],
    ['KBArticle', 'articles'],
    ['Attachment', 'attachments'],
    ['AssetType', 'assettypes'],
  ])('/%s has its rows under %s', (path, key) =>
    withHalo({ seed }, async (client) => {
      const rows = await client.rows(`/${path}?${PAGED}`, key);
      expect(rows.length).toBeGreaterThan(1);
    }),
  );

  test.each(['Agent', 'TicketType', 'Status', 'Priority', 'Team', 'Category', 'FieldInfo', 'Lookup'])(
    '/%s is a bare array',
    (path) =>
      withHalo({}, async (client) => {
        const rows = (await client.get(`/${path}?${PAGED}`)).json;
        expect(Array.isArray(rows) && rows.length > 0).toBe(true);
      }),
  );

  test('tickets have other lists next to the rows', () =>
    withHalo({ seed }, async (client) => {
      const view = await client.list(`/Tickets?${PAGED}`);
      for (const name of ['statuses', 'priorities', 'agents']) expect(view[name]).not.toHaveLength(0);
      expect(view.columns).toEqual([]);
    }));

  test('/Agent can be wrapped as one HaloITSM client saw it', () =>
    withHalo({ agentEnvelope: 'results' }, async (client) => {
      expect(await client.rows('/Agent', 'results')).toHaveLength(8);
    }));

  test('rows lack custom fields unless they are asked for by id', () =>
    withHalo({ seed }, async (client) => {
      const [plain] = await client.rows(`/Tickets?${PAGED}`, 'tickets');
      expect(plain).not.toHaveProperty('customfields');
      expect(plain).not.toHaveProperty('agent_name');
      expect(plain).not.toHaveProperty('datecreated');
      expect(plain?.targetdate).toBe('1900-01-01T00:00:00');
      const [asked] = await client.rows(`/Tickets?${PAGED}&include_custom_fields=171`, 'tickets');
      expect(asked?.customfields).toEqual([expect.objectContaining({ id: 171, name: 'CFrmmEnabled' })]);
    }));

  test('a site gives its client_id as a decimal', () =>
    withHalo({ seed }, async (client) => {
      expect((await client.get(`/Site?${PAGED}`)).text).toContain('"client_id":11.0,');
      expect((await client.get('/Site/101')).text).toContain('"client_id":11.0,');
      expect((await client.get(`/Users?${PAGED}`)).text).toContain('"client_id":11,');
    }));

  test('ids of actions restart in every ticket, and priorities have GUIDs whose priorityid repeats', () =>
    withHalo({ seed: { tickets: 2, actions: 4 } }, async (client) => {
      const actions = await client.rows('/Actions', 'actions');
      expect(actions.map((row) => [row.ticket_id, row.id])).toEqual([
        [20001, 1],
        [20002, 1],
        [20001, 2],
        [20002, 2],
      ]);
      const priorities = (await client.get('/Priority')).json as HaloRecord[];
      expect(priorities.filter((row) => row.priorityid === 1)).toHaveLength(2);
      expect(new Set(priorities.map((row) => row.id)).size).toBe(priorities.length);
      expect(priorities[0]?.id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    }));
});

describe('what changed', () => {
  test.each(['2026-10-02T10:00:00', '2026-10-02T10:00:00Z', '2026-10-02T12:00:00%2B02:00'])(
    'lastupdatefromdate=%s is inclusive and in UTC',
    (from) =>
      withHalo({}, async (client) => {
        const { store } = client.halo;
        for (const [id, at] of [
          [1, '09:59:59.999'],
          [2, '10:00:00.000'],
          [3, '10:00:01.000'],
        ] as const) {
          store.put('tickets', { id, summary: 'x' }, Date.parse(`2026-10-02T${at}Z`));
        }
        expect(await ids(client, `/Tickets?${PAGED}&lastupdatefromdate=${from}`)).toEqual([2, 3]);
        expect(await ids(client, `/Tickets?${PAGED}&lastupdatetodate=${from}`)).toEqual([1, 2]);
      }),
  );

  test.each([
    ['Asset', 'asset', 'assets'],
    ['Client', 'client', 'clients'],
    ['Site', 'site', 'sites'],
    ['Users', 'users', 'users'],
  ])('/%s has a delta', (path, name, key) =>
    withHalo({}, async (client) => {
      client.halo.store.put(name, { id: 1 }, Date.parse('2026-10-01T00:00:00Z'));
      client.halo.store.put(name, { id: 2 }, Date.parse('2026-10-03T00:00:00Z'));
      expect(await ids(client, `/${path}?${PAGED}&lastupdatefromdate=2026-10-02`, key)).toEqual([2]);
    }),
  );

  test('a write moves the date of the change', async () => {
    const now = Date.parse('2026-12-01T08:00:00.250Z');
    await withHalo({ seed: { tickets: 10 }, now: () => now }, async (client) => {
      await client.post('/Tickets', [{ id: 20003, summary: 'changed' }]);
      const [row, ...others] = await client.rows(
        `/Tickets?${PAGED}&lastupdatefromdate=2026-12-01T08:00:00.25`,
        'tickets',
      );
      expect([row?.id, row?.last_update, others]).toEqual([20003, '2026-12-01T08:00:00.25', []]);
    });
  });

  test('actions by date and ticket, invoices by invoice date, tickets by a date field', () =>
    withHalo({}, async (client) => {
      const { store } = client.halo;
      for (const [id, day] of [
        [1, '2026-10-01'],
        [2, '2026-10-02'],
        [3, '2026-10-03'],
      ] as const) {
        store.put('actions', { id, ticket_id: 7, actiondatecreated: `${day}T00:00:00` });
        store.put('invoice', { id, invoice_date: `${day}T00:00:00` });
        store.put('tickets', { id, dateoccurred: `${day}T00:00:00`, dateclosed: '1900-01-01T00:00:00' });
      }
      store.put('actions', { id: 1, ticket_id: 8, actiondatecreated: '2026-10-02T00:00:00' });
      const actions = '/Actions?ticket_id=7&startdate=2026-10-02&enddate=2026-10-02';
      expect(await ids(client, actions, 'actions')).toEqual([2]);
      const invoices = '/Invoice?invoicedatestart=2026-10-02&invoicedateend=2026-10-03';
      expect(await ids(client, invoices, 'invoices')).toEqual([2, 3]);
      const dates = 'startdate=2026-10-02&enddate=2026-10-31';
      expect(await ids(client, `/Tickets?datesearch=dateoccured&${dates}`)).toEqual([2, 3]);
      expect(await ids(client, `/Tickets?datesearch=datecleared&${dates}`)).toEqual([]);
      expect(await ids(client, `/Tickets?${dates}`)).toEqual([1, 2, 3]);
    }));

  test('refuses a date that is none', () =>
    withHalo({}, async (client) => {
      expect((await client.get('/Tickets?lastupdatefromdate=soon')).status).toBe(400);
    }));
});

describe('filters', () => {
  const fill = ({ halo: { store } }: HaloClient): void => {
    store.put('tickets', { id: 1, summary: 'Printer on fire', client_id: 1, site_id: 1, status_id: 1, priority_id: 3 });
    store.put('tickets', { id: 2, summary: 'printer jam', client_id: 2, site_id: 2, status_id: 2, priority_id: 1 });
    store.put('tickets', { id: 3, summary: 'No mail', client_id: 2, site_id: 3, status_id: 9, priority_id: 2 });
  };

  test.each([
    ['search=PRINTER', [1, 2]],
    ['search_summary=mail', [3]],
    ['search_id=2', [2]],
    ['client_id=2', [2, 3]],
    ['site_id=3', [3]],
    ['status_id=1,9', [1, 3]],
    ['status=[1,2]', [1, 2]],
    ['open_only=true', [1, 2]],
    ['closed_only=true', [3]],
    ['client_id=2&open_only=true', [2]],
    ['order=priority_id', [2, 3, 1]],
    ['order=client_id&orderdesc=true&order2=id&orderdesc2=true', [3, 2, 1]],
    [
      `advanced_search=${encodeURIComponent('[{"filter_name":"summary","filter_type":2,"filter_value":"printer jam"}]')}`,
      [2],
    ],
    [
      `advanced_search=${encodeURIComponent('[{"filter_name":"summary","filter_type":2,"filter_value":"printer"}]')}`,
      [],
    ],
  ])('%s', (query, expected) =>
    withHalo({}, async (client) => {
      fill(client);
      expect(await ids(client, `/Tickets?${PAGED}&${query}`)).toEqual(expected);
    }),
  );

  test('record_count counts the rows the filter leaves', () =>
    withHalo({}, async (client) => {
      fill(client);
      const view = await client.list('/Tickets?pageinate=true&page_no=2&page_size=1&search=printer');
      expect([view.record_count, (view.tickets as HaloRecord[])[0]?.id]).toEqual([2, 2]);
    }));

  test('search looks at names, mail addresses, inventory numbers and key fields', () =>
    withHalo({}, async (client) => {
      const { store } = client.halo;
      store.put('users', { id: 5, name: 'Ada', emailaddress: 'ada@needle.example' });
      store.put('asset', { id: 6, inventory_number: 'LT-0042', key_field: 'MacBook' });
      store.put('asset', { id: 7, inventory_number: 'LT-0043', key_field: 'needle' });
      expect(await ids(client, `/Users?${PAGED}&search=needle`, 'users')).toEqual([5]);
      expect(await ids(client, `/Asset?${PAGED}&search=needle`, 'assets')).toEqual([7]);
      expect(await ids(client, `/Asset?${PAGED}&search=lt-0042`, 'assets')).toEqual([6]);
      expect(await ids(client, `/Asset?${PAGED}&inventory_number=LT-0043`, 'assets')).toEqual([7]);
    }));

  test('inactive rows are left out unless they are asked for', () =>
    withHalo({ seed: { clients: 20, inactiveEvery: 10 } }, async (client) => {
      expect((await client.list(`/Client?${PAGED}`)).record_count).toBe(18);
      expect((await client.list(`/Client?${PAGED}&includeinactive=true`)).record_count).toBe(20);
      expect((await client.list(`/Client?${PAGED}&includeinactive=true&includeactive=false`)).record_count).toBe(2);
    }));

  test('lookups are told apart by lookupid', () =>
    withHalo({}, async (client) => {
      const rows = (await client.get('/Lookup?lookupid=12')).json as HaloRecord[];
      expect(rows.map((row) => [row.lookupid, row.id])).toEqual([
        [12, 1],
        [12, 2],
        [12, 3],
      ]);
    }));
});
