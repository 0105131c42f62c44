import type { HaloAccess, SandboxAccess } from './messages.ts';

/** Records of a page and of a call. */
export const PAGE_SIZE = 100;

/** Calls that a client makes at the same time. */
export const CALLS_AT_ONCE = 8;

export const INCOMING = 'tickets';
export const ROUTE = 'tickets-to-assets';

/** What a ticket becomes; the loop without a platform does the same by hand. */
const FIELDS = {
  key_field: 'T-&{id}',
  key_field2: '&{summary}',
  key_field3: '&{user_name}',
  inventory_number: 'TICKET-&{id}',
  assettype_id: 1,
  client_id: '&{client_id}',
  site_id: '&{site_id}',
  status: '&{status_id}',
  notes: '&{details} (&{category_1})',
} as const;

/** {@link FIELDS} as somebody would write it without a platform. */
export function mapByHand(ticket: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return {
    key_field: `T-${String(ticket['id'])}`,
    key_field2: ticket['summary'],
    key_field3: ticket['user_name'],
    inventory_number: `TICKET-${String(ticket['id'])}`,
    assettype_id: 1,
    client_id: ticket['client_id'],
    site_id: ticket['site_id'],
    status: ticket['status_id'],
    notes: `${String(ticket['details'])} (${String(ticket['category_1'])})`,
  };
}

/** The documents of the measured route. */
export function benchDocuments({ source, target }: SandboxAccess, matches: boolean, batchSize = PAGE_SIZE): object[] {
  return [
    client('source', source),
    client('target', target),
    {
      kind: 'incoming',
      identifier: INCOMING,
      spec: { subscriber: { type: 'connector', client: 'source', entity: 'tickets' } },
    },
    {
      kind: 'outgoing',
      identifier: 'assets',
      spec: {
        publisher: {
          type: 'connector',
          client: 'target',
          action: 'post',
          entity: 'asset',
          batch: { size: batchSize },
          ...(matches && { match: [{ fields: ['key_field'] }] }),
        },
      },
    },
    {
      kind: 'route',
      identifier: ROUTE,
      spec: { incoming: INCOMING, outgoing: 'assets', transformers: [{ type: 'map', fields: FIELDS }] },
    },
  ];
}

function client(identifier: string, { url, authUrl, clientId, clientSecret }: HaloAccess): object {
  return {
    kind: 'client',
    identifier,
    spec: {
      connector: 'haloitsm',
      authentication: 'client-credentials',
      parameters: { baseUri: url, authUri: authUrl, clientId, clientSecret, scopes: 'all' },
      // The sandbox has no limit here; the platform's speed is measured, not Halo's.
      limits: [{ concurrency: CALLS_AT_ONCE }],
    },
  };
}
