import { describe, expect, test } from '@jest/globals';
import type { Json } from '../../src/core/record.ts';
import { parseWithSchema } from '../../src/core/validation.ts';
import { paginators } from '../../src/http/paginators/index.ts';
import { readPages, type PageOfRows, type PageStep, type ReadPagesOptions } from '../../src/http/read-pages.ts';
import type { HttpAnswer, HttpClient, HttpRequest, Paginator, PaginatorContext } from '../../src/http/types.ts';
import { errorOf } from './test-transport.ts';

const REQUEST: HttpRequest = {
  method: 'GET',
  url: 'https://halo.example/api/Tickets',
  query: { open_only: true },
  repeatable: true,
};
const signal = new AbortController().signal;

function paginator(type: string, options: object = {}): Paginator {
  const component = paginators.get(type);
  if (!component) throw new Error(type);
  return component.create(parseWithSchema(component.options, options, type) as never, NO_CONTEXT);
}

const NO_CONTEXT: PaginatorContext = {
  now: () => 0,
  paginator: () => {
    throw new Error('no paginator inside');
  },
};

const HALO = { pageParameter: 'page_no', sizeParameter: 'page_size', size: 2, always: { pageinate: true } };

/** A client that answers each request with what `respond` makes of its query. */
function clientOf(respond: (query: Record<string, Json | undefined>) => Partial<HttpAnswer>): {
  client: HttpClient;
  sent: HttpRequest[];
} {
  const sent: HttpRequest[] = [];
  const empty = { status: 200, headers: {}, body: undefined, bytes: 10, durationMs: 1, serverTimeMs: 5 };
  const client: HttpClient = {
    reserve: () => Promise.resolve({ release: () => undefined }),
    send: (request) => {
      sent.push(request);
      return Promise.resolve({ ...empty, ...respond({ ...request.query }) });
    },
    redact: (text) => text,
    close: () => undefined,
  };
  return { client, sent };
}

/** A source like Halo: `total` rows, pages of `pageSize` whatever was asked for, 0 announced past the end. */
function haloOf(total: number, pageSize = 2): ReturnType<typeof clientOf> {
  return clientOf(({ page_no: page }) => {
    const from = (Number(page) - 1) * pageSize;
    const ids = Array.from({ length: Math.max(0, Math.min(pageSize, total - from)) }, (_, index) => from + index);
    const body = {
      page_no: Number(page),
      record_count: ids.length > 0 ? total : 0,
      columns: [],
      tickets: ids.map(toRow),
    };
    return { body };
  });
}

function toRow(id: number): { id: number } {
  return { id };
}

interface Read {
  readonly pages: PageOfRows[];
  readonly steps: PageStep[];
}

async function readAll(options: Partial<ReadPagesOptions> & Pick<ReadPagesOptions, 'client'>): Promise<Read> {
  const pages: PageOfRows[] = [];
  const steps: PageStep[] = [];
  const ids = new Set<Json | undefined>();
  const settings: ReadPagesOptions = {
    request: REQUEST,
    paginator: paginator('page-number', HALO),
    recordsAt: ['tickets'],
    totalAt: 'record_count',
    received: () => ids.size,
    onExplain: (step) => steps.push(step),
    ...options,
  };
  for await (const page of readPages(settings, signal)) {
    pages.push(page);
    for (const row of page.rows) ids.add(row['id']);
  }
  return { pages, steps };
}

