import type { Json } from '../core/record.ts';
import type { HttpRequest, Query } from './types.ts';

/** The address of a call with its query. */
export function requestUrl({ url, query }: Pick<HttpRequest, 'url' | 'query'>): URL {
  const address = new URL(url);
  for (const [name, text] of queryEntries(query)) address.searchParams.set(name, text);
  return address;
}

/** "POST host/path": how messages name a call. Never the query, which may hold personal data or keys. */
export function callLabel({ method, url }: Pick<HttpRequest, 'method' | 'url'>): string {
  const { host, pathname } = new URL(url);
  return `${method} ${host}${pathname}`;
}

function queryEntries(query: Query = {}): [string, string][] {
  return Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === null || value === undefined ? [] : [[name, queryText(value)]],
  );
}

function queryText(value: Exclude<Json, null>): string {
  if (Array.isArray(value)) return value.map((item: Json) => (item === null ? '' : queryText(item))).join(',');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
