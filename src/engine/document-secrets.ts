import { secretParameters } from '../connector/client-spec.ts';
import type { Connector } from '../connector/load.ts';
import { isObject } from '../core/record.ts';
import { isCurrent, isSealed, type Sealer } from '../core/sealing.ts';
import type { Document } from './kinds.ts';

type Connectors = ReadonlyMap<string, Connector>;

/** A document as it is stored, its secrets opened. */
export function openDocument(body: string, sealer: Sealer): Document {
  const document = JSON.parse(body) as Document;
  return mapSecrets(document, (value, place) => (isSealed(value) ? sealer.open(value, place) : value));
}

/** A document as it is to be stored, its secrets sealed. */
export function sealDocument(document: Document, sealer: Sealer, connectors: Connectors): string {
  const isSecret = secretTest(document, connectors);
  const sealed = mapSecrets(document, (value, place, name) =>
    isSecret(name) && typeof value === 'string' && !isReference(value) ? sealer.seal(value, place) : value,
  );
  return JSON.stringify(sealed);
}

/** A stored document with its secrets under the key that seals today; the same text when they are. */
export function resealDocument(body: string, sealer: Sealer): string {
  const document = mapSecrets(JSON.parse(body) as Document, (value, place) =>
    isSealed(value) && !isCurrent(value.$sealed, sealer) ? sealer.seal(sealer.open(value, place), place) : value,
  );
  return JSON.stringify(document);
}

/** A document whose secrets are told to be there, and told to be others than those of the version before. */
export function maskSecrets(document: Document, connectors: Connectors, before?: Document): Document {
  const known = new Map<string, unknown>();
  if (before) {
    mapSecrets(before, (value, place) => {
      known.set(place, value);
      return value;
    });
  }
  const isSecret = secretTest(document, connectors);
  return mapSecrets(document, (value, place, name) => {
    if (!isSecret(name) || isReference(value)) return value;
    const isAnother = known.has(place) && !isReference(known.get(place)) && known.get(place) !== value;
    return isAnother ? '(another secret)' : '(secret)';
  });
}

/** A secret that is left out of an update is the one that is stored: exports carry none. */
export function keepSecrets(document: Document, before: Document | undefined, connectors: Connectors): Document {
  if (document.kind === 'incoming') return before ? keepWebhookSecrets(document, before) : document;
  if (document.kind === 'notification') return before ? keepChannelSecrets(document, before) : document;
  if (document.kind !== 'client' || !before || before.spec['connector'] !== document.spec['connector']) return document;
  const known = (before.spec['parameters'] ?? {}) as Readonly<Record<string, unknown>>;
  const given = (document.spec['parameters'] ?? {}) as Readonly<Record<string, unknown>>;
  const used = usedParameters(document, connectors);
  const kept = secretsOf(document, connectors).filter(
    (name) => used.includes(name) && !(name in given) && name in known,
  );
  if (kept.length === 0) return document;
  const parameters = { ...given, ...Object.fromEntries(kept.map((name) => [name, known[name]])) };
  return { ...document, spec: { ...document.spec, parameters } };
}

function usedParameters(document: Document, connectors: Connectors): readonly string[] {
  const manifest = connectors.get(String(document.spec['connector']))?.manifest;
  const authentication = manifest?.authentications[String(document.spec['authentication'])];
  return [...(authentication?.parameters ?? []), ...(authentication?.optional ?? [])];
}

/** A document as it goes out: what is secret is left out. */
export function withoutSecrets(document: Document, connectors: Connectors): Document {
  const ordered = sortKeys(document) as Document;
  const isSecret = secretTest(document, connectors);
  return mapSecrets(ordered, (value, _place, name) => (isSecret(name) && !isReference(value) ? undefined : value));
}

/** Of a client whose connector is not there nobody knows what is secret: everything is. */
function secretTest(document: Document, connectors: Connectors): (name: string) => boolean {
  if (document.kind === 'notification') return (name) => CHANNEL_SECRETS.includes(name);
  if (document.kind !== 'client') return (name) => WEBHOOK_SECRETS.includes(name);
  if (!connectors.has(String(document.spec['connector']))) return () => true;
  const secrets = secretsOf(document, connectors);
  return (name) => secrets.includes(name);
}