describe('a read', () => {
  test('sends the page on every request, from the first on', async () => {
    const { client, sent } = haloOf(5);
    await readAll({ client });
    const query = { open_only: true, pageinate: true, page_size: 2 };
    expect(sent.map((request) => request.query)).toEqual([1, 2, 3].map((page) => ({ ...query, page_no: page })));
  });

  test('stops when as many rows are there as announced, and says so', async () => {
    const { client } = haloOf(4);
    const { pages, steps } = await readAll({ client });
    expect(pages).toEqual([
      { rows: [{ id: 0 }, { id: 1 }], total: 4, position: { page: 1 }, next: { page: 2 }, serverTimeMs: 5, bytes: 10 },
      {
        ...{ rows: [{ id: 2 }, { id: 3 }], total: 4, position: { page: 2 }, next: undefined, stop: 'total' },
        ...{ serverTimeMs: 5, bytes: 10 },
      },
    ]);
    expect(steps).toEqual([
      { position: { page: 1 }, rows: 2, received: 2, total: 4, next: { page: 2 }, stop: undefined },
      { position: { page: 2 }, rows: 2, received: 4, total: 4, next: undefined, stop: 'total' },
    ]);
  });

  test('is not stopped by pages smaller than asked for', async () => {
    const { client } = haloOf(7, 1);
    expect((await readAll({ client })).pages.flatMap(({ rows }) => rows)).toHaveLength(7);
  });

  test('goes on when rows came twice, so that fewer are there than announced', async () => {
    const { client, sent } = clientOf(({ page_no: page }) => {
      const ids = [[], [1, 2], [2, 3], [4]][Number(page)] ?? [];
      return { body: { record_count: 4, tickets: ids.map(toRow) } };
    });
    const { pages } = await readAll({ client });
    expect(pages.map(({ stop }) => stop)).toEqual([undefined, 'total', 'total']);
    expect(sent).toHaveLength(3);
  });

  test('ends with an empty page where the total is wrong or missing', async () => {
    for (const total of [99, null, -1, 2.5, '4', undefined]) {
      const { client } = clientOf(({ page_no: page }) => ({
        body: {
          tickets: Number(page) > 2 ? [] : [toRow(Number(page))],
          ...(total !== undefined && { record_count: total }),
        },
      }));
      const { steps } = await readAll({ client });
      expect(steps.map(({ stop }) => stop)).toEqual([undefined, undefined, 'empty']);
      expect(steps[0]?.total).toBe(total === 99 ? 99 : undefined);
    }
  });

  test('goes on where an earlier one stopped', async () => {
    const { client, sent } = haloOf(5);
    let received = 2;
    const pages = readPages(
      {
        ...{ client, request: REQUEST, paginator: paginator('page-number', HALO), recordsAt: ['tickets'] },
        ...{ totalAt: 'record_count', start: { page: 2 }, received: () => received },
      },
      signal,
    );
    for await (const { rows } of pages) received += rows.length;
    expect(sent.map(({ query }) => query?.['page_no'])).toEqual([2, 3]);
  });

  test('asks for the next page only when the consumer comes back', async () => {
    const { client, sent } = haloOf(9);
    const pages = readPages(
      {
        client,
        request: REQUEST,
        paginator: paginator('page-number', HALO),
        recordsAt: ['tickets'],
        received: () => 0,
      },
      signal,
    );
    await pages.next();
    expect(sent).toHaveLength(1);
    await pages.return();
    expect(sent).toHaveLength(1);
  });

  test('of one page reads a bare list', async () => {
    const { client, sent } = clientOf(() => ({ body: [{ id: 1 }] }));
    const { pages } = await readAll({ client, paginator: paginator('single'), recordsAt: ['tickets', ''] });
    expect(pages).toMatchObject([{ rows: [{ id: 1 }], stop: 'single', next: undefined, total: undefined }]);
    expect(sent[0]?.query).toEqual({ open_only: true });
  });

  test('takes no content for no rows', async () => {
    const { client } = clientOf(() => ({ status: 204 }));
    expect((await readAll({ client })).pages).toMatchObject([{ rows: [], stop: 'empty' }]);
  });
});

describe('page-number', () => {
  test('stops at a short page only where it is told to', () => {
    const short = paginator('page-number', { ...HALO, stop: ['short'], start: 0 });
    const page = { rows: 1, records: [{}], url: REQUEST.url, received: 1, total: 1, body: undefined, headers: {} };
    expect(short.first()).toEqual({ position: { page: 0 }, query: { pageinate: true, page_size: 2, page_no: 0 } });
    expect(short.next(page, short.first())).toEqual({ reason: 'short' });
    expect(short.next({ ...page, rows: 2 }, short.first())).toMatchObject({ position: { page: 1 } });
    const total = paginator('page-number', HALO);
    expect(total.next({ ...page, total: 2 }, total.first())).toMatchObject({ position: { page: 2 } });
  });

  test('needs a size to know a short page', () => {
    expect(() => paginator('page-number', { pageParameter: 'p', stop: ['short'] })).toThrow('needs "size"');
  });
});

