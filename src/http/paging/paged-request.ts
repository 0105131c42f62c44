import { ConfigError, TransformError } from '../../core/errors.ts';
import { parsePath, setPath } from '../../core/field-path.ts';
import { isRecord, type DataRecord, type Json } from '../../core/record.ts';
import type { HttpRequest, PageRequest, Query } from '../types.ts';
import { refuseForeign } from './next-address.ts';

/**
 * The operation's request with what the paginator adds.
 *
 * @throws SourceError ERR_NEXT_URL_FOREIGN: also an address from a saved position or state must be on the operation's
 * host, which may have changed since. ConfigError ERR_PAGINATOR when the body has no place for a value.
 */
export function pagedRequest(request: HttpRequest, page: PageRequest): HttpRequest {
  const { headers, body } = page;
  return {
    ...request,
    ...addressOf(request, page),
    ...(headers && { headers: { ...request.headers, ...headers } }),
    ...(body && { json: bodyWith(request.json, body) }),
  };
}

function addressOf(request: HttpRequest, { url, query, keep = [], without = [] }: PageRequest): AddressParts {
  if (url === undefined) {
    const own = Object.entries(request.query ?? {}).filter(([name]) => !without.includes(name));
    return { url: request.url, query: { ...Object.fromEntries(own), ...query } };
  }
  refuseForeign(url, request.url);
  const carried = new URL(url).searchParams;
  const kept = Object.entries(request.query ?? {}).filter(([name]) => keep.includes(name) && !carried.has(name));
  return { url, query: { ...Object.fromEntries(kept), ...query } };
}

interface AddressParts {
  readonly url: string;
  readonly query: Query;
}

function bodyWith(json: Json | undefined, values: Readonly<Record<string, Json>>): DataRecord {
  if (json !== undefined && !isRecord(json)) {
    throw new ConfigError('ERR_PAGINATOR', 'The body of the request is no object, so paging cannot set values in it');
  }
  try {
    return Object.entries(values).reduce<DataRecord>(
      (body, [path, value]) => setPath(body, parsePath(path), value),
      json ?? {},
    );
  } catch (error) {
    if (!(error instanceof TransformError)) throw error;
    throw new ConfigError('ERR_PAGINATOR', `The body of the request has no place for paging: ${error.message}`);
  }
}
