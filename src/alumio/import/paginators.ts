import { isObject } from '../../core/record.ts';
import { parametersOf, type Parameters } from './read-export.ts';
import { saysNothing } from './translate-part.ts';
import { Untranslatable } from './untranslatable.ts';

type Paginator = Readonly<Record<string, unknown>>;

/** How an incoming pages. Throws Untranslatable. */
export function paginatorOf(pagination: unknown, notes: string[]): Paginator {
  if (saysNothing(pagination)) return { type: 'single' };
  const { prototype = '' } = isObject(pagination) ? pagination : {};
  const { pageLimit, ...given } = parametersOf(pagination as Parameters);
  if (typeof pageLimit === 'number') notes.push(`reading ends with the last page, not after ${pageLimit} pages`);
  const { pattern } = given;
  if (prototype === 'next' && typeof pattern === 'string') {
    // A link of HAL is an object with the address in it.
    return { type: 'next-url', at: /(?:^|\.)_links\.[\w-]+$/.test(pattern) ? `${pattern}.href` : pattern };
  }
  const paginator = byName(String(prototype), given);
  if (!paginator) throw new Untranslatable(`it pages by "${String(prototype)}": ${JSON.stringify(given)}`);
  notes.push(
    `its paging "${String(prototype)}" ${JSON.stringify(given)} is taken for ${JSON.stringify(paginator)}: compare that with the source`,
  );
  return paginator;
}

/** Pagings that are known by their names on the screen, not by how an export writes them. */
function byName(prototype: string, given: Parameters): Paginator | undefined {
  if (/header|rfc-?8288|link/i.test(prototype)) return { type: 'link-header' };
  const parameter = textUnder(given, /^(?:.*param(?:eter)?|key|name|field)$/i);
  if (parameter === undefined) return undefined;
  const start = numberUnder(given, /start|first|initial/i);
  const more = { stop: ['empty'], ...(start !== undefined && { start }) };
  if (/offset/i.test(prototype)) return { type: 'offset', offsetParameter: parameter, ...more };
  if (/page|number|increment/i.test(prototype)) return { type: 'page-number', pageParameter: parameter, ...more };
  return undefined;
}

function textUnder(given: Parameters, wanted: RegExp): string | undefined {
  const found = Object.entries(given).find(
    ([key, value]) => wanted.test(key) && typeof value === 'string' && value !== '',
  );
  return found?.[1] as string | undefined;
}

function numberUnder(given: Parameters, wanted: RegExp): number | undefined {
  const found = Object.entries(given).find(([key, value]) => wanted.test(key) && Number.isInteger(Number(value)));
  return found === undefined ? undefined : Number(found[1]);
}
