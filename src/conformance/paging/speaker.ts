import { getPath, parsePath } from '../../core/field-path.ts';
import type { DataRecord, Json } from '../../core/record.ts';
import type { SentCall } from '../fake-client.ts';
import type { PagingCase } from './cases.ts';

/** Where in the source a request asks: a page, and how many of its rows are left out. */
export interface Asked {
  readonly page: number;
  readonly skip?: number;
}

/** What an answer says besides its rows. */
export interface Signs {
  /** Values by their path in the body; null where there is none. */
  readonly body?: DataRecord;
  /** Headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether one of these says that more follows. */
  readonly saysMore: boolean;
}

/** A made-up source that speaks the language of one paginator. */
export interface Speaker {
  /** Reads the request. */
  locate(call: SentCall, source: PagingCase): Asked;
  /** What is told with a page. */
  signs(page: number, source: PagingCase, call: SentCall): Signs;
  /** Field of the rows that requests go by, and the value of a row there. */
  readonly rowField?: { readonly name: string; valueOf(row: number, source: PagingCase): Json };
  /** Parts of time that the source is asked for one by one: where the rows are not, nothing is. */
  readonly isElsewhere?: (call: SentCall) => boolean;
  /** Places of the announced number besides the operation's own. */
  readonly countHeader?: string | undefined;
}

/** Options of a paginator, defaults filled in. */
export type PaginatorOptions = Readonly<Record<string, unknown>>;

/** The page that comes after one, as the source names it; undefined after the last. */
export function pageAfter(page: number, { pages, isStuck, repeats }: PagingCase): number | undefined {
  if (isStuck) return 1;
  if (repeats) return page + 1;
  return page + 1 < pages.length ? page + 1 : undefined;
}

/** How many there are, as the source says it. */
export function told(right: number, { count }: PagingCase): number | undefined {
  switch (count) {
    case 'right':
      return right;
    case 'high':
      return right + 1;
    case 'low':
      return Math.max(1, Math.floor(right / 3));
    case 'missing':
      return undefined;
  }
}

/** A value of a request under the name that a paginator sends it by; null where it is not sent. */
export function sentValue({ url, request }: SentCall, place: unknown, name: string): Json {
  switch (place) {
    case 'body':
      return getPath(request.json ?? null, parsePath(name)) ?? null;
    case 'header': {
      const headers = Object.entries(request.headers ?? {});
      return headers.find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1] ?? null;
    }
    default:
      return url.searchParams.get(name);
  }
}

/** An option as text; '' where it is not given. */
export function textOf(options: PaginatorOptions, name: string): string {
  const value = options[name];
  return typeof value === 'string' ? value : '';
}

/** Values at those paths that the options name. */
export function namedValues(entries: readonly (readonly [path: string, value: Json | undefined])[]): DataRecord {
  return Object.fromEntries(
    entries.flatMap(([path, value]) => (path === '' || value === undefined ? [] : [[path, value]])),
  );
}
