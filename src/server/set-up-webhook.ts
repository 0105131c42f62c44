import { randomBytes } from 'node:crypto';
import { setUpWebhook, webhooksFor, type WebhookSetUp } from '../connector/webhooks/set-up.ts';
import { ConfigError } from '../core/errors.ts';
import { isObject } from '../core/record.ts';
import type { Author } from '../engine/configuration.ts';
import type { Document } from '../engine/kinds.ts';
import { requireClient } from './find-client.ts';
import type { Platform } from './platform.ts';
import { findDocument } from './stored-documents.ts';

/** What somebody wants to be set up. */
export interface WebhookRequest {
  /** Where the system reaches this server; the public URL unless given. */
  readonly url: string | undefined;
  readonly events: readonly string[] | undefined;
  readonly author: Author | undefined;
}

/** What was set up. */
export interface WebhookAnswer extends WebhookSetUp {
  readonly url: string;
  /** Whether the incoming took no deliveries before. */
  readonly isNew: boolean;
}

/**
 * Tells the system of an incoming to send its events here, and makes the incoming take them.
 *
 * @throws ConfigError ERR_WEBHOOK_SETUP
 */
export async function setUpIncomingWebhook(
  platform: Platform,
  id: string,
  { url, events, author }: WebhookRequest,
  signal: AbortSignal,
): Promise<WebhookAnswer> {
  const { configuration, settings } = platform;
  const document = await findDocument(configuration, 'incoming', id);
  const { client: clientId, entity } = sourceOf(document);
  const client = await requireClient(platform, clientId);
  const base = (url ?? settings.publicUrl)?.replace(/\/+$/, '');
  if (base === undefined) {
    throw failed('Nobody said how the system reaches this server: set SLUICE_PUBLIC_URL, or give the address as "url"');
  }
  const { own } = webhooksFor(client, entity);
  const isNew = document.spec['webhook'] === undefined;
  if (isNew) {
    const verify = { type: 'basic', username: 'sluice', password: randomBytes(24).toString('base64url') };
    const spec = { ...document.spec, webhook: { verify, ...own.webhook } };
    await configuration.apply([{ source: 'webhook', document: { ...document, spec } }], { author });
  }
  const basic = (await configuration.current()).incomings.get(id)?.webhook?.verifier.basic;
  if (!basic) {
    throw failed(`The webhook of "${id}" does not ask for "basic", which is the proof that the system can be told`);
  }
  const hook = `${base}/hooks/${encodeURIComponent(id)}`;
  const done = await setUpWebhook(client, { entity, name: `Sluice: ${id}`, url: hook, ...basic, events }, signal);
  return { ...done, url: hook, isNew };
}

function sourceOf({ identifier, spec }: Document): { client: string; entity: string } {
  const subscriber = isObject(spec['subscriber']) ? spec['subscriber'] : {};
  const { client, entity } = subscriber;
  if (typeof client === 'string' && typeof entity === 'string') return { client, entity };
  throw failed(`The incoming "${identifier}" reads no entity of a client, so there is no system to be told`);
}

function failed(message: string): ConfigError {
  return new ConfigError('ERR_WEBHOOK_SETUP', message);
}
