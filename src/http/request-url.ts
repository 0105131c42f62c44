import type { Json } from '../core/record.ts';
import type { HttpRequest, QueryStyle } from './types.ts';

/** The address of a call with its query. */
export function requestUrl({
  url,
  query = {},
  queryStyles = {},
}: Pick<HttpRequest, 'url' | 'query' | 'queryStyles'>): URL {
  const address = new URL(url);
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined) continue;
    address.searchParams.delete(name);
    for (const [key, text] of entriesOf(name, value, queryStyles[name])) address.searchParams.append(key, text);
  }
  return address;
}

/** "POST host/path": how messages name a call. Never the query, which may hold personal data or keys. */
export function callLabel({ method, url }: Pick<HttpRequest, 'method' | 'url'>): string {
  const { host, pathname } = new URL(url);
  return `${method} ${host}${pathname}`;
}

function entriesOf(name: string, value: Exclude<Json, null>, style: QueryStyle = 'comma'): [string, string][] {
  if (!Array.isArray(value)) return [[name, queryText(value)]];
  const items = value as readonly Json[];
  switch (style) {
    case 'comma':
      return [[name, queryText(items)]];
    case 'json':
      return [[name, JSON.stringify(items)]];
    case 'repeat':
      return items.map((item) => [name, item === null ? '' : queryText(item)]);
    case 'brackets':
      return items.map((item) => [`${name}[]`, item === null ? '' : queryText(item)]);
  }
}

function queryText(value: Exclude<Json, null>): string {
  if (Array.isArray(value)) return value.map((item: Json) => (item === null ? '' : queryText(item))).join(',');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
