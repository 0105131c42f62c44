import type { Address } from './address.ts';
import { Names } from './names.ts';
import { saysNothing } from './translate-part.ts';
import { Untranslatable } from './untranslatable.ts';

/** How the answer of a list is read. */
export interface ListReading {
  readonly records: string;
  readonly expects?: 'text';
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly paginator: Readonly<Record<string, unknown>>;
  readonly key: readonly string[];
}

/** Where a call stands in the definition of its client. */
export interface CallPlace {
  readonly client: string;
  readonly entity: string;
  readonly operation: string;
}

/** A client of the export that became a document. */
export interface KnownClient {
  readonly document: string;
  readonly baseUri: string;
  readonly signsIn: boolean;
}

interface Entity {
  readonly title: string;
  key: readonly string[];
  readonly operations: Record<string, Record<string, unknown>>;
}

/** The calls that an export makes by its clients: each becomes an operation in the definition of the client. */
export class ClientCalls {
  readonly #clients: ReadonlyMap<string, KnownClient>;
  readonly #documents: Names;
  readonly #origins = new Map<string, string>();
  readonly #entities = new Map<string, Map<string, Entity>>();
  readonly #names = new Map<string, Names>();

  /**
   * @param clients   Clients by their names in the export.
   * @param documents Identifiers of their documents.
   */
  constructor(clients: ReadonlyMap<string, KnownClient>, documents: Names) {
    this.#clients = clients;
    this.#documents = documents;
  }

  /** Clients that were made for calls that name an address and no client: identifiers by the address. */
  get made(): ReadonlyMap<string, string> {
    return this.#origins;
  }

  /** An operation for a call of a step. Throws Untranslatable where the client could not be carried over. */
  step(client: unknown, method: string, address: Address): CallPlace {
    return this.#add(client, `${method.toLowerCase()}-call`, address, { method: method.toUpperCase() });
  }

  /** An operation that reads a list. Throws Untranslatable where the client could not be carried over. */
  list(client: unknown, method: string, address: Address, { key, ...reading }: ListReading): CallPlace {
    const place = this.#add(client, 'list', address, { method, action: 'list', ...reading });
    const entity = this.#entities.get(place.client)?.get(place.entity);
    if (entity) entity.key = key;
    return place;
  }

  /** Entities of the definition of a client. */
  entitiesOf(client: string): Readonly<Record<string, unknown>> {
    return Object.fromEntries(this.#entities.get(client) ?? []);
  }

  #add(client: unknown, wanted: string, address: Address, facts: Readonly<Record<string, unknown>>): CallPlace {
    const document = address.origin === undefined ? this.#documentOf(client) : this.#documentAt(address.origin, client);
    const entities = this.#entities.get(document) ?? new Map<string, Entity>();
    this.#entities.set(document, entities);
    const name = this.#nameOf(document, address.path);
    const entity = entities.get(name) ?? { title: address.path, key: [], operations: {} };
    entities.set(name, entity);
    const operation = freeOperation(entity, wanted, facts);
    const before = entity.operations[operation];
    entity.operations[operation] = {
      ...{ title: `${String(facts['method'])} ${address.path}`, ...facts, path: address.path },
      ...parameters('pathParameters', Object.keys(address.pathValues), before, { type: 'string', required: true }),
      ...parameters('queryParameters', Object.keys(address.query), before, 'string'),
    };
    return { client: document, entity: name, operation };
  }

  #documentOf(client: unknown): string {
    const known = typeof client === 'string' ? this.#clients.get(client) : undefined;
    if (known) return known.document;
    throw new Untranslatable(`its client "${String(client)}" is not in the export, or was not carried over`);
  }

  /** A client of the export that goes there, else one that is made for the address, where nothing signs in. */
  #documentAt(origin: string, client: unknown): string {
    const known = typeof client === 'string' ? this.#clients.get(client) : undefined;
    if (known?.baseUri.replace(/\/+$/, '') === origin) return known.document;
    if (known?.signsIn || (known === undefined && !saysNothing(client))) {
      const who = `the client "${String(client)}"`;
      throw new Untranslatable(`it calls ${origin} by ${who}, which is for another address: make a client for it`);
    }
    const document = this.#origins.get(origin) ?? this.#documents.of(new URL(origin).host);
    this.#origins.set(origin, document);
    return document;
  }

  #nameOf(document: string, path: string): string {
    const names = this.#names.get(document) ?? new Names();
    this.#names.set(document, names);
    return names.of(path);
  }
}

/** Two lists of one path that are read in different ways are two operations. */
function freeOperation(entity: Entity, wanted: string, facts: Readonly<Record<string, unknown>>): string {
  const isSame = (name: string): boolean => {
    const known = entity.operations[name];
    return known === undefined || Object.entries(facts).every(([key, value]) => same(known[key], value));
  };
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    if (isSame(name)) return name;
  }
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function parameters(
  option: string,
  names: readonly string[],
  before: Record<string, unknown> | undefined,
  type: unknown,
) {
  const known = before?.[option] as Record<string, unknown> | undefined;
  const all = { ...known, ...Object.fromEntries(names.map((name) => [name, type])) };
  return Object.keys(all).length === 0 ? {} : { [option]: all };
}
