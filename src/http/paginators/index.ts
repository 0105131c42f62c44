import type { PaginatorComponent } from '../types.ts';
import cursor from './cursor.ts';
import deltaLink from './delta-link.ts';
import keyset from './keyset.ts';
import linkHeader from './link-header.ts';
import nextUrl from './next-url.ts';
import offset from './offset.ts';
import pageNumber from './page-number.ts';
import single from './single.ts';
import timeWindow from './time-window.ts';

const all: readonly PaginatorComponent[] = [
  ...[pageNumber, offset, cursor, keyset, nextUrl, linkHeader, deltaLink, timeWindow],
  single,
];

/** Every way of paging, by its type. */
export const paginators: ReadonlyMap<string, PaginatorComponent> = new Map(all.map((one) => [one.type, one]));
