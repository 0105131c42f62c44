import { describe, expect, test } from '@jest/globals';
import type { Json } from '../../src/core/record.ts';
import type { PageInfo, PagePosition, PageRequest } from '../../src/http/types.ts';
import { linkOf, parseLinkHeader } from '../../src/http/paging/link-header.ts';
import { thrown } from '../core/thrown.ts';
import { NOW, pageOf, paginatorOf } from './paging.ts';
import { cpuTimeMs } from '../support/cpu-time.ts';

/** What a paginator makes of one page: the next position, the reason of the stop, or the code of the error. */
function after(source: object, page: PageInfo, position?: PagePosition): Json {
  const paginator = paginatorOf(source);
  try {
    const next = paginator.next(page, paginator.first(position));
    return 'reason' in next ? next.reason : next.position;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

const PAGES = { type: 'page-number', pageParameter: 'page', sizeParameter: 'per', size: 2 };
const MORE = { ...PAGES, stop: ['has-more'], hasMoreAt: 'meta.has_more' };
const TOTAL_PAGES = { ...PAGES, stop: ['total-pages'], totalPagesAt: 'totalPages' };
const NO_NEXT = { ...PAGES, stop: ['no-next'], nextAt: 'meta.next-page' };

describe('page-number', () => {
  test.each<[string, object, PageInfo, PagePosition | undefined, Json]>([
    [
      'goes on behind an empty page, where only "has-more" is named',
      MORE,
      pageOf({ meta: { has_more: true } }, 0),
      { page: 2 },
      { page: 3, empty: 1 },
    ],
    [
      'forgets empty pages when rows come',
      MORE,
      pageOf({ meta: { has_more: true } }, 1),
      { page: 4, empty: 2 },
      { page: 5 },
    ],
    [
      'gives up after three empty pages',
      MORE,
      pageOf({ meta: { has_more: true } }, 0),
      { page: 4, empty: 2 },
      'ERR_PAGES_EMPTY',
    ],
    ['ends when there is no more', MORE, pageOf({ meta: { has_more: false } }, 2), undefined, 'has-more'],
    ['takes the text "false" for no', MORE, pageOf({ meta: { has_more: 'False' } }, 2), undefined, 'has-more'],
    ['takes 0 for no', MORE, pageOf({ meta: { has_more: 0 } }, 2), undefined, 'has-more'],
    ['takes 1 for yes', MORE, pageOf({ meta: { has_more: 1 } }, 2), undefined, { page: 2 }],
    ['does not guess where the answer is silent', MORE, pageOf({ meta: {} }, 2), undefined, 'ERR_PAGE_SIGN_MISSING'],
    ['ends without content', MORE, pageOf(undefined, 0), undefined, 'no-content'],
    [
      'ends with the last of the announced pages',
      TOTAL_PAGES,
      pageOf({ totalPages: 3 }, 1),
      { page: 3 },
      'total-pages',
    ],
    [
      'goes on before it, whatever the page holds',
      TOTAL_PAGES,
      pageOf({ totalPages: 3 }, 0),
      { page: 2 },
      { page: 3, empty: 1 },
    ],
    [
      'counts pages from the first one',
      { ...TOTAL_PAGES, start: 0 },
      pageOf({ totalPages: 3 }, 2),
      { page: 2 },
      'total-pages',
    ],
    ['ends with no pages announced and no rows', TOTAL_PAGES, pageOf({ totalPages: 0 }, 0), undefined, 'total-pages'],
    ['does not believe in no pages beside rows', TOTAL_PAGES, pageOf({ totalPages: 0 }, 2), undefined, { page: 2 }],
    ['needs the number of pages', TOTAL_PAGES, pageOf({ totalpages: 3 }, 2), undefined, 'ERR_PAGE_SIGN_MISSING'],
    ['ends where nothing follows', NO_NEXT, pageOf({ meta: { 'next-page': null } }, 2), undefined, 'no-next'],
    ['ends where the next page is missing', NO_NEXT, pageOf({ meta: {} }, 2), undefined, 'no-next'],
    ['goes on where a page follows', NO_NEXT, pageOf({ meta: { 'next-page': 2 } }, 2), undefined, { page: 2 }],
    ['ends with a short page where that is named', { ...PAGES, stop: ['short'] }, pageOf([], 1), undefined, 'short'],
    ['goes on behind a full page', { ...PAGES, stop: ['short'] }, pageOf([], 2), undefined, { page: 2 }],
    ['ends with an empty page by default', PAGES, pageOf({}, 0, { total: 9 }), undefined, 'empty'],
    ['ends when all are there by default', PAGES, pageOf({}, 2, { total: 2 }), undefined, 'total'],
    ['goes on behind a short page by default', PAGES, pageOf({}, 1, { total: 3 }), undefined, { page: 2 }],
    [
      'ends when none are announced and none came',
      { ...PAGES, stop: ['total'] },
      pageOf({}, 0, { total: 0 }),
      undefined,
      'total',
    ],
    [
      'does not end with an empty page where only the total is named',
      { ...PAGES, stop: ['total'] },
      pageOf({}, 0, { total: 9 }),
      undefined,
      { page: 2, empty: 1 },
    ],
  ])('%s', (_what, source, page, position, expected) => {
    expect(after(source, page, position)).toEqual(expected);
  });

  test('sends page and size, in the query or in the body', () => {
    const itGlue = {
      type: 'page-number',
      pageParameter: 'page[number]',
      sizeParameter: 'page[size]',
      size: 1000,
      stop: ['no-next'],
      nextAt: 'x',
    };
    expect(paginatorOf(itGlue).first()).toEqual({
      position: { page: 1 },
      query: { 'page[number]': 1, 'page[size]': 1000 },
    });
    const inBody = { ...PAGES, in: 'body', pageParameter: 'paging.page', always: { a: true } };
    expect(paginatorOf(inBody).first({ page: 4 })).toEqual({
      position: { page: 4 },
      query: { a: true },
      body: { per: 2, 'paging.page': 4 },
    });
  });

  test.each([
    [{ ...PAGES, stop: ['has-more'] }, 'needs "hasMoreAt"'],
    [{ ...PAGES, stop: ['total-pages'] }, 'needs "totalPagesAt"'],
    [{ ...PAGES, stop: ['no-next'] }, 'needs "nextAt"'],
    [{ ...PAGES, size: undefined, stop: ['short'] }, 'needs "size"'],
    [{ ...PAGES, stop: ['no-next'], nextAt: 'a..b' }, 'is not a path'],
    [{ ...PAGES, in: 'body', pageParameter: 'page[number]' }, 'is not a path'],
    [{ ...PAGES, stop: [] }, 'stop'],
  ])('is refused with %j', (source, message) => {
    expect(() => paginatorOf(JSON.parse(JSON.stringify(source)))).toThrow(message);
  });
});

const OFFSET = { type: 'offset', offsetParameter: 'startAt', sizeParameter: 'maxResults', size: 10 };
const SERVICE_NOW = { ...OFFSET, advanceBy: 'size', stop: ['total'], totalHeader: 'X-Total-Count', maxEmptyPages: 50 };
const JIRA = { ...OFFSET, stop: ['last', 'total'], lastAt: 'isLast' };

describe('offset', () => {
  test.each<[string, object, PageInfo, PagePosition | undefined, Json]>([
    ['advances by the rows that came', OFFSET, pageOf({}, 4, { total: 9 }), { offset: 4 }, { offset: 8 }],
    ['ends where the announced rows are read', OFFSET, pageOf({}, 1, { total: 9 }), { offset: 8 }, 'total'],
    [
      'advances by the size over hidden rows',
      SERVICE_NOW,
      pageOf([], 3, { headers: { 'x-total-count': '35' } }),
      { offset: 10 },
      { offset: 20 },
    ],
    [
      'goes on behind a page that is hidden as a whole',
      SERVICE_NOW,
      pageOf([], 0, { headers: { 'x-total-count': '35' } }),
      { offset: 10 },
      { offset: 20, empty: 1 },
    ],
    [
      'ends at the place, not at the number of rows received',
      SERVICE_NOW,
      pageOf([], 3, { headers: { 'x-total-count': '35' } }),
      { offset: 30 },
      'total',
    ],
    ['ends with the last page', JIRA, pageOf({ isLast: true }, 10, { total: 99 }), undefined, 'last'],
    [
      'goes on where the answer does not say that it is the last',
      JIRA,
      pageOf({}, 10, { total: 99 }),
      undefined,
      { offset: 10 },
    ],
    ['ends with a short page where that is named', { ...OFFSET, stop: ['short'] }, pageOf({}, 9), undefined, 'short'],
    [
      'ends when there is no more',
      { ...OFFSET, stop: ['has-more'], hasMoreAt: 'more' },
      pageOf({ more: false }, 10),
      undefined,
      'has-more',
    ],
    [
      'ends where nothing follows',
      { ...OFFSET, stop: ['no-next'], nextAt: '_links.next' },
      pageOf({ _links: {} }, 10),
      undefined,
      'no-next',
    ],
    ['counts from a first offset of its own', { ...OFFSET, start: 1 }, pageOf({}, 9, { total: 9 }), undefined, 'total'],
    [
      'steps over an empty page by its size',
      { ...OFFSET, stop: ['total'] },
      pageOf({}, 0, { total: 99 }),
      { offset: 4 },
      { offset: 14, empty: 1 },
    ],
    [
      'cannot step over an empty page of unknown size',
      { type: 'offset', offsetParameter: 'o', stop: ['total'] },
      pageOf({}, 0, { total: 99 }),
      undefined,
      'ERR_PAGES_EMPTY',
    ],
  ])('%s', (_what, source, page, position, expected) => {
    expect(after(source, page, position)).toEqual(expected);
  });

  test('needs a size to advance by', () => {
    expect(() => paginatorOf({ type: 'offset', offsetParameter: 'o', advanceBy: 'size' })).toThrow('needs "size"');
  });
});

const ZENDESK = {
  type: 'cursor',
  cursorAt: 'meta.after_cursor',
  parameter: 'page[after]',
  sizeParameter: 'page[size]',
  size: 100,
  hasMoreAt: 'meta.has_more',
};
const JIRA_TOKEN = {
  type: 'cursor',
  cursorAt: 'nextPageToken',
  parameter: 'nextPageToken',
  in: 'body',
  endAt: 'isLast',
};
const SCAN = {
  type: 'cursor',
  cursorAt: 'cursor.name',
  parameter: 'cursor',
  sizeParameter: 'pageSize',
  size: 2,
  progressAt: 'cursor.offset',
};
const ALWAYS_A_CURSOR = { type: 'cursor', cursorAt: 'next', parameter: 'c', stop: ['empty'] };

describe('cursor', () => {
  test.each<[string, object, PageInfo, PagePosition | undefined, Json]>([
    [
      'goes on with the cursor',
      ZENDESK,
      pageOf({ meta: { has_more: true, after_cursor: 'b' } }, 2),
      { cursor: 'a' },
      { cursor: 'b' },
    ],
    [
      'ends when there is no more, although there is a cursor',
      ZENDESK,
      pageOf({ meta: { has_more: false, after_cursor: 'b' } }, 2),
      { cursor: 'a' },
      'has-more',
    ],
    [
      'does not end with more promised and no cursor',
      ZENDESK,
      pageOf({ meta: { has_more: true } }, 2),
      { cursor: 'a' },
      'ERR_CURSOR_STUCK',
    ],
    [
      'is stuck where more is promised and the cursor stays',
      ZENDESK,
      pageOf({ meta: { has_more: true, after_cursor: 'a' } }, 2),
      { cursor: 'a' },
      'ERR_CURSOR_STUCK',
    ],
    [
      'goes on behind an empty page',
      ZENDESK,
      pageOf({ meta: { has_more: true, after_cursor: 'b' } }, 0),
      { cursor: 'a' },
      { cursor: 'b' },
    ],
    ['ends where the cursor is missing', JIRA_TOKEN, pageOf({}, 2), { cursor: 'a' }, 'no-cursor'],
    ['ends where the cursor is empty', JIRA_TOKEN, pageOf({ nextPageToken: '' }, 2), { cursor: 'a' }, 'no-cursor'],
    ['ends on the last page', JIRA_TOKEN, pageOf({ nextPageToken: 'b', isLast: true }, 2), { cursor: 'a' }, 'end'],
    [
      'does not end where it is not the last and names no next one',
      JIRA_TOKEN,
      pageOf({ isLast: false }, 2),
      { cursor: 'a' },
      'ERR_CURSOR_STUCK',
    ],
    [
      'ends where the cursor stays and nothing more is promised',
      { type: 'cursor', cursorAt: 'next', parameter: 'c' },
      pageOf({ next: 'a' }, 1),
      { cursor: 'a' },
      'same-cursor',
    ],
    [
      'ends with an empty page where that is named',
      ALWAYS_A_CURSOR,
      pageOf({ next: 'b' }, 0),
      { cursor: 'a' },
      'empty',
    ],
    [
      'is stuck where only an empty page ends and the cursor stays',
      ALWAYS_A_CURSOR,
      pageOf({ next: 'a' }, 1),
      { cursor: 'a' },
      'ERR_CURSOR_STUCK',
    ],
    [
      'ends with a value that means the end',
      { ...ALWAYS_A_CURSOR, stop: [], endValues: [0] },
      pageOf({ next: 0 }, 1),
      { cursor: 7 },
      'no-cursor',
    ],
    [
      'reads the cursor from a header',
      { type: 'cursor', cursorHeader: 'X-Next', parameter: 'c' },
      pageOf([], 1, { headers: { 'x-next': 'b' } }),
      undefined,
      { cursor: 'b' },
    ],
    [
      'refuses a cursor that is no value of a query',
      { type: 'cursor', cursorAt: 'next', parameter: 'c' },
      pageOf({ next: { a: 1 } }, 1),
      undefined,
      'ERR_CURSOR_INVALID',
    ],
    [
      'sends lists in a body',
      { type: 'cursor', cursorAt: 'next', parameter: 'search_after', in: 'body' },
      pageOf({ next: [7, 'x'] }, 1),
      undefined,
      { cursor: [7, 'x'] },
    ],
    [
      'refuses a cursor that would break a header',
      { type: 'cursor', cursorAt: 'next', parameter: 'X-C', in: 'header' },
      pageOf({ next: 'a\r\nX-Admin: 1' }, 1),
      undefined,
      'ERR_CURSOR_INVALID',
    ],
    [
      'that keeps its name goes on while its offset moves',
      SCAN,
      pageOf({ cursor: { name: 'n', offset: 4 } }, 2),
      undefined,
      { cursor: 'n', progress: 4 },
    ],
    [
      'that keeps its name ends without rows',
      SCAN,
      pageOf({ cursor: { name: 'n', offset: 4 } }, 0),
      undefined,
      'empty',
    ],
    ['that tells no progress is an error', SCAN, pageOf({ cursor: { name: 'n' } }, 2), undefined, 'ERR_CURSOR_STUCK'],
  ])('%s', (_what, source, page, position, expected) => {
    expect(after(source, page, position)).toEqual(expected);
  });

  test('that keeps its name and stands still is an error', () => {
    const scan = paginatorOf(SCAN);
    const page = pageOf({ cursor: { name: 'n', offset: 4 } }, 2);
    const second = scan.next(page, scan.first()) as PageRequest;
    expect(second).toEqual({
      position: { cursor: 'n', progress: 4 },
      query: { cursor: 'n', pageSize: 2 },
      progress: 4,
    });
    expect(() => scan.next(page, second)).toThrow('does not move');
  });

  test('that keeps its name begins anew: the source has moved on meanwhile', () => {
    expect(paginatorOf(SCAN).first({ cursor: 'n', progress: 4 })).toEqual({ position: {}, query: { pageSize: 2 } });
  });

  test('sends a first cursor, and other parameters with the first and later requests', () => {
    const source = {
      type: 'cursor',
      cursorAt: 'next',
      parameter: 'cursor',
      first: 0,
      alsoSend: { first: { filter: 'x' }, later: { scroll: true } },
      dropParameters: ['since'],
    };
    expect(paginatorOf(source).first()).toEqual({ position: {}, query: { cursor: 0, filter: 'x' } });
    expect(paginatorOf(source).first({ cursor: 8 })).toEqual({
      position: { cursor: 8 },
      query: { cursor: 8, scroll: true },
      without: ['since'],
    });
  });

  test('travels in a header, the size in the query', () => {
    const source = {
      type: 'cursor',
      cursorAt: 'next',
      parameter: 'X-Cursor',
      in: 'header',
      sizeParameter: 'limit',
      size: 5,
    };
    expect(paginatorOf(source).first({ cursor: 8 })).toEqual({
      position: { cursor: 8 },
      query: { limit: 5 },
      headers: { 'X-Cursor': '8' },
    });
  });

  test.each([{}, { cursorAt: 'a', cursorHeader: 'b' }])('needs one place of the cursor, not %j', (given) => {
    expect(() => paginatorOf({ type: 'cursor', parameter: 'c', ...given })).toThrow('needs one of');
  });
});

const NINJA = { type: 'keyset', field: 'id', take: 'highest', parameter: 'after', sizeParameter: 'pageSize', size: 2 };
const ACTIVITIES = { ...NINJA, take: 'lowest', parameter: 'olderThan' };
const BOARD = {
  type: 'keyset',
  cursorAt: 'metadata.lastCursorId',
  parameter: 'lastCursorId',
  in: 'body',
  sizeParameter: 'pageSize',
  size: 2,
};
const LAST = { type: 'keyset', field: 'key.id', parameter: 'after' };

describe('keyset', () => {
  test.each<[string, object, PageInfo, PagePosition | undefined, Json]>([
    ['goes on behind the highest id', NINJA, pageOf([], [{ id: 9 }, { id: 10 }]), { after: 3 }, { after: 10 }],
    [
      'compares ids that are text by their size',
      NINJA,
      pageOf([], [{ id: '10' }, { id: '9' }]),
      { after: '8' },
      { after: '10' },
    ],
    ['goes on behind a short page', NINJA, pageOf([], [{ id: 9 }]), { after: 3 }, { after: 9 }],
    ['ends with an empty page', NINJA, pageOf([], 0), { after: 3 }, 'empty'],
    ['ends when only the row it has comes again', NINJA, pageOf([], [{ id: 3 }]), { after: 3 }, 'nothing-new'],
    [
      'is stuck when the highest id does not grow',
      NINJA,
      pageOf([], [{ id: 2 }, { id: 3 }]),
      { after: 3 },
      'ERR_CURSOR_STUCK',
    ],
    [
      'is stuck in a page full of the same value',
      NINJA,
      pageOf([], [{ id: 3 }, { id: 3 }]),
      { after: 3 },
      'ERR_CURSOR_STUCK',
    ],
    [
      'walks down where the newest come first',
      ACTIVITIES,
      pageOf([], [{ id: 9 }, { id: 8 }]),
      { after: 10 },
      { after: 8 },
    ],
    [
      'is stuck when it walks up instead',
      ACTIVITIES,
      pageOf([], [{ id: 12 }, { id: 11 }]),
      { after: 10 },
      'ERR_CURSOR_STUCK',
    ],
    ['refuses a row without the value', NINJA, pageOf([], [{ id: 9 }, {}]), { after: 3 }, 'ERR_CURSOR_INVALID'],
    [
      'takes the value from the answer',
      BOARD,
      pageOf({ metadata: { lastCursorId: 77 } }, 2),
      { after: 5 },
      { after: 77 },
    ],
    [
      'is stuck where the value of the answer stays',
      BOARD,
      pageOf({ metadata: { lastCursorId: 5 } }, 2),
      { after: 5 },
      'ERR_CURSOR_STUCK',
    ],
    [
      'ends where the value stays and there are no rows',
      BOARD,
      pageOf({ metadata: { lastCursorId: 5 } }, 0),
      { after: 5 },
      'empty',
    ],
    [
      'refuses rows without a value to go on with',
      BOARD,
      pageOf({ metadata: {} }, 2),
      { after: 5 },
      'ERR_CURSOR_INVALID',
    ],
    [
      'takes the last row where nothing else is named',
      LAST,
      pageOf([], [{ key: { id: 'z' } }, { key: { id: 'b' } }]),
      undefined,
      { after: 'b' },
    ],
    [
      'ends with a short page where that is named',
      { ...NINJA, stop: ['empty', 'short'] },
      pageOf([], 1),
      undefined,
      'short',
    ],
  ])('%s', (_what, source, page, position, expected) => {
    expect(after(source, page, position)).toEqual(expected);
  });

  test('sends the value in the body of the request', () => {
    expect(paginatorOf(BOARD).first({ after: 77 })).toEqual({
      position: { after: 77 },
      query: {},
      body: { pageSize: 2, lastCursorId: 77 },
    });
    expect(paginatorOf(BOARD).first()).toEqual({ position: {}, query: {}, body: { pageSize: 2 } });
  });
});

const DATTO = { type: 'next-url', at: 'pageDetails.nextPageUrl', sizeParameter: 'max', size: 250 };
const nextPage = (nextPageUrl: Json): PageInfo => pageOf({ pageDetails: { nextPageUrl } }, 1);

describe('next-url', () => {
  test.each<[string, PageInfo, Json]>([
    [
      'follows an address',
      nextPage('https://api.example/v2/devices?page=2'),
      { url: 'https://api.example/v2/devices?page=2' },
    ],
    [
      'leaves the address as it is',
      nextPage('https://api.example/x?$skiptoken=a%2Fb%20c'),
      { url: 'https://api.example/x?$skiptoken=a%2Fb%20c' },
    ],
    ['resolves a path', nextPage('/v2/devices?page=2'), { url: 'https://api.example/v2/devices?page=2' }],
    ['resolves a query', nextPage('?page=2'), { url: 'https://api.example/v2/devices?page=2' }],
    ['takes the default port for what it is', nextPage('https://api.example:443/x'), { url: 'https://api.example/x' }],
    ['ends with null', nextPage(null), 'no-next'],
    ['ends with nothing', pageOf({}, 1), 'no-next'],
    ['ends with an empty text', nextPage(''), 'no-next'],
    ['refuses another host', nextPage('https://evil.example/v2/devices?key=canary'), 'ERR_NEXT_URL_FOREIGN'],
    ['refuses another host without a scheme', nextPage('//evil.example/v2'), 'ERR_NEXT_URL_FOREIGN'],
    ['refuses another host with backslashes', nextPage('\\\\evil.example/v2'), 'ERR_NEXT_URL_FOREIGN'],
    ['refuses a host that begins like ours', nextPage('https://api.example.evil.example/'), 'ERR_NEXT_URL_FOREIGN'],
    ['refuses another scheme', nextPage('http://api.example/v2/devices'), 'ERR_NEXT_URL_FOREIGN'],
    ['refuses another port', nextPage('https://api.example:8443/v2/devices'), 'ERR_NEXT_URL_FOREIGN'],
    ['refuses credentials', nextPage('https://user:pass@api.example/v2/devices'), 'ERR_NEXT_URL_FOREIGN'],
    ['refuses a scheme that is no web', nextPage('javascript:alert(1)'), 'ERR_NEXT_URL_FOREIGN'],
    ['refuses a number', nextPage(2), 'ERR_NEXT_URL_INVALID'],
    ['refuses what is no address', nextPage('https://:bad'), 'ERR_NEXT_URL_INVALID'],
  ])('%s', (_what, page, expected) => {
    expect(after(DATTO, page)).toEqual(expected);
  });

  test('names the host of a foreign address, never its query', () => {
    const paginator = paginatorOf(DATTO);
    const error = thrown(() => paginator.next(nextPage('https://evil.example/v2?key=canary'), paginator.first()));
    expect(String(error)).toContain('https://evil.example');
    expect(JSON.stringify([String(error), error])).not.toContain('canary');
  });

  test('sends the size once, and goes on with the parameters it keeps', () => {
    const paginator = paginatorOf({ ...DATTO, keepParameters: ['key'] });
    expect(paginator.first()).toEqual({ position: {}, query: { max: 250 } });
    const url = 'https://api.example/v2/devices?page=3';
    expect(paginator.first({ url })).toEqual({ position: { url }, query: {}, url, keep: ['key'] });
  });
});

const linked = (link: string): PageInfo => pageOf([], 1, { headers: { link } });
const ASIO = { type: 'link-header', take: { parameter: 'cursor' }, sizeParameter: 'limit', size: 50 };

describe('link-header', () => {
  test.each<[string, object, PageInfo, PagePosition | undefined, Json]>([
    [
      'follows the next link',
      { type: 'link-header' },
      linked('<https://api.example/a?p=1>; rel="first", <https://api.example/a?p=3,4>; rel="next"'),
      undefined,
      { url: 'https://api.example/a?p=3,4' },
    ],
    [
      'resolves it',
      { type: 'link-header' },
      linked('</a?p=3>; rel=next'),
      undefined,
      { url: 'https://api.example/a?p=3' },
    ],
    ['ends without one', { type: 'link-header' }, linked('</a?p=1>; rel=prev'), undefined, 'no-next'],
    ['ends without the header', { type: 'link-header' }, pageOf([], 1), undefined, 'no-next'],
    [
      'refuses another host',
      { type: 'link-header' },
      linked('<https://evil.example/a>; rel=next'),
      undefined,
      'ERR_NEXT_URL_FOREIGN',
    ],
    [
      'does not take a broken header for the end',
      { type: 'link-header' },
      linked('https://api.example/a; rel=next'),
      undefined,
      'ERR_NEXT_URL_INVALID',
    ],
    [
      'takes one parameter of the link',
      ASIO,
      linked('<https://api.example/e?limit=50&cursor=100>; rel="next"'),
      undefined,
      { cursor: '100' },
    ],
    [
      'is stuck where the parameter stays',
      ASIO,
      linked('</e?cursor=100>; rel=next'),
      { cursor: '100' },
      'ERR_CURSOR_STUCK',
    ],
    ['refuses a link without the parameter', ASIO, linked('</e?page=2>; rel=next'), undefined, 'ERR_CURSOR_INVALID'],
  ])('%s', (_what, source, page, position, expected) => {
    expect(after(source, page, position)).toEqual(expected);
  });

  test('sends the parameter in the query or the body, under a name of its own', () => {
    expect(paginatorOf(ASIO).first({ cursor: '100' })).toEqual({
      position: { cursor: '100' },
      query: { limit: 50, cursor: '100' },
    });
    const inBody = { type: 'link-header', take: { parameter: 'cursor', as: 'page.cursor', in: 'body' } };
    expect(paginatorOf(inBody).first({ cursor: '100' })).toEqual({
      position: { cursor: '100' },
      query: {},
      body: { 'page.cursor': '100' },
    });
  });

  test.each<[string, string | undefined]>([
    ['<a>; rel="last", <b>; title="x, rel=\\"next\\"; <c>"; rel="prev next"', 'b'],
    ['<a>;rel=next;rel=prev', 'a'],
    ['<a>; REL=Next', 'a'],
    ['<a>; rel=next; anchor="#foo", <b>; rel = "next"', 'b'],
    [', ,<a> ; rel=next ; crossorigin , ', 'a'],
    ['<a>; rel=nextish', undefined],
    ['', undefined],
  ])('reads %s', (header, target) => {
    expect(linkOf(parseLinkHeader(header) ?? [], 'next')).toBe(target);
  });

  test.each(['<a', 'a; rel=next', '<a>; rel="next', '<a> <b>; rel=next'])('cannot read %s', (header) => {
    expect(parseLinkHeader(header)).toBeUndefined();
  });

  test('reads a hostile header in no time', () => {
    const header = `<a>${';a="\\"'.repeat(20_000)}`;
    const startedAt = cpuTimeMs();
    parseLinkHeader(header);
    expect(cpuTimeMs() - startedAt).toBeLessThan(1_000);
  });
});

const GRAPH = {
  type: 'delta-link',
  nextAt: '@odata.nextLink',
  deltaAt: '@odata.deltaLink',
  sizeParameter: '$top',
  size: 99,
};
const EXPORT = {
  type: 'delta-link',
  nextTokenAt: 'after_cursor',
  parameter: 'cursor',
  endAt: 'end_of_stream',
  dropParameters: ['start_time'],
};
const GOOGLE = {
  type: 'delta-link',
  nextTokenAt: 'nextPageToken',
  deltaTokenAt: 'nextSyncToken',
  parameter: 'pageToken',
  deltaParameter: 'syncToken',
};

describe('delta-link', () => {
  const url = 'https://api.example/users/delta?$skiptoken=x';

  test.each<[string, object, Json, PagePosition | undefined, Json]>([
    ['follows the next link', GRAPH, { '@odata.nextLink': url }, undefined, { position: { url }, query: {}, url }],
    ['keeps the delta link', GRAPH, { '@odata.deltaLink': url }, undefined, { reason: 'delta', state: { url } }],
    [
      'goes on with a token',
      EXPORT,
      { after_cursor: 'b', end_of_stream: false },
      { token: 'a' },
      { position: { token: 'b' }, query: { cursor: 'b' }, without: ['start_time'] },
    ],
    [
      'keeps the last token',
      EXPORT,
      { after_cursor: 'b', end_of_stream: true },
      { token: 'a' },
      { reason: 'delta', state: { delta: 'b' } },
    ],
    [
      'keeps a token of another name',
      GOOGLE,
      { nextSyncToken: 's' },
      { token: 'a' },
      { reason: 'delta', state: { delta: 's' } },
    ],
  ])('%s', (_what, source, body, position, expected) => {
    const paginator = paginatorOf(source);
    expect(paginator.next(pageOf(body, 1), paginator.first(position))).toEqual(expected);
  });

  test.each<[string, object, Json, PagePosition | undefined, string]>([
    ['refuses another host', GRAPH, { '@odata.nextLink': 'https://evil.example/' }, undefined, 'ERR_NEXT_URL_FOREIGN'],
    [
      'refuses another host for the next reading',
      GRAPH,
      { '@odata.deltaLink': 'https://evil.example/' },
      undefined,
      'ERR_NEXT_URL_FOREIGN',
    ],
    ['refuses an end without a place to go on', GRAPH, {}, undefined, 'ERR_DELTA_MISSING'],
    ['refuses an end without a token', EXPORT, { end_of_stream: true }, undefined, 'ERR_DELTA_MISSING'],
    ['refuses to stop before the end', EXPORT, { end_of_stream: false }, undefined, 'ERR_CURSOR_INVALID'],
    [
      'is stuck where the token stays',
      EXPORT,
      { after_cursor: 'a', end_of_stream: false },
      { token: 'a' },
      'ERR_CURSOR_STUCK',
    ],
    [
      'is stuck where the token of the last reading stays',
      EXPORT,
      { after_cursor: 'a', end_of_stream: false },
      { delta: 'a' },
      'ERR_CURSOR_STUCK',
    ],
  ])('%s', (_what, source, body, position, code) => {
    expect(after(source, pageOf(body, 1), position)).toBe(code);
  });

  test('begins with what the last reading ended with, and an interrupted one where it was', () => {
    expect(paginatorOf(GRAPH).first()).toEqual({ position: {}, query: { $top: 99 } });
    expect(paginatorOf(GRAPH).first(undefined, { url })).toEqual({ position: { url }, query: {}, url });
    expect(paginatorOf(GRAPH).first({ url: 'https://api.example/later' }, { url }).url).toBe(
      'https://api.example/later',
    );
    expect(paginatorOf(GOOGLE).first(undefined, { delta: 's' }).query).toEqual({ syncToken: 's' });
    expect(paginatorOf(EXPORT).first(undefined, { url }).position).toEqual({});
  });

  test.each([
    { nextAt: 'a' },
    { nextTokenAt: 'a' },
    { nextAt: 'a', deltaAt: 'b', nextTokenAt: 'c', parameter: 'd' },
    { nextTokenAt: 'a', parameter: 'b' },
  ])('is refused with %j', (given) => {
    expect(() => paginatorOf({ type: 'delta-link', ...given })).toThrow('delta-link:');
  });
});

const WINDOW = {
  type: 'time-window',
  fromParameter: 'from',
  untilParameter: 'until',
  slice: '15m',
  start: '40m',
  format: 'epoch-seconds',
};
const minutes = (count: number): number => NOW / 1000 + count * 60;

/** Queries of all requests of a reading in which each slice has one page. */
function slices(source: object, state?: Json): [Json | undefined, Json | undefined][] {
  const paginator = paginatorOf(source);
  const asked: [Json | undefined, Json | undefined][] = [];
  for (let request = paginator.first(undefined, state); ;) {
    asked.push([request.query['from'], request.query['until']]);
    const next = paginator.next(pageOf([], 1), request);
    if ('reason' in next) return asked;
    request = next;
  }
}

describe('time-window', () => {
  test('reads slices without gap and overlap, up to now', () => {
    expect(slices(WINDOW)).toEqual([
      [minutes(-40), minutes(-25)],
      [minutes(-25), minutes(-10)],
      [minutes(-10), minutes(0)],
    ]);
  });

  test('lets slices overlap where that is wanted', () => {
    expect(slices({ ...WINDOW, overlap: '2m' }).map(([from]) => from)).toEqual([-42, -27, -12].map(minutes));
  });

  test('goes on where the last reading ended', () => {
    const paginator = paginatorOf(WINDOW);
    expect(slices(WINDOW, { until: NOW - 60_000 })).toEqual([[minutes(-1), minutes(0)]]);
    const last = paginator.first(undefined, { until: NOW - 60_000 });
    expect(paginator.next(pageOf([], 0), last)).toEqual({ reason: 'last-slice', state: { until: NOW } });
    expect(slices(WINDOW, { until: NOW + 60_000 })).toEqual([[minutes(0), minutes(0)]]);
  });

  test('ends at the time of its beginning, also when it is resumed later', () => {
    let now = NOW;
    const paginator = paginatorOf(WINDOW, () => now);
    const second = paginator.next(pageOf([], 1), paginator.first()) as PageRequest;
    now += 3_600_000;
    expect(paginator.first(second.position)).toEqual(second);
    expect(second.position).toMatchObject({ end: NOW });
  });

  test('pages inside a slice, and counts announced rows there', () => {
    const paginator = paginatorOf({ ...WINDOW, within: { ...PAGES, stop: ['total'] } });
    const first = paginator.first();
    expect(first.query).toEqual({ page: 1, per: 2, from: minutes(-40), until: minutes(-25) });
    const second = paginator.next(pageOf([], 2, { total: 3, received: 2 }), first) as PageRequest;
    expect(second.query).toMatchObject({ page: 2, from: minutes(-40) });
    const third = paginator.next(pageOf([], 1, { total: 3, received: 3 }), second) as PageRequest;
    expect(third.query).toMatchObject({ page: 1, from: minutes(-25) });
    const fourth = paginator.next(pageOf([], 2, { total: 3, received: 5 }), third) as PageRequest;
    expect(fourth.query).toMatchObject({ page: 2, from: minutes(-25) });
  });

  test("follows a source's address as it is", () => {
    const paginator = paginatorOf({ ...WINDOW, within: { type: 'next-url', at: 'next' } });
    const next = paginator.next(pageOf({ next: '/a?p=2' }, 1), paginator.first());
    expect(next).toMatchObject({ url: 'https://api.example/a?p=2', query: {} });
  });

  test.each([{ slice: '0s' }, { slice: '500ms' }])('is refused with %j', (given) => {
    expect(() => paginatorOf({ ...WINDOW, ...given })).toThrow('"slice" must be longer');
  });
});
