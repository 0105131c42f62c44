import type { IncomingMessage } from 'node:http';
import type { Json } from '../../src/core/record.ts';
import { NOW } from './paging.ts';

/** One request of a paginator, as the source sees it. */
export interface Asked {
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, Json>>;
  readonly headers: IncomingMessage['headers'];
}

/** What the source answers. */
export interface Told {
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A kind of source that pages in its own way, and the paginator that reads it. */
export interface SourceKind {
  readonly name: string;
  readonly paginator: object;
  readonly method?: 'POST';
  /** Where the rows are; "rows" unless given. */
  readonly recordsAt?: string;
  readonly totalAt?: string;
  /** Begins anew when it is resumed. */
  readonly isScan?: true;
  /** Creates a source of rows 0 … n-1, each `{ id }`; it may remember what was asked. */
  readonly create: (n: number, size: number) => (asked: Asked, url: string) => Told;
}

interface Row {
  readonly id: number;
}

/** Rows from a place on, at most a page of them. */
function slice(n: number, from: number, size: number): Row[] {
  return Array.from({ length: Math.max(0, Math.min(size, n - from)) }, (_, index) => ({ id: from + index }));
}

const SIZE = 3;

function pageNumber(stop: object, body: (n: number, page: number) => object, name: string, start = 1): SourceKind {
  return {
    name,
    paginator: { type: 'page-number', pageParameter: 'page', sizeParameter: 'size', size: SIZE, start, ...stop },
    totalAt: 'total',
    create:
      (n, size) =>
      ({ query }) => {
        const page = Number(query.get('page'));
        return { body: { rows: slice(n, (page - start) * size, size), ...body(n, page) } };
      },
  };
}

function offset(stop: object, body: (n: number, next: number) => object, name: string): SourceKind {
  return {
    name,
    paginator: { type: 'offset', offsetParameter: 'from', sizeParameter: 'size', size: SIZE, ...stop },
    totalAt: 'total',
    create:
      (n, size) =>
      ({ query }) => {
        const from = Number(query.get('from'));
        return { body: { rows: slice(n, from, size), ...body(n, from + size) } };
      },
  };
}

/** Rows behind the id that was sent, in one direction. */
function keyset(name: string, paginator: object, isDescending: boolean): SourceKind {
  return {
    name,
    paginator: { type: 'keyset', field: 'id', parameter: 'after', ...paginator },
    recordsAt: '',
    create:
      (n, size) =>
      ({ query }) => {
        const all = slice(n, 0, n);
        const rows = isDescending ? all.reverse() : all;
        const after = query.get('after');
        const rest = rows.filter(
          ({ id }) => after === null || (isDescending ? id < Number(after) : id > Number(after)),
        );
        return { body: rest.slice(0, size) };
      },
  };
}

/** The n rows were made in one minute each, the newest one minute ago. */
function timeWindow(name: string, within: object, answer: (rows: Row[], asked: Asked) => object): SourceKind {
  return {
    name,
    paginator: {
      ...{ type: 'time-window', fromParameter: 'from', untilParameter: 'until', format: 'epoch-seconds' },
      ...{ slice: '4m', start: '30m', within },
    },
    totalAt: 'total',
    create: (n) => (asked) => {
      const [from, until] = [Number(asked.query.get('from')), Number(asked.query.get('until'))];
      const madeAt = (id: number): number => NOW / 1000 - (n - id) * 60;
      return {
        body: answer(
          slice(n, 0, n).filter(({ id }) => madeAt(id) >= from && madeAt(id) < until),
          asked,
        ),
      };
    },
  };
}

/** One of each kind, as the systems that are synced page. */
export const KINDS: readonly SourceKind[] = [
  pageNumber({ stop: ['total', 'empty'] }, (n) => ({ total: n }), 'page number and total (Halo)'),
  pageNumber({ stop: ['total-pages'], totalPagesAt: 'pages' }, (n) => ({ pages: Math.ceil(n / SIZE) }), 'N-central'),
  pageNumber({ stop: ['has-more'], hasMoreAt: 'more' }, (n, page) => ({ more: (page + 1) * SIZE < n }), 'base 0', 0),
  pageNumber(
    { stop: ['no-next'], nextAt: 'meta.next-page' },
    (n, page) => ({ meta: { 'next-page': page * SIZE < n ? page + 1 : null } }),
    'IT Glue',
  ),
  pageNumber({ stop: ['empty'] }, () => ({}), 'page number until empty'),
  pageNumber({ stop: ['short'] }, () => ({}), 'page number until short (Automate)'),
  offset({ stop: ['total', 'empty'] }, (n) => ({ total: n }), 'offset and total'),
  offset({ stop: ['last'], lastAt: 'isLast' }, (n, next) => ({ isLast: next >= n }), 'offset until last (Jira)'),
  offset({ stop: ['short'], advanceBy: 'size' }, () => ({}), 'offset by size until short'),
  {
    name: 'offset in the body until empty',
    paginator: { type: 'offset', offsetParameter: 'page.from', in: 'body', stop: ['empty'] },
    method: 'POST',
    create:
      (n, size) =>
      ({ body }) => ({ body: { rows: slice(n, (body['page'] as { from: number }).from, size) } }),
  },
  {
    name: 'cursor and has-more (Zendesk)',
    paginator: { type: 'cursor', cursorAt: 'meta.after', parameter: 'page[after]', hasMoreAt: 'meta.has_more' },
    create:
      (n, size) =>
      ({ query }) => {
        const from = Number(query.get('page[after]') ?? 0);
        const after = String(Math.min(n, from + size));
        return { body: { rows: slice(n, from, size), meta: { after, has_more: from + size < n } } };
      },
  },
  {
    name: 'cursor in the body of a request (Jira)',
    paginator: { type: 'cursor', cursorAt: 'nextPageToken', parameter: 'nextPageToken', in: 'body', endAt: 'isLast' },
    method: 'POST',
    create:
      (n, size) =>
      ({ body }) => {
        const from = Number(body['nextPageToken'] ?? 0);
        const isLast = from + size >= n;
        return { body: { rows: slice(n, from, size), isLast, ...(!isLast && { nextPageToken: String(from + size) }) } };
      },
  },
  {
    name: 'cursor from header to header',
    paginator: { type: 'cursor', cursorHeader: 'X-Next', parameter: 'X-From', in: 'header' },
    create:
      (n, size) =>
      ({ headers }) => {
        const from = Number(headers['x-from'] ?? 0);
        const next = from + size < n ? { 'x-next': String(from + size) } : {};
        return { body: { rows: slice(n, from, size) }, headers: next };
      },
  },
  {
    name: 'scan under one name (NinjaOne)',
    paginator: { type: 'cursor', cursorAt: 'cursor.name', parameter: 'cursor', progressAt: 'cursor.offset' },
    isScan: true,
    create: (n, size) => {
      let from = 0;
      return ({ query }) => {
        if (query.get('cursor') === null) from = 0;
        const rows = slice(n, from, size);
        from += rows.length;
        return { body: { rows, cursor: { name: 'scan', offset: from } } };
      };
    },
  },
  keyset('keyset up (NinjaOne)', { take: 'highest' }, false),
  keyset('keyset until short', { stop: ['short'], sizeParameter: 'size', size: SIZE }, false),
  keyset('keyset down (NinjaOne activities)', { take: 'lowest' }, true),
  {
    name: 'keyset in the body (NinjaOne boards)',
    paginator: { type: 'keyset', cursorAt: 'metadata.lastCursorId', parameter: 'lastCursorId', in: 'body' },
    method: 'POST',
    create:
      (n, size) =>
      ({ body }) => {
        const rows = slice(n, Number(body['lastCursorId'] ?? -1) + 1, size);
        return { body: { rows, metadata: { lastCursorId: rows.at(-1)?.id ?? body['lastCursorId'] ?? null } } };
      },
  },
  {
    name: 'next URL (Datto)',
    paginator: { type: 'next-url', at: 'pageDetails.nextPageUrl', sizeParameter: 'max', size: SIZE },
    create:
      (n, size) =>
      ({ query }, url) => {
        const page = Number(query.get('page') ?? 0);
        const nextPageUrl = (page + 1) * size < n ? `${url}/list?max=${size}&page=${page + 1}` : null;
        return { body: { rows: slice(n, page * size, size), pageDetails: { nextPageUrl } } };
      },
  },
  {
    name: 'Link header (ServiceNow)',
    paginator: { type: 'link-header' },
    recordsAt: '',
    create:
      (n, size) =>
      ({ query }, url) => {
        const from = Number(query.get('offset') ?? 0);
        const next = from + size < n ? `, <${url}/list?a=1,2&offset=${from + size}>; rel="next"` : '';
        return { body: slice(n, from, size), headers: { link: `<${url}/list?offset=0>; rel="first"${next}` } };
      },
  },
  {
    name: 'cursor of a Link header on POST (ConnectWise RMM)',
    paginator: { type: 'link-header', take: { parameter: 'cursor' }, sizeParameter: 'limit', size: SIZE },
    method: 'POST',
    create:
      (n, size) =>
      ({ query, body }) => {
        if (body['resourceType'] !== 'device') throw new Error('the body is gone');
        const from = Number(query.get('cursor') ?? 0);
        const link = from + size < n ? { link: `</list?cursor=${from + size}>; rel="next"` } : undefined;
        return { body: { rows: slice(n, from, size) }, ...(link && { headers: link }) };
      },
  },
  {
    name: 'delta link (Graph)',
    paginator: { type: 'delta-link', nextAt: '@odata.nextLink', deltaAt: '@odata.deltaLink' },
    create:
      (n, size) =>
      ({ query }, url) => {
        const from = Number(query.get('$skiptoken') ?? 0);
        const isEnd = from + size >= n;
        const link = isEnd
          ? { '@odata.deltaLink': `${url}/list?$deltatoken=${n}` }
          : { '@odata.nextLink': `${url}/list?$skiptoken=${from + size}` };
        return { body: { rows: slice(n, from, size), ...link } };
      },
  },
  {
    name: 'delta token (Zendesk export)',
    paginator: { type: 'delta-link', nextTokenAt: 'after_cursor', parameter: 'cursor', endAt: 'end_of_stream' },
    create:
      (n, size) =>
      ({ query }) => {
        const from = Number(query.get('cursor') ?? 0);
        const after = String(Math.min(n, from + size));
        return { body: { rows: slice(n, from, size), after_cursor: after, end_of_stream: from + size >= n } };
      },
  },
  timeWindow('slices of time', { type: 'single' }, (rows) => ({ rows })),
  timeWindow(
    'pages inside slices of time',
    { type: 'page-number', pageParameter: 'page', stop: ['total'] },
    (rows, { query }) => {
      const page = Number(query.get('page'));
      return { rows: rows.slice((page - 1) * 2, page * 2), total: rows.length };
    },
  ),
];

/** Rows that a page of these sources has. */
export const PAGE_SIZE = SIZE;
