import { checkClientSpec, type ClientSpec } from '../connector/client-spec.ts';
import { type ConnectDeps, connectClient, type ConnectedClient } from '../connector/connect.ts';
import type { Connector } from '../connector/load.ts';
import type { PublisherComponent } from '../connector/publishing/types.ts';
import { stepOperation } from '../connector/step-operation.ts';
import type { SubscriberComponent } from '../connector/subscribing.ts';
import { compileChain, type ChainDeps } from '../core/chain.ts';
import type { Transform, Transformer } from '../core/component.ts';
import { ConfigError } from '../core/errors.ts';
import { parsePath } from '../core/field-path.ts';
import { type EntryStore, openStorage, type OpenStorage } from '../core/storage-entries.ts';
import { checkComponent, checkSchema } from '../core/validation.ts';
import type { FileInbox } from '../files/inbox/inbox.ts';
import { DocumentBook, Problems, problemsOf } from './document-book.ts';
import { documentsIn, specIn } from './environment.ts';
import type { FlowBefore } from './flows-before.ts';
import { placesInDoubt } from './in-doubt.ts';
import { type Document, type IncomingSpec, type Kind, KINDS, type OutgoingSpec, type RouteSpec } from './kinds.ts';
import { compileNotification, type Notification } from './notifications/compile.ts';
import type { NotificationSpec } from './notifications/spec.ts';
import { checkSchedule } from './schedule.ts';
import { targetMemory } from './target-memory.ts';
import { testProblems } from './testing/test-problems.ts';
import { compileWebhook } from './webhook.ts';
import type { DocumentProblems, Incoming, Outgoing, Route, Workspace } from './workspace.ts';

/** Components and connections that configurations are made of. */
export interface WorkspaceDeps {
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly transformers: ReadonlyMap<string, Transformer>;
  readonly subscribers: ReadonlyMap<string, SubscriberComponent>;
  readonly publishers: ReadonlyMap<string, PublisherComponent>;
  readonly connect: ConnectDeps;
  /** What runs the programs of steps; those steps fail without. */
  readonly scripts?: ChainDeps['scripts'];
  /** Name of the environment, for documents that differ between environments. */
  readonly environment?: string | undefined;
  /** Files that wait for incomings; subscribers that read some fail without. */
  readonly files?: FileInbox;
  /** Folders that publishers may write files into, with all that is below. */
  readonly outputFolders?: readonly string[];
  /** Where storages are that subscribers read and publishers write. */
  readonly storages?: EntryStore;
}

/**
 * Compiles documents whose secrets are open.
 *
 * Never throws for what a person wrote: what is wrong with a document is listed, and everything else works on.
 */
export function compileWorkspace(revision: number, documents: readonly Document[], deps: WorkspaceDeps): Workspace {
  const building = new Building(documents, deps);
  const clients = building.all('client', (document) => building.client(document));
  building.clients = clients;
  building.all('transformer', (document) => building.savedChain(document));
  building.all('storage', () => undefined);
  building.all('value-map', () => undefined);
  const incomings = building.all('incoming', (document) => building.incoming(document));
  const outgoings = building.all('outgoing', (document) => building.outgoing(document));
  const routes = building.all('route', (document) => building.route(document));
  const notifications = building.all('notification', (document) => building.notification(document));
  return {
    revision,
    clients,
    incomings,
    outgoings,
    routes,
    notifications,
    problems: building.problems,
    close() {
      for (const client of clients.values()) client.close();
    },
  };
}

/** One compilation: documents by kind, and the problems found so far. */
class Building {
  readonly problems: DocumentProblems[] = [];
  /** Clients that are valid, once they are compiled. */
  clients: ReadonlyMap<string, ConnectedClient> = new Map();
  readonly #documents: DocumentBook;
  readonly #deps: WorkspaceDeps;

  constructor(documents: readonly Document[], deps: WorkspaceDeps) {
    this.#documents = new DocumentBook(documents);
    this.#deps = deps;
  }

