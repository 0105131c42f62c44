import type { SandboxHalo } from '../../sandbox/halo/server.ts';

/** A client document for a sandbox, with changes to its parameters or spec. */
export function clientOf(
  identifier: string,
  halo: SandboxHalo,
  { parameters = {}, ...spec }: { parameters?: object; [key: string]: unknown } = {},
): object {
  return {
    kind: 'client',
    identifier,
    spec: {
      connector: 'haloitsm',
      authentication: 'client-credentials',
      limits: [{ concurrency: 4 }],
      parameters: {
        baseUri: halo.url,
        authUri: halo.authUrl,
        tenant: halo.tenant,
        clientId: halo.clientId,
        clientSecret: halo.clientSecret,
        scopes: 'all',
        ...parameters,
      },
      ...spec,
    },
  };
}

/** Tickets of `source` become assets of `target`, by the names "tickets", "assets" and "tickets-to-assets". */
export function ticketsToAssets(
  source: SandboxHalo,
  target: SandboxHalo,
  changes: { subscriber?: object; publisher?: object; route?: object; incoming?: object; client?: object } = {},
): object[] {
  return [
    clientOf('halo', source, changes.client as { parameters?: object }),
    clientOf('halo-b', target),
    {
      kind: 'incoming',
      identifier: 'tickets',
      spec: {
        subscriber: { type: 'connector', client: 'halo', entity: 'tickets', ...changes.subscriber },
        ...changes.incoming,
      },
    },
    {
      kind: 'outgoing',
      identifier: 'assets',
      spec: {
        publisher: {
          type: 'connector',
          client: 'halo-b',
          action: 'post',
          entity: 'asset',
          batch: { size: 25 },
          match: [{ fields: ['key_field'] }],
          ...changes.publisher,
        },
      },
    },
    {
      kind: 'route',
      identifier: 'tickets-to-assets',
      spec: {
        incoming: 'tickets',
        outgoing: 'assets',
        transformers: [
          {
            type: 'map',
            fields: { key_field: 'T-&{id}', key_field2: '&{summary}', assettype_id: 1, client_id: 1 },
          },
        ],
        retry: { attempts: 5, delay: '100ms' },
        ...changes.route,
      },
    },
  ];
}

/** Values of a field over all stored assets, and how often each comes. */
export function countKeys(halo: SandboxHalo): { total: number; distinct: number } {
  const keys = halo.store.rows('asset').map((row) => row['key_field']);
  return { total: keys.length, distinct: new Set(keys).size };
}
