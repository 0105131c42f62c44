import type { JSONSchema } from 'json-schema-to-ts';
import type { Notification } from '../../engine/notifications/compile.ts';
import type { Document } from '../../engine/kinds.ts';
import { testMessage } from '../../engine/notifications/message.ts';
import { tellTest } from '../../engine/notifications/tell.ts';
import type { Api } from '../api.ts';
import { auditOf } from '../audit-entry.ts';
import { closingSignal, goneSignal } from '../calling.ts';
import { linesOf } from '../find-client.ts';
import { isoOrNull } from '../json-text.ts';
import { IDENTIFIER_PARAMS } from '../parameters.ts';
import type { Platform } from '../platform.ts';
import { notFound, requestInvalid } from '../request-error.ts';

const PREVIEW_BODY = {
  type: 'object',
  properties: { document: { type: 'object', description: 'A document of kind notification, saved or not.' } },
  required: ['document'],
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Notifications: what they sent, what they would send, and a test of the channel. */
export function notificationRoutes(api: Api, platform: Platform): void {
  const closing = closingSignal(api);
  const { store, news } = platform;

  api.get(
    '/notifications/:id/messages',
    {
      config: { permission: 'configuration:read' },
      schema: {
        tags: ['notifications'],
        summary: 'The last messages of a notification, newest first',
        params: IDENTIFIER_PARAMS,
      },
    },
    async ({ params: { id } }) => {
      await requireDocument(platform, id);
      const messages = await store.notifications.messages(id);
      const items = messages.map((message) => ({ ...message, id: String(message.id), at: isoOrNull(message.at) }));
      return { items, nextCursor: null };
    },
  );

  api.post(
    '/notifications/preview',
    {
      config: { permission: 'tests:run' },
      schema: {
        tags: ['notifications'],
        summary: 'The body that a notification would send, made of an example; nothing is sent',
        body: PREVIEW_BODY,
      },
    },
    async ({ body: { document } }) => {
      const workspace = await platform.configuration.draft([{ document, source: 'document' }]);
      try {
        const { identifier } = document as unknown as Document;
        const notification = workspace.notifications.get(identifier);
        if (!notification) throw requestInvalid([{ path: 'body.document.kind', message: 'must be "notification"' }]);
        return { host: notification.host, ...notification.show(testMessage(identifier, news.sender, news.now())) };
      } finally {
        workspace.close();
      }
    },
  );

  api.post(
    '/notifications/:id/test',
    {
      config: { permission: 'notifications:test' },
      schema: {
        tags: ['notifications'],
        summary: 'Sends a message that says it is a test',
        params: IDENTIFIER_PARAMS,
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const notification = await requireNotification(platform, id);
      const sent = await tellTest(notification, news, goneSignal(reply, closing));
      await store.audit.record(auditOf(request, 'notification.test', `notification/${id}`, { after: { ...sent } }));
      return { ...sent, at: isoOrNull(sent.at), ok: sent.error === null };
    },
  );
}

/** @throws RequestError when the document is not there. */
async function requireDocument({ store }: Platform, id: string): Promise<void> {
  if (await store.documents.get('notification', id)) return;
  throw notFound(`There is no notification "${id}"`);
}

/** @throws RequestError when it is not there or not valid. */
async function requireNotification(platform: Platform, id: string): Promise<Notification> {
  await requireDocument(platform, id);
  const { notifications, problems } = await platform.configuration.current();
  const found = notifications.get(id);
  if (found) return found;
  const own = problems.find(({ kind, identifier }) => kind === 'notification' && identifier === id);
  throw requestInvalid([{ path: 'params.id', message: `is not valid: ${linesOf(own?.problems ?? [])}` }]);
}
