import type { Kind } from '../types.ts';
import { type Filters, formatFilters, parseFilters } from './router.tsx';

const LISTS = {
  client: '/clients',
  incoming: '/incomings',
  outgoing: '/outgoings',
  route: '/routes',
  transformer: '/transformers',
  storage: '/storages',
  'value-map': '/value-maps',
  notification: '/notifications',
} as const satisfies Record<Kind, string>;

/** Leads to the documents of a kind. */
export function listLink(kind: Kind) {
  return { to: LISTS[kind] };
}

/** Leads to a document. */
export function documentLink(kind: Kind, id: string) {
  return { to: `${LISTS[kind]}/$id`, params: { id } } as const;
}

/** Leads to the form of a new document; undefined for a kind that is made where its list is. */
export function newLink(kind: Kind) {
  if (kind === 'storage' || kind === 'value-map') return undefined;
  return kind === 'client' ? ({ to: '/clients/new' } as const) : ({ to: `${LISTS[kind]}/new` } as const);
}

/** Leads to connecting a system: a certain one, or one to be chosen. */
export function connectLink(connector: string | undefined) {
  if (connector === undefined) return { to: '/clients/new' } as const;
  return { to: '/clients/new/$connector', params: { connector } } as const;
}

/** Filters of a page that makes a client for an option of the form that is open, so that it leads back here afterwards. */
export function returnFilters(option: string) {
  return { back: `${location.pathname}${location.search}`, option };
}

/** Where to go back to once a client was made, with the client filled in; undefined where nobody came from a form. */
export function returnHref({ back = '', option = '' }: Filters, client: string): string | undefined {
  // Only to forms of our own: whoever makes up an address decides nothing about where it leads.
  if (!back.startsWith('/templates/')) return undefined;
  const [path = '', query = ''] = back.split('?');
  return `${path}${formatFilters({ ...parseFilters(query), ...(option !== '' && { [option]: client }) })}`;
}
