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
