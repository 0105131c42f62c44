import { describe, expect, jest, test } from '@jest/globals';
import type { DetailCache } from '../../src/connector/details.ts';
import { rowTexts } from '../../src/core/row-texts.ts';
import type { PageOfRows } from '../../src/http/read-pages.ts';
import { errorOf } from '../http/test-transport.ts';
import { answerJson, readBody, withServer } from '../http/with-server.ts';
import { connect, makeConnector, readAll, signal } from './with-connector.ts';

const PAGES = {
  type: 'page-number',
  pageParameter: 'page',
  sizeParameter: 'size',
  size: 2,
  stop: ['total', 'empty'],
};

/** Serves lists by path; a number answers with that status. Keeps what was asked. */
async function withLists<T>(
  lists: Readonly<Record<string, object[] | number>>,
  use: (url: string, asked: string[]) => Promise<T>,
): Promise<T> {
  const asked: string[] = [];
  return withServer(
    (request, response) => {
      const url = new URL(request.url ?? '', 'http://x');
      asked.push(`${request.method ?? ''} ${url.pathname}${url.search}`);
      const list = lists[url.pathname];
      if (list === undefined || typeof list === 'number') {
        answerJson(response, list ?? 404, { message: 'nothing here' });
        return;
      }
      const page = Number(url.searchParams.get('page') ?? 1);
      const size = Number(url.searchParams.get('size') ?? 100);
      answerJson(response, 200, { total: list.length, rows: list.slice((page - 1) * size, page * size) });
    },
    (url) => use(url, asked),
  );
}

const list = (path: string, more: object = {}): object => ({
  title: `Lists ${path}`,
  method: 'GET',
  path,
  records: 'rows',
  total: 'total',
  paginator: PAGES,
  ...more,
});

