import type { JSONSchema } from 'json-schema-to-ts';
import type { Api } from '../api.ts';
import { auditOf } from '../audit-entry.ts';
import { requirePermission } from '../authentication.ts';
import { closingSignal, goneSignal } from '../calling.ts';
import { authorOf } from '../document-author.ts';
import { isoOrNull, readStored } from '../json-text.ts';
import { IDENTIFIER_PARAMS } from '../parameters.ts';
import type { Platform } from '../platform.ts';
import { setUpIncomingWebhook } from '../set-up-webhook.ts';

const SET_UP_BODY = {
  type: 'object',
  properties: {
    url: {
      type: 'string',
      pattern: '^https?://[^/?#\\s]+(/[^?#\\s]*)?$',
      description: 'Where the system reaches this server; SLUICE_PUBLIC_URL unless given.',
    },
    events: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      minItems: 1,
      description: 'Events as the system names them; all that the connector knows unless given.',
    },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Webhooks: sets one up in the system that sends, and shows the last deliveries to it. */
export function deliveryRoutes(api: Api, platform: Platform): void {
  const { store } = platform;
  const closing = closingSignal(api);

  api.post(
    '/incomings/:id/webhook/setup',
    {
      config: { permission: 'configuration:write' },
      schema: {
        tags: ['webhooks'],
        summary: 'Tells the system to send its events here; done again it changes nothing. Needs actions:write too',
        params: IDENTIFIER_PARAMS,
        body: SET_UP_BODY,
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      if (request.actor) requirePermission(request.actor, 'actions:write');
      await store.audit.record(auditOf(request, 'webhook.setup', `incoming/${id}`, { after: request.body }));
      return setUpIncomingWebhook(
        platform,
        id,
        { url: request.body.url, events: request.body.events, author: authorOf(request, 'Webhook set up') },
        goneSignal(reply, closing),
      );
    },
  );

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
