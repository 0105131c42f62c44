import type { RequestListener } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import type { Json } from '../../src/core/record.ts';
import { readPages, type PageOfRows, type ReadPagesOptions } from '../../src/http/read-pages.ts';
import { shapes } from '../../src/http/shapes/index.ts';
import type { HttpRequest, PagePosition } from '../../src/http/types.ts';
import { KINDS, PAGE_SIZE, type SourceKind } from './paging-sources.ts';
import { paginatorOf, withClient } from './paging.ts';
import { errorOf } from './test-transport.ts';
import { answerJson, readBody, withServer } from './with-server.ts';

const signal = new AbortController().signal;

interface Reading extends Partial<Omit<ReadPagesOptions, 'paginator'>> {
  readonly paginator: object;
}

/** Reads a server to its end; rows are counted by their id, besides those that are known. */
async function read(
  url: string,
  { paginator, ...given }: Reading,
  known: readonly number[] = [],
): Promise<PageOfRows[]> {
  const ids = new Set<Json | undefined>(known);
  const pages: PageOfRows[] = [];
  await withClient(async (client) => {
    const options: ReadPagesOptions = {
      client,
      request: { method: 'GET', url: `${url}/list`, query: { key: 'canary' }, repeatable: true },
      paginator: paginatorOf(paginator),
      recordsAt: ['rows'],
      maxPages: 50,
      received: () => ids.size,
      ...given,
    };
    for await (const page of readPages(options, signal)) {
      pages.push(page);
      for (const row of page.rows) ids.add(row['id']);
    }
  });
  return pages;
}

function idsOf(pages: readonly PageOfRows[]): number[] {
  return pages.flatMap(({ rows }) => rows.map(({ id }) => Number(id)));
}

function upTo(n: number): number[] {
  return Array.from({ length: n }, (_, id) => id);
}

/** Runs a source of a kind with n rows. */
async function withSource<T>(kind: SourceKind, n: number, use: (url: string) => Promise<T>): Promise<T> {
  const answer = kind.create(n, PAGE_SIZE);
  let base = '';
  const handler: RequestListener = (request, response) => {
    void readBody(request).then((text) => {
      const { searchParams: query } = new URL(request.url ?? '', base);
      const body = (text === '' ? {} : JSON.parse(text)) as Readonly<Record<string, Json>>;
      const told = answer({ query, body, headers: request.headers }, base);
      answerJson(response, 200, told.body, told.headers);
    });
  };
  return withServer(handler, (url) => {
    base = url;
    return use(url);
  });
}

function readingOf({ paginator, method, recordsAt = 'rows', totalAt }: SourceKind, url: string): Reading {
  const post: HttpRequest = {
    ...{ method: 'POST', url: `${url}/list`, query: { key: 'canary' }, json: { resourceType: 'device', page: {} } },
    repeatable: true,
  };
  return { paginator, recordsAt: [recordsAt], totalAt, ...(method && { request: post }) };
}

const SIZES = [0, 1, PAGE_SIZE - 1, PAGE_SIZE, PAGE_SIZE + 1, 3 * PAGE_SIZE];

describe.each([...KINDS])('$name', (kind) => {
  test.each(SIZES)('reads %i rows exactly once, and says why it ends', async (n) => {
    await withSource(kind, n, async (url) => {
      const pages = await read(url, readingOf(kind, url));
      expect(idsOf(pages).sort((a, b) => a - b)).toEqual(upTo(n));
      expect(pages.map(({ stop }) => stop !== undefined)).toEqual(pages.map((page) => page === pages.at(-1)));
    });
  });

  test('reads the rest from every saved position', async () => {
    await withSource(kind, 3 * PAGE_SIZE + 1, async (url) => {
      const reading = readingOf(kind, url);
      const pages = await read(url, reading);
      for (const [index, { position }] of pages.entries()) {
        const saved = JSON.parse(JSON.stringify(position)) as PagePosition;
        const before = idsOf(pages.slice(0, index));
        const rest = idsOf(await read(url, { ...reading, start: saved }, before));
        expect(rest).toEqual(idsOf(kind.isScan ? pages : pages.slice(index)));
      }
    });
  });
});

const CURSOR = { type: 'cursor', cursorAt: 'next', parameter: 'cursor', hasMoreAt: 'more' };
const NEXT_URL = { type: 'next-url', at: 'next' };

/** A source whose nth answer is the nth of a list; the last one for ever. */
async function withAnswers<T>(
  answers: (url: string) => readonly object[],
  use: (url: string, asked: string[]) => Promise<T>,
): Promise<T> {
  const asked: string[] = [];
  let bodies: readonly object[] = [];
  const handler: RequestListener = (request, response) => {
    asked.push(request.url ?? '');
    answerJson(response, 200, bodies[Math.min(asked.length, bodies.length) - 1]);
  };
  return withServer(handler, (url) => {
    bodies = answers(url);
    return use(url, asked);
  });
}