describe('a list for each record of another one', () => {
  const connector = makeConnector(
    {},
    {
      customers: { key: ['id'], operations: { list: list('/customers') } },
      sites: {
        key: ['customerId', 'id'],
        operations: {
          list: list('/customers/{customer}/sites', {
            pathParameters: { customer: 'integer' },
            forEach: {
              operation: 'customers.list',
              path: { customer: '&{parent.id}' },
              carry: { customerId: '&{parent.id}' },
              when: { field: 'active', notEquals: false },
            },
          }),
        },
      },
      devices: {
        key: ['id'],
        operations: {
          list: list('/sites/{site}/devices', {
            pathParameters: { site: 'integer' },
            forEach: { operation: 'sites.list', path: { site: '&{parent.id}' } },
          }),
        },
      },
    },
  );
  const LISTS = {
    '/customers': [{ id: 1 }, { id: 2, active: false }, { id: 3 }, { id: 4 }],
    '/customers/1/sites': [{ id: 11 }, { id: 12 }, { id: 13 }],
    '/customers/2/sites': [{ id: 21 }],
    '/customers/3/sites': 404,
    '/customers/4/sites': [{ id: 41 }],
    '/sites/11/devices': [{ id: 'a' }],
    '/sites/12/devices': [],
    '/sites/13/devices': [{ id: 'b' }, { id: 'c' }, { id: 'd' }],
    '/sites/41/devices': [{ id: 'e' }],
  };

  test('carries fields of the parent, passes over parents by condition, and takes 404 for a parent without any', async () => {
    await withLists(LISTS, async (baseUri) => {
      const { rows } = await readAll(connect(connector, { parameters: { baseUri } }), 'sites.list');
      expect(rows).toEqual([
        { id: 11, customerId: 1 },
        { id: 12, customerId: 1 },
        { id: 13, customerId: 1 },
        { id: 41, customerId: 4 },
      ]);
    });
  });

  test('goes any number of levels down', async () => {
    await withLists(LISTS, async (baseUri) => {
      const { rows } = await readAll(connect(connector, { parameters: { baseUri } }), 'devices.list');
      expect(rows.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd', 'e']);
    });
  });

  test('reads the list of one parent when the caller names it, and carries what names it', async () => {
    await withLists(LISTS, async (baseUri, asked) => {
      const client = connect(connector, { parameters: { baseUri } });
      const { rows } = await readAll(client, 'devices.list', { path: { site: 13 } });
      expect(rows).toHaveLength(3);
      const sites = await readAll(client, 'sites.list', { path: { customer: 4 } });
      expect(sites.rows).toEqual([{ id: 41, customerId: 4 }]);
      asked.pop();
      expect(asked.every((each) => each.startsWith('GET /sites/13/devices'))).toBe(true);
    });
  });

  test('gives the rows of a named parent what the path tells of it, numbers as numbers', async () => {
    await withLists(LISTS, async (baseUri) => {
      const client = connect(connector, { parameters: { baseUri } });
      const { rows } = await readAll(client, 'sites.list', { path: { customer: '1' } });
      expect(rows).toEqual([
        { id: 11, customerId: 1 },
        { id: 12, customerId: 1 },
        { id: 13, customerId: 1 },
      ]);
    });
  });

  test('goes on from every page that was saved, without losing a row', async () => {
    await withLists(LISTS, async (baseUri) => {
      const client = connect(connector, { parameters: { baseUri } });
      const { pages, rows } = await readAll(client, 'devices.list');
      for (const [index, page] of pages.entries()) {
        const before = pages.slice(0, index).flatMap((each: PageOfRows) => each.rows);
        const rest: unknown[] = [];
        const received = (): number => before.length + rest.length;
        const operation = client.operation('devices', 'list');
        const start = JSON.parse(JSON.stringify(page.position)) as typeof page.position;
        for await (const each of client.read(operation, {}, { received, start }, signal)) rest.push(...each.rows);
        expect([...before, ...rest]).toEqual(rows);
      }
    });
  });

  test('reads the page of parents anew when the parent it stopped at is gone', async () => {
    await withLists(LISTS, async (baseUri) => {
      const client = connect(connector, { parameters: { baseUri } });
      const { pages } = await readAll(client, 'sites.list');
      const start = { ...pages.at(-1)?.position, parent: 'gone' } as never;
      const { rows } = await readAll(client, 'sites.list', {}, { start });
      expect(rows.map(({ id }) => id)).toEqual([41]);
    });
  });

  test('fails when one parent sends less than it announces, although the sum would hide it', async () => {
    await withServer(
      (request, response) => {
        const isParents = request.url?.startsWith('/customers?') === true;
        const page = Number(new URL(request.url ?? '', 'http://x').searchParams.get('page'));
        const rows = page > 1 ? [] : isParents ? [{ id: 1 }, { id: 2 }] : [{ id: request.url }];
        answerJson(response, 200, { total: isParents ? 2 : request.url?.startsWith('/customers/1') ? 3 : 1, rows });
      },
      async (baseUri) => {
        const error = await errorOf(readAll(connect(connector, { parameters: { baseUri } }), 'sites.list'));
        expect(error).toMatchObject({
          code: 'ERR_RUN_INCOMPLETE',
          message: expect.stringContaining('For 1 of customers.list the source announced 3 records and sent 1'),
        });
      },
    );
  });

  test('a failure other than the named statuses fails the reading', async () => {
    await withLists({ ...LISTS, '/customers/4/sites': 403 }, async (baseUri) => {
      const error = await errorOf(readAll(connect(connector, { parameters: { baseUri } }), 'sites.list'));
      expect(error).toMatchObject({ code: 'ERR_FORBIDDEN' });
    });
  });
});

describe('what parents fill in beside the path', () => {
  const connector = makeConnector(
    {},
    {
      companies: { key: ['id'], operations: { list: list('/companies') } },
      endpoints: {
        key: ['id'],
        operations: {
          list: list('/endpoints', {
            method: 'POST',
            repeatable: true,
            paginator: 'single',
            body: { content: { kind: 'company' } },
            forEach: {
              operation: 'companies.list',
              body: { ids: ['&{parent.id}'] },
              carry: { company: '&{parent.id}' },
            },
          }),
        },
      },
      assets: {
        key: ['id'],
        operations: {
          list: list('/assets', {
            paginator: 'single',
            forEach: { operation: 'companies.list', query: { 'filter[company]': '&{parent.id}' } },
          }),
        },
      },
    },
  );

  async function asked(name: string, args: object = {}): Promise<string[]> {
    const calls: string[] = [];
    await withServer(
      (request, response) => {
        void readBody(request).then((body) => {
          calls.push([request.method, decodeURIComponent(request.url ?? ''), body].join(' ').trim());
          const isParents = request.url?.startsWith('/companies');
          const rows = isParents ? [{ id: 'a' }, { id: 'b' }] : [{ id: `row ${calls.length}` }];
          answerJson(response, 200, { total: rows.length, rows });
        });
      },
      (baseUri) => readAll(connect(connector, { parameters: { baseUri } }), name, args),
    );
    return calls.slice(calls[0]?.includes('/companies') ? 1 : 0);
  }

  test('goes into the body, laid over what the operation sends', async () => {
    expect(await asked('endpoints.list')).toEqual([
      'POST /endpoints {"kind":"company","ids":["a"]}',
      'POST /endpoints {"kind":"company","ids":["b"]}',
    ]);
  });

  test('gives way to a caller who fills it in, in the body and in the query alike', async () => {
    expect(await asked('endpoints.list', { body: { kind: 'site', ids: ['s'] } })).toEqual([
      'POST /endpoints {"kind":"site","ids":["s"]}',
    ]);
    expect(await asked('assets.list', { query: { 'filter[company]': 'b' } })).toEqual([
      'GET /assets?filter[company]=b',
    ]);
    expect(await asked('assets.list', { query: { other: 1 } })).toHaveLength(2);
  });
});

describe('fields that an operation computes', () => {
  const make = (compute: object) =>
    makeConnector({}, { issues: { key: ['device', 'task'], operations: { list: list('/issues', { compute }) } } });
  const LISTS = {
    '/issues': [
      { device: 1, more: { task: 'C:' } },
      { Device: 2, more: null },
    ],
  };

  test('are set in every row, from the row as it came', async () => {
    const compute = { device: '?{not_null(record.device, record.Device)}', task: "&{record.more.task || ''}" };
    await withLists(LISTS, async (baseUri) => {
      const { rows } = await readAll(connect(make(compute), { parameters: { baseUri } }), 'issues.list');
      expect(rows).toEqual([
        { device: 1, task: 'C:', more: { task: 'C:' } },
        { Device: 2, device: 2, task: '', more: null },
      ]);
    });
  });

  test('know the path of the call: a single record often does not tell whose it is', async () => {
    const operation = { title: 'Reads', method: 'GET', path: '/devices/{id}/life', pathParameters: { id: 'integer' } };
    const life = { ...operation, action: 'get', records: 'rows', compute: { device: '&{path.id}' } };
    const connector = makeConnector({}, { life: { key: ['device'], operations: { get: life } } });
    await withLists({ '/devices/7/life': [{ cost: 3 }] }, async (baseUri) => {
      const { rows } = await readAll(connect(connector, { parameters: { baseUri } }), 'life.get', { path: { id: 7 } });
      expect(rows).toEqual([{ cost: 3, device: 7 }]);
    });
  });

  test('where it computes none, the page stays the list that was read: its rows are made text once', async () => {
    const connector = makeConnector({}, { issues: { key: ['device'], operations: { list: list('/issues') } } });
    await withLists(LISTS, async (baseUri) => {
      const { pages } = await readAll(connect(connector, { parameters: { baseUri } }), 'issues.list');
      const stringify = jest.spyOn(JSON, 'stringify');
      const texts = pages.map(({ rows }) => rowTexts(rows));
      const calls = stringify.mock.calls.length;
      stringify.mockRestore();
      expect(texts).toEqual([LISTS['/issues'].map((row) => JSON.stringify(row))]);
      expect(calls).toBe(0);
    });
  });

  test('may read nothing but the row, the path and the form of the client', () => {
    expect(() => make({ task: '&{parent.id}' })).toThrow(/unknown name "parent"/);
  });
});

describe('further calls for rows', () => {
  const detail = { operation: 'devices.audit', path: { id: '&{record.id}' }, cacheBy: 'auditedAt' };
  const make = (details: object[]) =>
    makeConnector(
      {},
      {
        devices: {
          key: ['id'],
          operations: {
            list: list('/devices', { details }),
            audit: { title: 'Tells serials', method: 'GET', path: '/audit/{id}', pathParameters: { id: 'string' } },
            many: { title: 'Tells many', method: 'GET', path: '/audits' },
          },
        },
      },
    );

  function memoryCache(): DetailCache & { readonly kept: Map<string, { version: string; body: string }> } {
    const kept = new Map<string, { version: string; body: string }>();
    return {
      kept,
      read: (_client, _operation, keys) => Promise.resolve(new Map([...kept].filter(([key]) => keys.includes(key)))),
      write: (_client, _operation, entries) => {
        for (const { key, ...entry } of entries) kept.set(key, entry);
        return Promise.resolve();
      },
    };
  }

  async function withDevices<T>(
    devices: Record<string, unknown>[],
    use: (url: string, asked: string[]) => Promise<T>,
  ): Promise<T> {
    const asked: string[] = [];
    return withServer(
      (request, response) => {
        const url = new URL(request.url ?? '', 'http://x');
        if (url.pathname === '/devices') {
          answerJson(response, 200, {
            total: devices.length,
            rows: url.searchParams.get('page') === '1' ? devices : [],
          });
          return;
        }
        asked.push(url.pathname + url.search);
        if (url.pathname === '/audits') {
          const ids = (url.searchParams.get('ids') ?? '').split(',');
          answerJson(response, 200, {
            found: ids.filter((id) => id !== 'b').map((id) => ({ device: id, serial: `S-${id}` })),
          });
          return;
        }
        const id = url.pathname.split('/').at(-1) ?? '';
        if (id === 'gone') answerJson(response, 404, {});
        else answerJson(response, 200, { audit: { serial: `S-${id}`, name: 'from the audit' } });
      },
      (url) => use(url, asked),
    );
  }

  test('fill what the row leaves empty, and nothing that it says itself', async () => {
    const devices = [{ id: 'a', name: 'own', serial: null, auditedAt: 1 }];
    await withDevices(devices, async (baseUri) => {
      const client = connect(make([{ ...detail, pick: 'audit' }]), { parameters: { baseUri } });
      expect((await readAll(client, 'devices.list')).rows).toEqual([
        { id: 'a', name: 'own', serial: 'S-a', auditedAt: 1 },
      ]);
    });
  });

  test('become one field, and nothing where the system knows nothing', async () => {
    await withDevices(
      [
        { id: 'a', auditedAt: 1 },
        { id: 'gone', auditedAt: 1 },
      ],
      async (baseUri) => {
        const client = connect(make([{ ...detail, into: 'audit', pick: 'audit.serial' }]), { parameters: { baseUri } });
        expect((await readAll(client, 'devices.list')).rows.map(({ audit }) => audit)).toEqual(['S-a', null]);
      },
    );
  });

  test('are made again only for rows whose version changed, or that have none', async () => {
    const devices = [
      { id: 'a', auditedAt: 1 },
      { id: 'b', auditedAt: 1 },
      { id: 'c', auditedAt: null },
    ];
    const cache = memoryCache();
    await withDevices(devices, async (baseUri, asked) => {
      const client = connect(make([detail]), { parameters: { baseUri } }, { details: cache });
      await readAll(client, 'devices.list');
      expect(asked.splice(0).sort()).toEqual(['/audit/a', '/audit/b', '/audit/c']);
      devices[1] = { id: 'b', auditedAt: 2 };
      const { rows } = await readAll(client, 'devices.list');
      expect(asked.sort()).toEqual(['/audit/b', '/audit/c']);
      expect(rows[0]).toEqual({ id: 'a', auditedAt: 1, audit: { serial: 'S-a', name: 'from the audit' } });
    });
  });

  test('are left out for rows that a condition excludes', async () => {
    await withDevices(
      [
        { id: 'a', kind: 'pc' },
        { id: 'b', kind: 'printer' },
      ],
      async (baseUri, asked) => {
        const when = { field: 'kind', equals: 'pc' };
        const client = connect(make([{ ...detail, when }]), { parameters: { baseUri } });
        await readAll(client, 'devices.list');
        expect(asked).toEqual(['/audit/a']);
      },
    );
  });

  test('put their answers into one field where rows of different kinds are asked about in different calls', async () => {
    const devices = [
      { id: 'a', kind: 'pc' },
      { id: 'b', kind: 'printer' },
      { id: 'c', kind: 'phone' },
    ];
    await withDevices(devices, async (baseUri) => {
      const into = { ...detail, into: 'audit', pick: 'audit.serial' };
      const details = ['pc', 'printer'].map((kind) => ({ ...into, when: { field: 'kind', equals: kind } }));
      const { rows } = await readAll(connect(make(details), { parameters: { baseUri } }), 'devices.list');
      expect(rows.map(({ audit }) => audit)).toEqual(['S-a', 'S-b', null]);
    });
  });

  test('are one call for many rows where the system takes a list of keys', async () => {
    const batch = { parameter: 'ids', key: 'id', size: 2, records: 'found', recordKey: 'device' };
    await withDevices([{ id: 'a' }, { id: 'b' }, { id: 'c' }], async (baseUri, asked) => {
      const client = connect(make([{ operation: 'devices.many', into: 'more', batch }]), { parameters: { baseUri } });
      const { rows } = await readAll(client, 'devices.list');
      expect(asked.sort()).toEqual(['/audits?ids=a%2Cb', '/audits?ids=c']);
      expect(rows.map(({ more }) => (more as { serial?: string } | null)?.serial)).toEqual(['S-a', undefined, 'S-c']);
    });
  });
});

describe('what changed', () => {
  const make = (delta: object, more: object = {}) =>
    makeConnector({}, { rows: { key: ['id'], operations: { list: list('/rows', { delta, ...more }) } } });
  const since = Date.UTC(2026, 10, 1, 7, 30, 15, 250);

  test.each([
    [{ parameter: 'from', format: 'iso-no-zone' }, 'from=2026-11-01T07%3A30%3A15'],
    [{ parameter: 'from', format: 'epoch-seconds' }, 'from=1793518215'],
    [{ parameter: 'from', format: 'yyyy-MM-dd HH:mm:ss', zone: 'Europe/Berlin' }, 'from=2026-11-01+08%3A30%3A15'],
    [{ parameter: 'from', format: 'iso', granularity: '1m' }, 'from=2026-11-01T07%3A30%3A00.000Z'],
    [
      { parameter: 'q', format: 'date', template: 'updated>=&{since}^ORDERBYid' },
      'q=updated%3E%3D2026-11-01%5EORDERBYid',
    ],
  ])('is asked for as %j', async (delta, expected) => {
    await withLists({ '/rows': [] }, async (baseUri, asked) => {
      await readAll(connect(make(delta), { parameters: { baseUri } }), 'rows.list', {}, { since });
      expect(asked[0]).toContain(expected);
    });
  });

  test('is asked for in the body of a read by POST, laid over what the operation sends', async () => {
    const bodies: unknown[] = [];
    await withServer(
      (request, response) => {
        void readBody(request).then((body) => {
          bodies.push(JSON.parse(body));
          answerJson(response, 200, { rows: [], total: 0 });
        });
      },
      async (baseUri) => {
        const connector = make(
          { parameter: 'filter.since', in: 'body', format: 'epoch-milliseconds' },
          { method: 'POST', repeatable: true, body: { content: { filter: { open: true }, sort: 'id' } } },
        );
        const client = connect(connector, { parameters: { baseUri } });
        await readAll(client, 'rows.list', { body: { sort: 'name' } }, { since });
        expect(bodies).toEqual([{ filter: { since }, sort: 'name' }]);
      },
    );
  });

  test.each([
    [undefined, '(state != 9) and at >= 2026-11-01'],
    ['open = true', '(open = true) and at >= 2026-11-01'],
  ])('stays beside what the caller asks for: %s', async (q, expected) => {
    const template = "(&{given || 'state != 9'}) and at >= &{since}";
    await withLists({ '/rows': [] }, async (baseUri, asked) => {
      const client = connect(make({ parameter: 'q', format: 'date', template }), { parameters: { baseUri } });
      await readAll(client, 'rows.list', { query: { q } }, { since: Date.UTC(2026, 10, 1) });
      expect(new URL(asked[0]?.slice(4) ?? '', 'http://x').searchParams.get('q')).toBe(expected);
    });
  });

  test('goes back as far as the connector says when nothing was read yet', async () => {
    await withLists({ '/rows': [] }, async (baseUri, asked) => {
      const connector = make({ parameter: 'from', format: 'epoch-milliseconds', first: '30d' });
      const before = Date.now() - 30 * 86_400_000;
      await readAll(connect(connector, { parameters: { baseUri } }), 'rows.list');
      const from = Number(/from=(\d+)/.exec(asked[0] ?? '')?.[1]);
      expect(from).toBeGreaterThanOrEqual(before);
      expect(from).toBeLessThanOrEqual(Date.now() - 30 * 86_400_000);
    });
  });

  test.each([
    ['query', { query: { from: 7 } }, undefined, 7],
    ['body', { body: { from: 7 } }, undefined, 7],
    ['query', { query: { from: 7 } }, 86_400_000, 86_400_000],
  ])(
    'a beginning that the caller gives in the %s goes before that of the connector, not before a checkpoint',
    async (place, args, since, expected) => {
      const asked: unknown[] = [];
      await withServer(
        (request, response) => {
          void readBody(request).then((body) => {
            const inQuery = Number(/from=(\d+)/.exec(request.url ?? '')?.[1]);
            asked.push(place === 'query' ? inQuery : (JSON.parse(body) as { from: unknown }).from);
            answerJson(response, 200, { total: 0, rows: [] });
          });
        },
        async (baseUri) => {
          const connector = make(
            { parameter: 'from', in: place, format: 'epoch-milliseconds', first: '30d' },
            { method: 'POST', repeatable: true },
          );
          await readAll(connect(connector, { parameters: { baseUri } }), 'rows.list', args, { since });
          expect(asked).toEqual([expected]);
        },
      );
    },
  );

  test('newest first stops at the page with what is old, and does not ask for the rest', async () => {
    const rows = [9, 8, 7, 6, 5, 4].map((day) => ({ id: day, at: Date.UTC(2026, 10, day) / 1000 + 0.25 }));
    await withLists({ '/rows': rows }, async (baseUri, asked) => {
      const client = connect(make({ strategy: 'newest-first', field: 'at' }), { parameters: { baseUri } });
      const { rows: read, pages } = await readAll(client, 'rows.list', {}, { since: Date.UTC(2026, 10, 7, 12) });
      expect(read.map(({ id }) => id)).toEqual([9, 8, 7, 6]);
      expect(pages.at(-1)).toMatchObject({ stop: 'known', total: undefined });
      expect(asked).toHaveLength(2);
      expect((await readAll(client, 'rows.list')).rows).toHaveLength(6);
    });
  });

  test('a forgotten delta link begins anew', async () => {
    const asked: string[] = [];
    await withServer(
      (request, response) => {
        asked.push(request.url ?? '');
        if (request.url?.includes('token=old')) answerJson(response, 410, { error: { code: 'resyncRequired' } });
        else
          answerJson(response, 200, {
            value: [{ id: 1 }],
            '@odata.deltaLink': `http://${request.headers.host ?? ''}/rows?token=new`,
          });
      },
      async (baseUri) => {
        const paginator = { type: 'delta-link', nextAt: '@odata.nextLink', deltaAt: '@odata.deltaLink' };
        const connector = make({ strategy: 'link' }, { paginator, records: 'value', total: undefined });
        const client = connect(connector, { parameters: { baseUri } });
        const state = { url: `${baseUri}/rows?token=old` };
        const { rows, pages } = await readAll(client, 'rows.list', {}, { state });
        expect(rows).toEqual([{ id: 1 }]);
        expect(pages.at(-1)?.state).toEqual({ url: `${baseUri}/rows?token=new` });
        expect(asked).toEqual(['/rows?token=old', '/rows']);
      },
    );
  });
});