describe('reading ahead', () => {
  test('asks for a page before the consumer has come back from the one before', async () => {
    const { client, sent } = haloOf(6);
    const seen: number[] = [];
    await readAll({ client, readsAhead: true, onExplain: () => seen.push(sent.length) });
    expect(sent.map(({ query }) => query?.['page_no'])).toEqual([1, 2, 3]);
    expect(seen).toEqual([2, 3, 3]);
  });

  test('asks for no page past the last one, nor for more than may be read', async () => {
    const { client, sent } = haloOf(4);
    await readAll({ client, readsAhead: true });
    expect(sent).toHaveLength(2);
    const endless = clientOf(({ page_no: page }) => ({ body: { tickets: [{ id: page ?? 0 }] } }));
    await errorOf(readAll({ client: endless.client, readsAhead: true, maxPages: 3 }));
    expect(endless.sent).toHaveLength(3);
  });

  test('throws what a page failed with when its turn has come', async () => {
    const { client, sent } = haloOf(6);
    const failing: HttpClient = {
      ...client,
      send: (request, own) =>
        sent.length === 2 ? Promise.reject(new Error('page 3 is broken')) : client.send(request, own),
    };
    let rows = 0;
    const reading = (async () => {
      const options = { client: failing, request: REQUEST, paginator: paginator('page-number', HALO) };
      const more = { recordsAt: ['tickets'], totalAt: 'record_count', received: () => rows, readsAhead: true };
      for await (const page of readPages({ ...options, ...more }, signal)) rows += page.rows.length;
    })();
    expect(await errorOf(reading)).toMatchObject({ message: 'page 3 is broken' });
    expect(rows).toBe(4);
  });
});

describe('a source that cannot be trusted', () => {
  test('and sends the same rows again is refused, whatever else its answer says', async () => {
    const { client, sent } = clientOf(({ page_no: page }) => ({
      body: { page_no: page ?? 0, record_count: 100, tickets: [{ id: Number(page) % 3 }] },
    }));
    const error = await errorOf(readAll({ client }));
    expect(error).toMatchObject({ name: 'SourceError', code: 'ERR_PAGE_REPEATED', class: 'system' });
    expect((error as Error).message).toContain('page {"page":4} has the same rows as page {"page":1}');
    expect(sent).toHaveLength(4);
  });

  test('and never ends is refused', async () => {
    const { client } = clientOf(({ page_no: page }) => ({ body: { tickets: [{ id: page ?? 0 }] } }));
    const error = await errorOf(readAll({ client, maxPages: 5 }));
    expect(error).toMatchObject({ code: 'ERR_TOO_MANY_PAGES', details: { maxPages: 5 } });
  });

  test.each([
    [
      { Tickets: [], record_count: 0 },
      'no list of records at "tickets", "data.rows"; the answer is an object with the keys Tickets, record_count',
    ],
    [{ tickets: { id: 1 } }, 'no list of records at "tickets"'],
    [[], 'the answer is a list'],
    [null, 'the answer is null'],
    ['text', 'the answer is a string'],
    [undefined, 'the answer is empty'],
  ])('and answers %j has no records', async (body, message) => {
    const { client } = clientOf(() => ({ body }));
    const error = await errorOf(readAll({ client, recordsAt: ['tickets', 'data.rows'] }));
    expect(error).toMatchObject({ code: 'ERR_RECORDS_NOT_FOUND' });
    expect((error as Error).message).toContain(message);
  });

  test.each([
    [[{ id: 1 }, 7], 'row 2 of the answer is a number'],
    [[[1]], 'row 1 of the answer is a list'],
    [[null], 'null'],
  ])('and has %j for rows is refused', async (tickets, message) => {
    const { client } = clientOf(() => ({ body: { tickets } }));
    const error = await errorOf(readAll({ client }));
    expect(error).toMatchObject({ code: 'ERR_RECORD_INVALID' });
    expect((error as Error).message).toContain(message);
  });
});
