import { type Json, plainText } from '../../core/record.ts';
import type { SentCall } from '../fake-client.ts';
import {
  namedValues,
  pageAfter,
  type PaginatorOptions,
  sentValue,
  type Signs,
  type Speaker,
  textOf,
} from './speaker.ts';

/** Marks the page in addresses that the source makes up. */
const MARK = 'made-up-page';

/** A source that names a cursor for the next page. */
export function cursorSpeaker(options: PaginatorOptions): Speaker {
  const {
    in: place,
    first,
    endValues,
    progressAt,
  } = options as {
    in?: string;
    first?: Json;
    endValues: readonly Json[];
    progressAt?: string;
  };
  const [parameter, at, header] = [
    textOf(options, 'parameter'),
    textOf(options, 'cursorAt'),
    textOf(options, 'cursorHeader'),
  ];
  const write = (page: number): Json =>
    [first, ...endValues].some((each) => typeof each === 'number') ? page + 1000 : `page-${page}`;
  const readCursor = (value: Json): number => {
    if (value === null || plainText(value) === plainText(first ?? null)) return 0;
    return typeof write(0) === 'number' ? Number(value) - 1000 : Number(plainText(value).slice('page-'.length));
  };
  if (progressAt !== undefined) return scanSpeaker(parameter, place, at, progressAt);
  const alwaysHasCursor = ((options['stop'] ?? []) as readonly string[]).includes('empty');
  return {
    locate: (call) => ({ page: readCursor(sentValue(call, place, parameter)) }),
    signs(page, source, call) {
      const next = pageAfter(page, source);
      const end = alwaysHasCursor ? write(page + 1) : (endValues[0] ?? null);
      const cursor = next === undefined ? end : write(next);
      const isSame = plainText(cursor) === plainText(sentValue(call, place, parameter));
      return {
        body: namedValues([
          [at, cursor],
          [textOf(options, 'hasMoreAt'), next !== undefined],
          [textOf(options, 'endAt'), next === undefined],
        ]),
        ...(header !== '' && cursor !== null && { headers: { [header]: plainText(cursor) } }),
        saysMore: next !== undefined && !isSame,
      };
    },
  };
}

/** A source that remembers itself how far a reading is: its cursor keeps its name. */
function scanSpeaker(parameter: string, place: string | undefined, at: string, progressAt: string): Speaker {
  let page = 0;
  return {
    locate(call) {
      page = sentValue(call, place, parameter) === null ? 0 : page + 1;
      return { page };
    },
    // The cursor is there to the end: only a page without rows tells it.
    signs: (current, source) => ({
      body: { [at]: 'scan', [progressAt]: source.isStuck ? 1 : current + 1 },
      saysMore: false,
    }),
  };
}

/** A source of the rows behind a value. */
export function keysetSpeaker(options: PaginatorOptions): Speaker {
  const { in: place, take } = options;
  const [field, at, parameter] = [textOf(options, 'field'), textOf(options, 'cursorAt'), textOf(options, 'parameter')];
  const valueOf: NonNullable<Speaker['rowField']>['valueOf'] = (row, { pages }) =>
    take === 'lowest' ? pages.reduce((sum, { rows }) => sum + rows.length, 0) - row + 1000 : row + 1000;
  return {
    ...(field !== '' && { rowField: { name: field, valueOf } }),
    locate(call, source) {
      const after = sentValue(call, place, parameter);
      if (after === null) return { page: 0 };
      const page = source.pages.findIndex(({ rows }) =>
        rows.some((row) => plainText(valueOf(row, source)) === plainText(after)),
      );
      const rows = source.pages[page]?.rows ?? [];
      const skip = rows.findIndex((row) => plainText(valueOf(row, source)) === plainText(after)) + 1;
      // Without rows in between, the source itself could not tell the two places apart: the first one counts.
      return skip === rows.length ? { page: page + 1 } : { page, skip };
    },
    signs(page, source, call) {
      const last = source.pages[source.isStuck ? 0 : page]?.rows.at(-1);
      const value = last === undefined ? sentValue(call, place, parameter) : valueOf(last, source);
      return { body: namedValues([[at, value]]), saysMore: false };
    },
  };
}

/** A source that names the address of the next page, in the body or a header. */
export function nextUrlSpeaker(options: PaginatorOptions): Speaker {
  const [at, header] = [textOf(options, 'at'), textOf(options, 'header')];
  return addressSpeaker((next) => ({
    body: namedValues([[at, next ?? null]]),
    ...(header !== '' && next !== undefined && { headers: { [header]: next } }),
  }));
}

/** A source with a Link header. */
export function linkHeaderSpeaker(options: PaginatorOptions): Speaker {
  const rel = textOf(options, 'rel');
  const { take } = options as { take: 'url' | { parameter: string; as?: string; in?: string } };
  const link = (url: string | undefined): Omit<Signs, 'saysMore'> =>
    url === undefined ? {} : { headers: { link: `<${url}>; rel="${rel}"` } };
  if (take === 'url') return addressSpeaker(link);
  const { parameter, as = parameter, in: place = 'query' } = take;
  return {
    locate: (call) => ({ page: Number(sentValue(call, place, as) ?? 0) }),
    signs(page, source, { url }) {
      const next = pageAfter(page, source);
      const target = next === undefined ? undefined : `${url.origin}${url.pathname}?${parameter}=${next}`;
      return { ...link(target), saysMore: next !== undefined };
    },
  };
}

/** A source whose last page names where the next reading begins. */
export function deltaLinkSpeaker(options: PaginatorOptions): Speaker {
  const [nextAt, deltaAt, token] = [
    textOf(options, 'nextAt'),
    textOf(options, 'deltaAt'),
    textOf(options, 'nextTokenAt'),
  ];
  if (token === '') {
    return addressSpeaker((next, own) => ({
      body: namedValues([
        [nextAt, next ?? null],
        ...(next === undefined ? [[deltaAt, `${own}?made-up-delta=1`] as const] : []),
      ]),
    }));
  }
  const [parameter, endAt] = [textOf(options, 'parameter'), textOf(options, 'endAt')];
  const deltaToken = textOf(options, 'deltaTokenAt');
  return {
    locate: (call) => ({
      page: Number((plainText(sentValue(call, options['in'], parameter)) || 'page-0').slice('page-'.length)),
    }),
    signs(page, source) {
      const next = pageAfter(page, source);
      const isLast = next === undefined;
      const hasOwnDelta = deltaToken !== '' && deltaToken !== token;
      return {
        body: namedValues([
          [token, isLast ? (hasOwnDelta ? null : 'page-delta') : `page-${next}`],
          [hasOwnDelta ? deltaToken : '', isLast ? 'page-delta' : null],
          [endAt, isLast],
        ]),
        saysMore: !isLast,
      };
    },
  };
}

function addressSpeaker(write: (next: string | undefined, own: string) => Omit<Signs, 'saysMore'>): Speaker {
  return {
    locate: ({ url }: SentCall) => ({ page: Number(url.searchParams.get(MARK) ?? 0) }),
    signs(page, source, { url }) {
      const next = pageAfter(page, source);
      const own = `${url.origin}${url.pathname}`;
      return { ...write(next === undefined ? undefined : `${own}?${MARK}=${next}`, own), saysMore: next !== undefined };
    },
  };
}
