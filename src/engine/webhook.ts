import { readRecord } from '../connector/read-record.ts';
import type { IntegrationContext, Subscriber } from '../connector/subscribing.ts';
import { pathParameters } from '../connector/request.ts';
import type { Transform } from '../core/component.ts';
import { compileCondition } from '../core/conditions.ts';
import { parseDuration } from '../core/duration.ts';
import { ConfigError, IntegrationError, TransformError } from '../core/errors.ts';
import { type FieldPath, getPath, parsePath } from '../core/field-path.ts';
import { type DataRecord, isRecord, type Json, plainText } from '../core/record.ts';
import { hashText } from '../core/record-hash.ts';
import { compileTemplate } from '../core/templates.ts';
import type { Query } from '../http/types.ts';
import type { WebhookSpec } from './webhook-spec.ts';
import { type Arrival, compileVerifier, type Verifier } from './webhook-verify.ts';

/** What one event of a delivery is about. */
export interface HookEvent {
  readonly key: string;
  /** The record, or with `readFull` the event that names it. */
  readonly record: DataRecord;
  /** The same as JSON text, and its fingerprint. */
  readonly text: string;
  readonly hash: string;
  readonly stage: 'event' | 'source';
  /** What it is known by when it comes again; undefined where only the last content of its record is compared. */
  readonly mark: string | undefined;
  /** Id of its delivery, for people. */
  readonly delivery: string | undefined;
}

/** A compiled webhook. */
export interface Webhook {
  readonly verifier: Verifier;
  readonly maxBodyBytes: number;
  /** How long marks are remembered, in milliseconds. */
  readonly windowMs: number;
  /**
   * The events of a body that are wanted.
   *
   * @throws TransformError ERR_HOOK_EVENT when the body is not as the webhook says, or a record has no key.
   */
  events(body: Json, arrival: Pick<Arrival, 'header'>): readonly HookEvent[];
  /** Reads the record that an event names; undefined where the event holds it. */
  readonly read: Transform | undefined;
}

interface Source {
  readonly subscriber: Subscriber;
  /** Subscriber's options: client and entity, where it has some. */
  readonly source: { readonly client?: unknown; readonly entity?: unknown };
  readonly context: IntegrationContext;
}

/** Longest time that the reading of one record may take. */
const READ_MS = 5 * 60_000;
/** Events of one delivery at most. */
const MOST_EVENTS = 10_000;

/**
 * Compiles the webhook of an incoming.
 *
 * @throws ConfigError ERR_WEBHOOK, ERR_EXPRESSION, ERR_FIELD_PATH, ERR_VARIABLE_MISSING, ERR_INVALID.
 */
export function compileWebhook(spec: WebhookSpec, { subscriber, source, context }: Source): Webhook {
  const variables = context.variable;
  const open = (text: string): string => plainText(compileTemplate(text, { variables }).evaluate({}));
  const keyOf = compileKey(spec, subscriber, variables);
  const recordsPath = spec.recordsPath === undefined ? undefined : parsePath(spec.recordsPath);
  const recordPath = spec.recordPath === undefined ? undefined : parsePath(spec.recordPath);
  const isWanted = spec.when === undefined ? () => true : compileCondition(spec.when, 'spec.webhook.when');
  const markOf = compileMark(spec.deliveryId);
  const read = compileRead(spec, { source, context, keyOf });
  return {
    verifier: compileVerifier(spec.verify, open),
    maxBodyBytes: spec.maxBodyBytes,
    windowMs: spec.deliveryId ? parseDuration(spec.deliveryId.window) : 0,
    read,
    events: (body, arrival) => {
      const ids = new Map<string, string>();
      return eventsOf(body, recordsPath).flatMap((event, index) => {
        if (!isWanted(event)) return [];
        const record = read ? event : recordOf(event, recordPath);
        const text = JSON.stringify(record);
        const hash = hashText(text);
        const id = markOf(event, arrival, hash);
        const delivery =
          id === undefined
            ? {}
            : { delivery: id.slice(0, 200), mark: markText(id, index, spec, () => partMark(ids, id, hash)) };
        const key = keyOf(event, record);
        return [
          {
            key,
            record,
            text,
            hash,
            stage: read ? 'event' : 'source',
            mark: undefined,
            delivery: undefined,
            ...delivery,
          },
        ];
      });
    },
  };
}

function eventsOf(body: Json, path: FieldPath | undefined): readonly DataRecord[] {
  const found = path === undefined ? body : getPath(body, path);
  const events = Array.isArray(found) ? (found as readonly Json[]) : [found];
  if (events.length > MOST_EVENTS) throw wrongEvent(`has ${events.length} events, more than ${MOST_EVENTS}`);
  return events.map((event, index) => {
    if (isRecord(event)) return event;
    throw wrongEvent(
      path === undefined ? `holds no object or list of objects (item ${index + 1})` : 'has none at its recordsPath',
    );
  });
}

