import { isTrue } from './criteria.ts';
import type { Entity } from './entity.ts';
import type { Settings } from './options.ts';

/** Rows of a list without paging: the default of an API agent. */
const AGENT_DEFAULT = 50;

/** Which part of a list is asked for. */
export interface PageWish {
  readonly isPaged: boolean;
  readonly pageNo: number;
  readonly pageSize: number;
}

/**
 * Reads the paging parameters.
 *
 * Halo pages only with `pageinate=true` and `page_no`; with one of them missing the page size is ignored.
 */
export function readPage(entity: Entity, query: URLSearchParams, settings: Settings): PageWish {
  const pageNo = readNumber(query, 'page_no');
  if (!isTrue(query.get('pageinate')) || pageNo === undefined) {
    return { isPaged: false, pageNo: 1, pageSize: readNumber(query, 'count') ?? AGENT_DEFAULT };
  }
  if (entity.pageSizeOption !== undefined) return { isPaged: true, pageNo, pageSize: settings[entity.pageSizeOption] };
  const wished = readNumber(query, 'page_size') ?? AGENT_DEFAULT;
  return { isPaged: true, pageNo, pageSize: Math.min(wished, settings.maxPageSize) };
}

function readNumber(query: URLSearchParams, parameter: string): number | undefined {
  const number = Number(query.get(parameter));
  return Number.isInteger(number) && number > 0 ? number : undefined;
}
