import { isObject } from '../../core/record.ts';
import { type Address, readAddress } from './address.ts';
import { answerReading } from './answers.ts';
import type { ImportContext } from './import.ts';
import { leftovers } from './leftovers.ts';
import { paginatorOf } from './paginators.ts';
import { type AlumioObject, type Parameters, parametersOf } from './read-export.ts';
import { storageName } from './storage-name.ts';
import { saysNothing } from './translate-part.ts';
import type { Step } from './translate-steps.ts';
import { Untranslatable } from './untranslatable.ts';

/** What an incoming reads, as our documents say it. */
export interface TranslatedSubscriber {
  readonly subscriber: Readonly<Record<string, unknown>>;
  /** Steps before those of the incoming. */
  readonly steps: readonly Step[];
  readonly notes: readonly string[];
}

/**
 * Translates the subscriber of an incoming.
 *
 * @param prepare Its steps before the request.
 * @throws Untranslatable
 */
export function translateSubscriber(
  { parameters: { subscriber, entityType } }: AlumioObject,
  prepare: readonly Step[],
  context: ImportContext,
): TranslatedSubscriber {
  const prototype = isObject(subscriber) ? subscriber['prototype'] : undefined;
  const given = isObject(subscriber) ? parametersOf(subscriber) : {};
  if (prototype === 'storage-subscriber') return storageSubscriber(given, context);
  if (prototype === 'http-subscriber') return httpSubscriber(given, entityType, prepare, context);
  throw new Untranslatable(`the subscriber "${String(prototype)}" has no counterpart here`);
}

function storageSubscriber(
  { storage, groupItems, groupSize }: Parameters,
  context: ImportContext,
): TranslatedSubscriber {
  const size = typeof groupSize === 'number' ? Math.min(Math.max(groupSize, 1), MAX_GROUP) : MAX_GROUP;
  const isCut = groupItems === true && size !== groupSize;
  return {
    subscriber: {
      ...{ type: 'storage', storage: storageName(storage, context.storage), mode: 'full' },
      ...(groupItems === true && { groupSize: size }),
    },
    // An entry comes with its key here; there the value alone is the entity.
    steps: [{ type: 'alumio-brancher', pattern: 'value' }],
    notes: isCut ? [`its groups have ${size} entries`] : [],
  };
}

/** Most entries of a group. */
const MAX_GROUP = 1000;
const COUNTING = ['page-number', 'offset'];
const READING_METHODS = ['GET', 'POST'];

function httpSubscriber(
  { client, request, pagination, deserializer, ...others }: Parameters,
  entityType: unknown,
  prepare: readonly Step[],
  context: ImportContext,
): TranslatedSubscriber {
  const { uri, method, payload, ...rest } = isObject(request) ? request : {};
  const verb = saysNothing(method) ? 'GET' : String(method).toUpperCase();
  if (!READING_METHODS.includes(verb)) throw new Untranslatable(`it reads by ${verb}`);
  const address = withPayload(readAddress(uri), verb, payload);
  const body = verb === 'GET' || saysNothing(payload) ? undefined : payload;
  const requestTransformers = prepareRequest(address, body, prepare);
  const notes = leftovers({ ...rest, ...others }, NEEDLESS, 'its request');
  const { reading, steps } = answerReading(deserializer, notes);
  const paginator = paginatorOf(pagination, notes);
  if (reading.expects === 'text' && COUNTING.includes(String(paginator['type']))) {
    throw new Untranslatable('its pages end with an empty one, and its answers are texts, of which none is empty');
  }
  const place = context.calls.list(client, verb, address, {
    ...{ ...reading, paginator },
    key: (typeof entityType === 'string' ? context.entityKey(entityType) : undefined) ?? [],
  });
  if (address.origin !== undefined)
    notes.push(`its calls to ${address.origin} are made by the client "${place.client}"`);
  const query = Object.fromEntries(Object.entries(address.query).filter(([, value]) => !isDynamic(value)));
  const parameters = {
    ...(Object.keys(query).length > 0 && { query }),
    ...(body !== undefined && !isDynamic(body) && { body }),
  };
  return {
    subscriber: {
      ...{ type: 'connector', ...place, mode: 'full' },
      ...(Object.keys(parameters).length > 0 && { parameters }),
      ...(requestTransformers.length > 0 && { requestTransformers }),
    },
    steps,
    notes,
  };
}

/** What changes nothing here: bodies are JSON anyway, and its steps before the request are translated on their own. */
const NEEDLESS = ['payloadType', 'serializer', 'transformer'];

/** What a read by GET sends stands in its query. */
function withPayload(address: Address, verb: string, payload: unknown): Address {
  if (verb !== 'GET' || saysNothing(payload)) return address;
  if (!isObject(payload)) throw new Untranslatable('its request has a payload that is no object');
  return { ...address, query: { ...address.query, ...(payload as Record<string, string>) } };
}

function isDynamic(value: unknown): boolean {
  return /[&?]\{/.test(JSON.stringify(value));
}

/** Steps that make the request: they see what the steps of the export have made as an object of its own. */
function prepareRequest({ pathValues, query }: Address, body: unknown, prepare: readonly Step[]): Step[] {
  if (/"type":"alumio-(?:storage|http|code)/.test(JSON.stringify(prepare))) {
    throw new Untranslatable('its steps before the request read storages or make calls');
  }
  const dynamic: (readonly [string, unknown])[] = [
    ...Object.entries(pathValues).map(([name, value]) => [`path.${name}`, value] as const),
    ...Object.entries(query)
      .filter(([, value]) => isDynamic(value))
      .map(([name, value]) => [`query.${JSON.stringify(name)}`, value] as const),
    ...(isDynamic(body ?? null) ? [['body', body] as const] : []),
  ];
  if (dynamic.length === 0) return [];
  const made = dynamic.map(([key, value]) => ({ key, value: insideMade(value), mappers: [] }));
  return [
    { type: 'alumio-value-setter', configurations: [{ key: 'made', value: {}, mappers: [] }] },
    ...(prepare.length > 0
      ? [{ type: 'alumio-node', accessor: { type: 'key', keys: ['made'] }, filters: [], steps: prepare }]
      : []),
    { type: 'alumio-value-setter', configurations: made },
    { type: 'alumio-value-remover', patterns: [{ key: 'made' }] },
  ];
}

/** Placeholders over what the steps have made. */
function insideMade(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(insideMade);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, insideMade(each)]));
  if (typeof value !== 'string') return value;
  const changed = value
    .replace(/([&?])\{@\}/g, '$1{made}')
    .replace(/([&?])\{(?!made\})([A-Za-z_][\w.]*)\}/g, '$1{made.$2}');
  if ((changed.match(/[&?]\{/g) ?? []).length === (changed.match(/[&?]\{made[.}]/g) ?? []).length) return changed;
  throw new Untranslatable(`its request has an expression that is no plain path: ${value}`);
}