function secretsOf(document: Document, connectors: Connectors): string[] {
  const connector = connectors.get(String(document.spec['connector']));
  return connector ? secretParameters(connector.manifest) : [];
}

/** `${NAME}` alone: it names a secret and is none. */
function isReference(value: unknown): boolean {
  return typeof value === 'string' && /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/.test(value);
}

/**
 * Changes what may hold secrets: parameters of a client, the proof that a webhook asks for, the channel of a notification.
 * Undefined leaves it out.
 */
function mapSecrets(document: Document, change: (value: unknown, place: string, name: string) => unknown): Document {
  const { kind, identifier, spec } = document;
  const at = (names: string) => (value: unknown, name: string) =>
    change(value, `document/${kind}/${identifier}/${names}/${name}`, name);
  if (kind === 'client' && isObject(spec['parameters'])) {
    return { ...document, spec: { ...spec, parameters: mapMembers(spec['parameters'], at('parameters')) } };
  }
  if (kind === 'notification' && isObject(spec['channel'])) {
    const change = at('channel');
    // What a body holds is the user's own: nothing in it is sealed, whatever it looks like.
    const changeSecrets = (value: unknown, name: string) =>
      CHANNEL_SECRETS.includes(name) ? change(value, name) : value;
    return { ...document, spec: { ...spec, channel: mapMembers(spec['channel'], changeSecrets) } };
  }
  const webhook = kind === 'incoming' ? spec['webhook'] : undefined;
  if (!isObject(webhook) || !isObject(webhook['verify'])) return document;
  const verify = mapMembers(webhook['verify'], at('webhook'));
  return { ...document, spec: { ...spec, webhook: { ...webhook, verify } } };
}

/** Options of a webhook's proof that are secret, as their schema says too. */
const WEBHOOK_SECRETS: readonly string[] = ['password', 'secret'];

/** Options of a notification's channel that are secret, as their schema says too. */
const CHANNEL_SECRETS: readonly string[] = ['url', 'authorization'];

function keepChannelSecrets(document: Document, before: Document): Document {
  const known = before.spec['channel'];
  const given = document.spec['channel'];
  if (!isObject(known) || !isObject(given)) return document;
  const kept = CHANNEL_SECRETS.filter((name) => !(name in given) && name in known);
  if (kept.length === 0) return document;
  const channel = { ...given, ...Object.fromEntries(kept.map((name) => [name, known[name]])) };
  return { ...document, spec: { ...document.spec, channel } };
}

function keepWebhookSecrets(document: Document, before: Document): Document {
  const known = verifyOf(before);
  const given = verifyOf(document);
  if (!known || !given || known['type'] !== given['type']) return document;
  const kept = WEBHOOK_SECRETS.filter((name) => !(name in given) && name in known);
  if (kept.length === 0) return document;
  const verify = { ...given, ...Object.fromEntries(kept.map((name) => [name, known[name]])) };
  const webhook = document.spec['webhook'] as object;
  return { ...document, spec: { ...document.spec, webhook: { ...webhook, verify } } };
}

function verifyOf({ spec }: Document): Readonly<Record<string, unknown>> | undefined {
  const webhook = spec['webhook'];
  return isObject(webhook) && isObject(webhook['verify']) ? webhook['verify'] : undefined;
}

function mapMembers(
  members: Readonly<Record<string, unknown>>,
  change: (value: unknown, name: string) => unknown,
): Readonly<Record<string, unknown>> {
  const changed = Object.entries(members)
    .map(([name, value]): [string, unknown] => [name, change(value, name)])
    .filter(([, value]) => value !== undefined);
  return Object.fromEntries(changed);
}

const ENVELOPE_ORDER = ['$schema', 'kind', 'identifier', 'name', 'description', 'disabled', 'spec'];

/** The envelope in its usual order; everything inside as the author wrote it. */
function sortKeys(document: Document): unknown {
  const entries = Object.entries(document).sort(([a], [b]) => ENVELOPE_ORDER.indexOf(a) - ENVELOPE_ORDER.indexOf(b));
  return Object.fromEntries(entries);
}