const page = (ids: readonly number[], rest: object = {}): object => ({ rows: ids.map((id) => ({ id })), ...rest });

describe('a source that misbehaves', () => {
  test('and sends one page for ever is found out by its rows', async () => {
    for (const paginator of [
      { type: 'page-number', pageParameter: 'page', stop: ['empty'] },
      { type: 'offset', offsetParameter: 'from', stop: ['empty'] },
      { type: 'keyset', field: 'id', parameter: 'after' },
    ]) {
      await withAnswers(
        () => [page([1, 2])],
        async (url, asked) => {
          expect(await errorOf(read(url, { paginator }))).toMatchObject({ code: 'ERR_PAGE_REPEATED' });
          expect(asked).toHaveLength(2);
        },
      );
    }
  });

  test('and hands out cursors in a circle is found out by the request', async () => {
    await withAnswers(
      () => [
        page([1], { next: 'a', more: true }),
        page([2], { next: 'b', more: true }),
        page([3], { next: 'a', more: true }),
      ],
      async (url, asked) => {
        const error = await errorOf(read(url, { paginator: CURSOR }));
        expect(error).toMatchObject({ code: 'ERR_PAGE_REPEATED' });
        expect(String(error)).toContain('page {"cursor":"a"} is asked for like page {"cursor":"a"}');
        expect(asked).toHaveLength(3);
      },
    );
  });

  test('and names the same address again is found out, without its query in the message', async () => {
    await withAnswers(
      (url) => [page([1], { next: `${url}/list?token=canary2` }), page([2], { next: `${url}/list?token=canary2` })],
      async (url, asked) => {
        const error = await errorOf(read(url, { paginator: NEXT_URL }));
        expect(error).toMatchObject({ code: 'ERR_PAGE_REPEATED' });
        expect(asked).toHaveLength(2);
        expect(JSON.stringify([String(error), error])).not.toContain('canary');
      },
    );
  });

  test('and sends the same cursor while it promises more is stuck', async () => {
    await withAnswers(
      () => [page([1], { next: 'a', more: true }), page([2], { next: 'a', more: true })],
      async (url) => {
        expect(await errorOf(read(url, { paginator: CURSOR }))).toMatchObject({ code: 'ERR_CURSOR_STUCK' });
      },
    );
  });

  test('and has an empty page in the middle is read to its end', async () => {
    const paginator = { type: 'page-number', pageParameter: 'page', stop: ['has-more'], hasMoreAt: 'more' };
    await withAnswers(
      () => [page([1], { more: true }), page([], { more: true }), page([2], { more: false })],
      async (url) => {
        expect(idsOf(await read(url, { paginator }))).toEqual([1, 2]);
      },
    );
  });

  test('and promises more behind empty pages for ever is given up', async () => {
    const paginator = { type: 'page-number', pageParameter: 'page', stop: ['has-more'], hasMoreAt: 'more' };
    await withAnswers(
      () => [page([], { more: true })],
      async (url, asked) => {
        expect(await errorOf(read(url, { paginator }))).toMatchObject({ code: 'ERR_PAGES_EMPTY' });
        expect(asked).toHaveLength(3);
      },
    );
  });

  test('and announces more than it sends is reported as it is', async () => {
    const paginator = { type: 'page-number', pageParameter: 'page' };
    await withAnswers(
      () => [page([1], { total: 9 }), page([], { total: 9 })],
      async (url) => {
        const pages = await read(url, { paginator, totalAt: 'total' });
        expect(pages.map(({ total, stop }) => [total, stop])).toEqual([
          [9, undefined],
          [9, 'empty'],
        ]);
      },
    );
  });

  test('and sends short pages loses no row where "short" is not named', async () => {
    const paginator = { type: 'offset', offsetParameter: 'from', sizeParameter: 'size', size: 100 };
    await withAnswers(
      () => [page([1, 2], { total: 3 }), page([3], { total: 3 })],
      async (url, asked) => {
        expect(idsOf(await read(url, { paginator, totalAt: 'total' }))).toEqual([1, 2, 3]);
        expect(asked.map((path) => new URL(path, url).searchParams.get('from'))).toEqual(['0', '2']);
      },
    );
  });

  test('and names a next page on another host gets no call there', async () => {
    await withAnswers(
      () => [page([9])],
      async (foreign, foreignCalls) => {
        const other = foreign.replace('127.0.0.1', 'localhost');
        for (const next of [`${foreign}/list`, `${other}/list`, foreign.replace('//', '//user:pass@')]) {
          await withAnswers(
            () => [page([1], { next })],
            async (url) => {
              expect(await errorOf(read(url, { paginator: NEXT_URL }))).toMatchObject({ code: 'ERR_NEXT_URL_FOREIGN' });
            },
          );
        }
        expect(foreignCalls).toEqual([]);
      },
    );
  });

  test('and once was another one gets no call from a saved position or state', async () => {
    await withAnswers(
      () => [page([1])],
      async (url, asked) => {
        const start = { url: 'http://127.0.0.1:1/list' };
        const paginator = { type: 'delta-link', nextAt: 'next', deltaAt: 'delta' };
        expect(await errorOf(read(url, { paginator: NEXT_URL, start }))).toMatchObject({
          code: 'ERR_NEXT_URL_FOREIGN',
        });
        expect(await errorOf(read(url, { paginator, state: start }))).toMatchObject({ code: 'ERR_NEXT_URL_FOREIGN' });
        expect(asked).toEqual([]);
      },
    );
  });
});