function recordOf(event: DataRecord, path: FieldPath | undefined): DataRecord {
  const record = path === undefined ? event : getPath(event, path);
  if (isRecord(record)) return record;
  throw wrongEvent('has an event without a record at its recordPath');
}

type KeyOf = (event: DataRecord, record: DataRecord) => string;

function compileKey(spec: WebhookSpec, subscriber: Subscriber, variables: IntegrationContext['variable']): KeyOf {
  const { key, readFull } = spec;
  if (key === undefined && readFull !== undefined && readFull !== false) {
    throw new ConfigError('ERR_WEBHOOK', 'spec.webhook.key: is needed with readFull, e.g. "&{object_id}"');
  }
  const template = key === undefined ? undefined : compileTemplate(key, { variables });
  return (event, record) => {
    try {
      const found = template ? plainText(template.evaluate(event)) : subscriber.keyOf(record);
      if (found === '') throw wrongEvent('has an event whose key is empty');
      return (found ?? hashText(JSON.stringify(record))).replaceAll('\0', '');
    } catch (error) {
      if (!(error instanceof IntegrationError) || error.code === 'ERR_HOOK_EVENT') throw error;
      throw wrongEvent(`has an event without a key: ${error.message}`);
    }
  };
}

type MarkOf = (event: DataRecord, arrival: Pick<Arrival, 'header'>, hash: string) => string | undefined;

function compileMark(spec: WebhookSpec['deliveryId']): MarkOf {
  if (spec === undefined) return () => undefined;
  if ([spec.header, spec.path, spec.hash].filter((each) => each !== undefined).length !== 1) {
    throw new ConfigError('ERR_WEBHOOK', 'spec.webhook.deliveryId: name one of header, path and hash');
  }
  if (spec.hash) return (_event, _arrival, hash) => hash;
  if (spec.header !== undefined) {
    const header = spec.header.toLowerCase();
    return (_event, arrival) => arrival.header(header)?.replaceAll('\0', '');
  }
  const path = parsePath(spec.path ?? '');
  return (event) => {
    const id = getPath(event, path);
    return id === undefined || id === null ? undefined : plainText(id).replaceAll('\0', '');
  };
}

/** One header names a delivery of several events: each of them is known by its place as well. */
function markText(id: string, index: number, spec: WebhookSpec, part: () => string): string {
  const place = spec.deliveryId?.header === undefined ? part() : `#${index}`;
  return `${id.length > 100 ? hashText(id) : id}${place}`;
}

/** Events that came together under one id are told apart by what they hold; the same again is a repeat. */
function partMark(ids: Map<string, string>, id: string, hash: string): string {
  const first = ids.get(id) ?? hash;
  ids.set(id, first);
  return first === hash ? '' : `#${hash}`;
}

function compileRead(
  { readFull }: WebhookSpec,
  { source, context, keyOf }: Pick<Source, 'source' | 'context'> & { keyOf: KeyOf },
): Transform | undefined {
  if (readFull === undefined || readFull === false) return undefined;
  if (typeof source.client !== 'string' || typeof source.entity !== 'string') {
    throw new ConfigError('ERR_WEBHOOK', 'spec.webhook.readFull: needs a subscriber with client and entity');
  }
  const given: { operation?: string; path?: object; query?: object } = readFull === true ? {} : readFull;
  const client = context.client(source.client);
  const operation = client.operation(source.entity, given.operation ?? 'get');
  const [only, ...others] = pathParameters(operation);
  if (given.path === undefined && (only === undefined || others.length > 0)) {
    throw new ConfigError(
      'ERR_WEBHOOK',
      'spec.webhook.readFull.path: is needed, the operation has not exactly one path parameter',
    );
  }
  const options = { variables: context.variable };
  const path = given.path === undefined ? undefined : compileTemplate(given.path as Json, options);
  const query = compileTemplate((given.query ?? {}) as Json, options);
  return async (event) => {
    const values = path ? path.evaluate(event) : { [only ?? '']: keyOf(event, event) };
    const args = { path: values as Query, query: query.evaluate(event) as Query };
    const record = await readRecord(client, operation, args, AbortSignal.timeout(READ_MS));
    return record ? [record] : [];
  };
}

function wrongEvent(words: string): TransformError {
  return new TransformError(`The delivery ${words}`, {}, 'ERR_HOOK_EVENT');
}
