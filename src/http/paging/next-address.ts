import { SourceError } from '../../core/errors.ts';
import type { Json } from '../../core/record.ts';
import type { PageInfo } from '../types.ts';
import { placeOf } from './signs.ts';

/**
 * The absolute address that a source names as the next one. Calls carry credentials, so it has to be on the host that
 * was asked.
 *
 * @param next Absolute, or relative to the page.
 * @throws SourceError ERR_NEXT_URL_INVALID, ERR_NEXT_URL_FOREIGN
 */
export function nextAddress(next: Json, page: Pick<PageInfo, 'url'>): string {
  if (typeof next !== 'string' || !URL.canParse(next, page.url)) {
    const message = `${placeOf(page)}: what stands for the next address is no address`;
    throw new SourceError('ERR_NEXT_URL_INVALID', message, { details: { path: placeOf(page) } });
  }
  const address = new URL(next, page.url);
  refuseForeign(address.href, page.url);
  address.hash = '';
  return address.href;
}

/**
 * Refuses an address on another scheme, host or port than the request's, or with credentials of its own. The message
 * names hosts only: a query may hold keys.
 *
 * @throws SourceError ERR_NEXT_URL_FOREIGN
 */
export function refuseForeign(address: string, own: string): void {
  const [next, asked] = [new URL(address), new URL(own)];
  const hasCredentials = next.username !== '' || next.password !== '';
  if (next.protocol === asked.protocol && next.host === asked.host && !hasCredentials) return;
  const where = `${next.protocol}//${next.host}`;
  const what = hasCredentials ? `${where} with credentials of its own` : where;
  throw new SourceError(
    'ERR_NEXT_URL_FOREIGN',
    `The next page is on ${what}, not on ${asked.protocol}//${asked.host}: nothing was sent there`,
    { details: { host: next.host, asked: asked.host } },
  );
}
