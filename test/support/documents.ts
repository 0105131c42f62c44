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

/**
 * Tickets of `source` become assets of `target`, by the names "tickets", "assets" and "tickets-to-assets".
 *
 * With a `prefix` all names begin with it: a platform remembers what it saw and linked by these names, so each pair of
 * sandboxes on one platform needs its own.
 */
export function ticketsToAssets(
  source: SandboxHalo,
  target: SandboxHalo,
  changes: {
    prefix?: string;
    subscriber?: object;
    publisher?: object;
    route?: object;
    incoming?: object;
    client?: object;
  } = {},
): object[] {
  const { prefix = '' } = changes;
  return [
    clientOf(`${prefix}halo`, source, changes.client as { parameters?: object }),
    clientOf(`${prefix}halo-b`, target),
    {
      kind: 'incoming',
      identifier: `${prefix}tickets`,
      spec: {
        subscriber: { type: 'connector', client: `${prefix}halo`, entity: 'tickets', ...changes.subscriber },
        ...changes.incoming,
      },
    },
    {
      kind: 'outgoing',
      identifier: `${prefix}assets`,
      spec: {
        publisher: {
          type: 'connector',
          client: `${prefix}halo-b`,
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
      identifier: `${prefix}tickets-to-assets`,
      spec: {
        incoming: `${prefix}tickets`,
        outgoing: `${prefix}assets`,
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