describe('a request', () => {
  test("to the source's own address leaves out the operation's query, but for what is kept", async () => {
    const next = (url: string): object => page([1], { next: `${url}/list?cursor=x%2Fy` });
    await withAnswers(
      (url) => [next(url), page([2])],
      async (url, asked) => {
        await read(url, { paginator: NEXT_URL });
        expect(asked).toEqual(['/list?key=canary', '/list?cursor=x%2Fy']);
      },
    );
    await withAnswers(
      (url) => [next(url), page([2])],
      async (url, asked) => {
        await read(url, { paginator: { ...NEXT_URL, keepParameters: ['key'] } });
        expect(asked[1]).toBe('/list?cursor=x%2Fy&key=canary');
      },
    );
  });

  test('with a cursor leaves out parameters of the operation', async () => {
    await withAnswers(
      () => [page([1], { next: 'a', more: true }), page([2], { more: false })],
      async (url, asked) => {
        await read(url, { paginator: { ...CURSOR, dropParameters: ['key'] } });
        expect(asked).toEqual(['/list?key=canary', '/list?cursor=a']);
      },
    );
  });

  test('whose body is a list has no place for paging', async () => {
    const request = { method: 'POST', url: 'http://127.0.0.1:1/list', json: [], repeatable: true } as const;
    const paginator = { type: 'page-number', pageParameter: 'page', in: 'body' };
    expect(await errorOf(read('http://127.0.0.1:1', { paginator, request }))).toMatchObject({ code: 'ERR_PAGINATOR' });
    const plain = { ...request, json: { paging: 'off' } };
    const inside = { ...paginator, pageParameter: 'paging.page' };
    expect(await errorOf(read('http://127.0.0.1:1', { paginator: inside, request: plain }))).toMatchObject({
      code: 'ERR_PAGINATOR',
    });
  });
});

describe('a reading', () => {
  test('that ended with a delta link hands it over, and the next one begins there', async () => {
    const paginator = { type: 'delta-link', nextAt: '@odata.nextLink', deltaAt: '@odata.deltaLink' };
    await withAnswers(
      (url) => [page([1], { '@odata.deltaLink': `${url}/list?$deltatoken=t` })],
      async (url, asked) => {
        const [first] = await read(url, { paginator });
        expect(first).toMatchObject({ stop: 'delta', state: { url: `${url}/list?$deltatoken=t` } });
        await read(url, { paginator, state: first?.state });
        expect(asked[1]).toBe('/list?$deltatoken=t');
      },
    );
  });

  test('of slices takes equal pages for what they are, and passes no totals of slices on', async () => {
    const paginator = {
      ...{ type: 'time-window', fromParameter: 'from', untilParameter: 'until', slice: '1h', start: '3h' },
      within: { type: 'page-number', pageParameter: 'page', stop: ['total'] },
    };
    await withAnswers(
      () => [page([1], { total: 1 })],
      async (url) => {
        const counts = { received: countUp() };
        const pages = await read(url, { paginator, totalAt: 'total', ...counts });
        expect(pages.map(({ total }) => total)).toEqual([undefined, undefined, undefined]);
        expect(pages.at(-1)).toMatchObject({ stop: 'last-slice', state: { until: expect.any(Number) } });
      },
    );
  });

  test('takes the total from a header where the answer has none', async () => {
    const handler: RequestListener = (_request, response) => {
      answerJson(response, 200, page([1]), { 'x-total-count': '1' });
    };
    await withServer(handler, async (url) => {
      const paginator = { type: 'page-number', pageParameter: 'page' };
      expect(await read(url, { paginator, totalHeader: 'X-Total-Count' })).toMatchObject([{ total: 1, stop: 'total' }]);
    });
  });

  test('of groups without rows is not taken for empty', async () => {
    const nested = shapes.get('nested')?.create({ itemsAt: 'sites', carry: {} } as never);
    const paginator = { type: 'page-number', pageParameter: 'page', stop: ['empty'] };
    await withAnswers(
      () => [{ rows: [{ id: 1, sites: [] }] }, { rows: [{ id: 2, sites: [{ id: 7 }] }] }, { rows: [] }],
      async (url) => {
        expect(idsOf(await read(url, { paginator, shape: nested }))).toEqual([7]);
      },
    );
  });
});

/** Each page of a slice holds one row; a consumer that has no keys counts all. Asked twice for each page. */
function countUp(): () => number {
  let asked = 0;
  return () => {
    asked += 1;
    return Math.floor(asked / 2);
  };
}
