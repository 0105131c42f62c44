import type { Kind } from '../types.ts';

const PATHS: Readonly<Record<Kind, string>> = {
  client: '/clients',
  incoming: '/incomings',
  outgoing: '/outgoings',
  route: '/routes',
  transformer: '/transformers',
  storage: '/storages',
  'value-map': '/value-maps',
  notification: '/notifications',
};

/** Address of a document in the dashboard. */
export function hrefOf(kind: Kind, identifier: string): string {
  return `${PATHS[kind]}/${encodeURIComponent(identifier)}`;
}

/** Address of the tasks that match. */
export function tasksHref(filter: Readonly<Record<string, string>>): string {
  return `/tasks?${new URLSearchParams(filter).toString()}`;
}

/** Query of a page that makes a client for an option of the form that is open, so that it leads back here afterwards. */
export function returnQuery(option: string): string {
  return new URLSearchParams({ back: `${location.pathname}${location.search}`, option }).toString();
}

/** Where to go back to once a client was made, with the client filled in; undefined where nobody came from a form. */
export function returnHref(
  { back = '', option = '' }: Readonly<Record<string, string>>,
  client: string,
): string | undefined {
  // Only to forms of our own: whoever makes up an address decides nothing about where it leads.
  if (!back.startsWith('/templates/')) return undefined;
  const [path = '', search = ''] = back.split('?');
  const query = new URLSearchParams(search);
  if (option !== '') query.set(option, client);
  return `${path}?${query.toString()}`;
}
