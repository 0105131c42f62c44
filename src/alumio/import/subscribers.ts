import { isObject } from '../../core/record.ts';
import { type Address, readAddress } from './address.ts';
import type { ImportContext } from './import.ts';
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

function storageSubscriber({ storage, groupItems }: Parameters, context: ImportContext): TranslatedSubscriber {
  if (groupItems === true) throw new Untranslatable('it makes one record of many entries of a storage ("groupItems")');
  return {
    subscriber: { type: 'storage', storage: storageName(storage, context.storage), mode: 'full' },
    // An entry comes with its key here; there the value alone is the entity.
    steps: [{ type: 'alumio-brancher', pattern: 'value' }],
    notes: [],
  };
}

function httpSubscriber(
  { client, request, pagination, deserializer, requestListeners }: Parameters,
  entityType: unknown,
  prepare: readonly Step[],
  context: ImportContext,
): TranslatedSubscriber {
  const { uri, method, payload } = isObject(request) ? request : {};
  if (!saysNothing(method) && String(method).toUpperCase() !== 'GET') {
    throw new Untranslatable(`it reads by ${String(method)}`);
  }
  if (!saysNothing(payload)) throw new Untranslatable('its request has a payload');
  const address = readAddress(uri);
  const requestTransformers = prepareRequest(address, prepare);
  const notes = saysNothing(requestListeners) ? [] : ['its "requestListeners" were ignored'];
  const place = context.calls.list(client, address, {
    ...{ records: recordsAt(deserializer), paginator: paginatorOf(pagination, notes) },
    key: (typeof entityType === 'string' ? context.entityKey(entityType) : undefined) ?? [],
  });
  const query = Object.fromEntries(Object.entries(address.query).filter(([, value]) => !/[&?]\{/.test(value)));
  return {
    subscriber: {
      ...{ type: 'connector', ...place, mode: 'full' },
      ...(Object.keys(query).length > 0 && { parameters: { query } }),
      ...(requestTransformers.length > 0 && { requestTransformers }),
    },
    steps: [],
    notes,
  };
}

/** Steps that make the request: they see what the steps of the export have made as an object of its own. */
function prepareRequest({ pathValues, query }: Address, prepare: readonly Step[]): Step[] {
  if (/"type":"alumio-(?:storage|http|code)/.test(JSON.stringify(prepare))) {
    throw new Untranslatable('its steps before the request read storages or make calls');
  }
  const dynamic = [
    ...Object.entries(pathValues).map(([name, value]) => [`path.${name}`, value] as const),
    ...Object.entries(query)
      .filter(([, value]) => /[&?]\{/.test(value))
      .map(([name, value]) => [`query.${JSON.stringify(name)}`, value] as const),
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

/** A placeholder over what the steps have made. */
function insideMade(value: string): string {
  const changed = value.replace(/([&?])\{([A-Za-z_][\w.]*)\}/g, '$1{made.$2}');
  if ((changed.match(/[&?]\{/g) ?? []).length === (changed.match(/[&?]\{made\./g) ?? []).length) return changed;
  throw new Untranslatable(`its address has an expression that is no plain path: ${value}`);
}

function recordsAt(deserializer: unknown): string {
  if (saysNothing(deserializer)) return '';
  const { prototype } = isObject(deserializer) ? deserializer : {};
  if (prototype !== 'json') throw new Untranslatable(`it reads answers as "${String(prototype)}"`);
  const { pattern } = parametersOf(deserializer as Parameters);
  if (typeof pattern !== 'string') return '';
  if (/[*?[]/.test(pattern)) throw new Untranslatable(`its records stand at a pattern: ${pattern}`);
  return pattern;
}

function paginatorOf(pagination: unknown, notes: string[]): Readonly<Record<string, unknown>> {
  if (saysNothing(pagination)) return { type: 'single' };
  const { prototype } = isObject(pagination) ? pagination : {};
  const { pattern, pageLimit } = parametersOf(pagination as Parameters);
  if (prototype !== 'next' || typeof pattern !== 'string') {
    throw new Untranslatable(`it pages by "${String(prototype)}"`);
  }
  if (typeof pageLimit === 'number') notes.push(`reading ends with the last page, not after ${pageLimit} pages`);
  // A link of HAL is an object with the address in it.
  return { type: 'next-url', at: /(?:^|\.)_links\.[\w-]+$/.test(pattern) ? `${pattern}.href` : pattern };
}
