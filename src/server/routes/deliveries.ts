import type { Api } from '../api.ts';
import { isoOrNull, readStored } from '../json-text.ts';
import { IDENTIFIER_PARAMS } from '../parameters.ts';
import type { Platform } from '../platform.ts';

/** The last deliveries to a webhook, so that somebody who sets one up sees what arrives. */
export function deliveryRoutes(api: Api, { store }: Platform): void {
  api.get(
    '/incomings/:id/deliveries',
    {
      config: { permission: 'tasks:read' },
      schema: {
        tags: ['webhooks'],
        summary: 'The last deliveries to a webhook, newest first, redacted and cut',
        params: IDENTIFIER_PARAMS,
      },
    },
    async ({ params: { id } }) => {
      const deliveries = await store.deliveries.list(id);
      const items = deliveries.map(({ at, status, body }) => ({
        at: isoOrNull(at),
        status,
        ...(readStored(body) as object),
      }));
      return { items, nextCursor: null };
    },
  );
}