  /** Compiles all documents of a kind; a ConfigError becomes that document's problems. */
  all<T>(kind: Kind, compile: (document: Document) => T): ReadonlyMap<string, T> {
    const compiled = new Map<string, T>();
    for (const document of this.#documents.of(kind)) {
      try {
        const { value, problems } = checkSchema(KINDS[kind], document.spec, 'spec');
        const all = [...problems, ...testProblems(document.spec['tests'])];
        if (all.length > 0) throw new Problems(all);
        compiled.set(document.identifier, compile({ ...document, spec: value as Document['spec'] }));
      } catch (error) {
        const incoming = kind === 'route' && document.disabled !== true ? document.spec['incoming'] : undefined;
        this.problems.push({
          kind,
          identifier: document.identifier,
          ...(typeof incoming === 'string' && { incoming }),
          problems: problemsOf(error),
        });
      }
    }
    return compiled;
  }

  client(document: Document): ConnectedClient {
    const checked = checkClientSpec(this.#deps.connectors, document.spec);
    if (checked.problems.length > 0) throw new Problems(checked.problems);
    const { spec, connector } = checked as { spec: ClientSpec; connector: Connector };
    return connectClient({ identifier: document.identifier, connector, spec }, this.#deps.connect);
  }

  savedChain(document: Document): Transform {
    return this.#chain(document.spec['transformers'], 'spec.transformers');
  }

  incoming(document: Document): Incoming {
    const spec = document.spec as unknown as IncomingSpec;
    const { component, options } = this.#component(this.#deps.subscribers, spec.subscriber, 'subscriber');
    if (spec.schedule) checkSchedule(spec.schedule);
    const context = this.#context(document.identifier, 'spec.subscriber.client', NO_RECORD);
    const subscriber = component.create(options as never, context);
    if (spec.deletions && subscriber.isPartial === true) {
      const message = `a subscriber "${component.type}" reads what is new, so that nobody can tell what is gone`;
      throw new Problems([{ path: 'spec.deletions', message }]);
    }
    return {
      id: document.identifier,
      disabled: document.disabled === true,
      client: (options as { client?: string }).client ?? '',
      subscriber,
      transform: this.#chain(spec.transformers, 'spec.transformers'),
      schedule: spec.schedule,
      after: spec.after.map((route) => this.#flowBefore(document.identifier, route)),
      deletions: spec.deletions,
      webhook: spec.webhook && compileWebhook(spec.webhook, { subscriber, source: options as object, context }),
    };
  }

  outgoing(document: Document): Outgoing {
    const spec = document.spec as unknown as OutgoingSpec;
    const { component, options } = this.#component(this.#deps.publishers, spec.publisher, 'publisher');
    const { client = '', entity = '' } = options as { client?: string; entity?: string };
    const afterwards = spec.afterwards?.route;
    if (afterwards !== undefined) this.#requireNoCircle(document.identifier, afterwards);
    const publisher = component.create(options as never, this.#context(document.identifier, 'spec.publisher.client'));
    return {
      id: document.identifier,
      disabled: document.disabled === true,
      publisher,
      inDoubt: placesInDoubt(publisher),
      transform: this.#chain(spec.transformers, 'spec.transformers'),
      target: { client, entity },
      memory: targetMemory(document.identifier, client, entity, this.clients.get(client)?.system),
      afterwards,
    };
  }

  route(document: Document): Route {
    const spec = document.spec as unknown as RouteSpec;
    this.#documents.require('incoming', spec.incoming, 'spec.incoming');
    this.#documents.require('outgoing', spec.outgoing, 'spec.outgoing');
    return {
      id: document.identifier,
      disabled: document.disabled === true,
      incoming: spec.incoming,
      outgoing: spec.outgoing,
      transform: this.#chain(spec.transformers, 'spec.transformers'),
      retry: spec.retry,
      backlogLimit: spec.limits.backlog,
      order: spec.ordering === 'route' ? `route-${spec.onFailure}` : spec.ordering,
      searchFields: spec.searchFields.map(parsePath),
    };
  }

  notification(document: Document): Notification {
    const spec = document.spec as unknown as NotificationSpec;
    for (const route of spec.only.routes) this.#documents.require('route', route, 'spec.only.routes');
    for (const incoming of spec.only.incomings) this.#documents.require('incoming', incoming, 'spec.only.incomings');
    for (const client of spec.only.clients) this.#documents.require('client', client, 'spec.only.clients');
    return compileNotification({ ...document, spec }, this.#deps.connect.variable);
  }

  /** A route that comes first is one of another incoming. */
  #flowBefore(identifier: string, route: string): FlowBefore {
    const incoming = String(this.#documents.require('route', route, 'spec.after').spec['incoming']);
    if (incoming !== identifier) return { route, incoming };
    throw new Problems([{ path: 'spec.after', message: `the route "${route}" is fed by this incoming itself` }]);
  }

  /** Answers that lead back to the outgoing that they came from would make records for ever. */
  #requireNoCircle(outgoing: string, route: string): void {
    const at = 'spec.afterwards.route';
    this.#documents.require('route', route, at);
    const specOf = (kind: Kind, identifier: string): Document['spec'] =>
      this.#documents.find(kind, identifier)?.spec ?? {};
    const passed = new Set([outgoing]);
    for (let next: unknown = route; typeof next === 'string';) {
      const reached = String(specOf('route', next)['outgoing']);
      if (passed.has(reached)) {
        throw new Problems([{ path: at, message: `leads back to the outgoing "${reached}", so it would never end` }]);
      }
      passed.add(reached);
      next = (specOf('outgoing', reached)['afterwards'] as { route?: unknown } | undefined)?.route;
    }
  }

  #component<C extends SubscriberComponent | PublisherComponent>(
    components: ReadonlyMap<string, C>,
    value: unknown,
    what: string,
  ): { component: C; options: unknown } {
    const checked = checkComponent(components, value, what, `spec.${what}`);
    if (checked.problems.length > 0) throw new Problems(checked.problems);
    return checked as { component: C; options: unknown };
  }

  #client(identifier: string, at: string): ConnectedClient {
    const document = this.#documents.require('client', identifier, at);
    const client = this.clients.get(identifier);
    if (!client) throw new Problems([{ path: at, message: `the client "${identifier}" is not valid itself` }]);
    if (document.disabled === true) {
      throw new Problems([{ path: at, message: `the client "${identifier}" is disabled` }]);
    }
    return client;
  }

  #context(identifier: string, at: string, noPlatform?: string) {
    return {
      identifier,
      files: this.#deps.files,
      outputFolders: this.#deps.outputFolders,
      client: (name: string) => this.#client(name, at),
      storage: (storage: string): OpenStorage => {
        const document = this.#documents.require('storage', storage, at.replace(/client$/, 'storage'));
        const spec = specIn(this.#deps.environment, document);
        return openStorage(storage, spec, this.#deps.storages ?? NO_ENTRIES);
      },
      chain: (steps: unknown, where: string) => this.#chain(steps, where, noPlatform),
      variable: this.#deps.connect.variable,
    };
  }

  /** @param noPlatform Why steps that use the platform cannot stand there. */
  #chain(steps: unknown, at: string, noPlatform?: string): Transform {
    return compileChain(steps, at, {
      transformers: this.#deps.transformers,
      saved: (identifier) => this.#documents.require('transformer', identifier, '').spec['transformers'],
      document: documentsIn(this.#deps.environment, (kind, identifier) =>
        this.#documents.require(kind, identifier, ''),
      ),
      linksOf: (outgoing) => this.#linksOf(outgoing),
      variable: this.#deps.connect.variable,
      scripts: this.#deps.scripts,
      operation: (client, entity, name) => stepOperation(this.#client(client, ''), entity, name),
      ...(noPlatform !== undefined && { noPlatform }),
    });
  }

  /** Links of another outgoing, of the system that it writes to now. */
  #linksOf(outgoing: string): string {
    const publisher = this.#documents.find('outgoing', outgoing)?.spec['publisher'];
    const { client = '', entity = '' } = (publisher ?? {}) as { client?: string; entity?: string };
    return targetMemory(outgoing, client, entity, this.clients.get(client)?.system).links;
  }
}

/** Where documents are only checked. */
const NO_ENTRIES: EntryStore = {
  changed: () => Promise.resolve([]),
  valuesAt: (places) => Promise.resolve(places.map(() => undefined)),
  write: () => Promise.reject(new ConfigError('ERR_NO_STORAGES', 'There are no storages here: a server writes them')),
};

/** Request transformers of a subscriber make the request for a page, before there is a record. */
const NO_RECORD = 'no record is worked on here; put it under spec.transformers';
