import { checkClientSpec, type ClientSpec } from '../connector/client-spec.ts';
import { type ConnectDeps, connectClient, type ConnectedClient } from '../connector/connect.ts';
import type { Connector } from '../connector/load.ts';
import type { Publisher, PublisherComponent } from '../connector/publishing/types.ts';
import type { Subscriber, SubscriberComponent } from '../connector/subscribing.ts';
import { compileChain, type ChainDeps } from '../core/chain.ts';
import type { Transform, Transformer } from '../core/component.ts';
import { ConfigError, IntegrationError } from '../core/errors.ts';
import { type FieldPath, parsePath } from '../core/field-path.ts';
import { didYouMean } from '../core/nearest.ts';
import { type EntryStore, openStorage, type OpenStorage } from '../core/storage-entries.ts';
import type { FileInbox } from '../files/inbox/inbox.ts';
import type { ClaimOrder } from '../core/task.ts';
import { checkComponent, checkSchema, type Problem } from '../core/validation.ts';
import type { DeletionRule } from './deletions.ts';
import type { FlowBefore } from './flows-before.ts';
import { documentsIn, specIn } from './environment.ts';
import {
  type Document,
  type IncomingSpec,
  type Kind,
  KINDS,
  type OutgoingSpec,
  type RouteSpec,
  type Schedule,
} from './kinds.ts';
import { checkSchedule } from './schedule.ts';
import { stepOperation } from '../connector/step-operation.ts';
import { type TargetMemory, targetMemory } from './target-memory.ts';
import { compileNotification, type Notification } from './notifications/compile.ts';
import type { NotificationSpec } from './notifications/spec.ts';
import { compileWebhook, type Webhook } from './webhook.ts';
import { testProblems } from './testing/test-problems.ts';

/** An incoming, compiled. */
export interface Incoming {
  readonly id: string;
  readonly disabled: boolean;
  /** Client it reads through; '' where the subscriber has none. */
  readonly client: string;
  readonly subscriber: Subscriber;
  readonly transform: Transform;
  readonly schedule: Schedule | undefined;
  /** Flows that come first: while records of theirs are missing in the target, nothing is read. */
  readonly after: readonly FlowBefore[];
  /** How it notices what the source has no more; undefined where it does not. */
  readonly deletions: DeletionRule | undefined;
  /** How deliveries are taken; undefined where none are. */
  readonly webhook: Webhook | undefined;
}

/** An outgoing, compiled. */
export interface Outgoing {
  readonly id: string;
  readonly disabled: boolean;
  readonly transform: Transform;
  readonly publisher: Publisher;
  /** Client and entity that are written to; empty where the publisher has none. */
  readonly target: { readonly client: string; readonly entity: string };
  /** What links and matches of it are kept under. */
  readonly memory: TargetMemory;
  /** Route that gets the records which follow from answers. */
  readonly afterwards: string | undefined;
}

/** A route, compiled. */
export interface Route {
  readonly id: string;
  readonly disabled: boolean;
  readonly incoming: string;
  readonly outgoing: string;
  readonly transform: Transform;
  readonly retry: RouteSpec['retry'];
  readonly backlogLimit: number;
  readonly order: ClaimOrder;
  /** Paths of fields that tasks are found by besides their key. */
  readonly searchFields: readonly FieldPath[];
}

/** One version of the whole configuration, compiled. Runs and batches finish on the version that they began with. */
export interface Workspace {
  readonly revision: number;
  readonly clients: ReadonlyMap<string, ConnectedClient>;
  readonly incomings: ReadonlyMap<string, Incoming>;
  readonly outgoings: ReadonlyMap<string, Outgoing>;
  readonly routes: ReadonlyMap<string, Route>;
  readonly notifications: ReadonlyMap<string, Notification>;
  /** Everything that is wrong, by document; what is named here is left out above. */
  readonly problems: readonly DocumentProblems[];
  close(): void;
}

export interface DocumentProblems {
  readonly kind: string;
  readonly identifier: string;
  /** Of a route that is switched on: the incoming that feeds it. */
  readonly incoming?: string;
  readonly problems: readonly Problem[];
}

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
  readonly #documents: readonly Document[];
  readonly #deps: WorkspaceDeps;

  constructor(documents: readonly Document[], deps: WorkspaceDeps) {
    this.#documents = documents;
    this.#deps = deps;
  }

  /** Compiles all documents of a kind; a ConfigError becomes that document's problems. */
  all<T>(kind: Kind, compile: (document: Document) => T): ReadonlyMap<string, T> {
    const compiled = new Map<string, T>();
    for (const document of this.#documents.filter((each) => each.kind === kind)) {
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
    return {
      id: document.identifier,
      disabled: document.disabled === true,
      publisher: component.create(options as never, this.#context(document.identifier, 'spec.publisher.client')),
      transform: this.#chain(spec.transformers, 'spec.transformers'),
      target: { client, entity },
      memory: targetMemory(document.identifier, client, entity, this.clients.get(client)?.system),
      afterwards,
    };
  }

  route(document: Document): Route {
    const spec = document.spec as unknown as RouteSpec;
    this.#requireDocument('incoming', spec.incoming, 'spec.incoming');
    this.#requireDocument('outgoing', spec.outgoing, 'spec.outgoing');
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
    for (const route of spec.only.routes) this.#requireDocument('route', route, 'spec.only.routes');
    for (const incoming of spec.only.incomings) this.#requireDocument('incoming', incoming, 'spec.only.incomings');
    for (const client of spec.only.clients) this.#requireDocument('client', client, 'spec.only.clients');
    return compileNotification({ ...document, spec }, this.#deps.connect.variable);
  }

  /** A route that comes first is one of another incoming. */
  #flowBefore(identifier: string, route: string): FlowBefore {
    this.#requireDocument('route', route, 'spec.after');
    const incoming = String(this.#find('route', route)?.spec['incoming']);
    if (incoming !== identifier) return { route, incoming };
    throw new Problems([{ path: 'spec.after', message: `the route "${route}" is fed by this incoming itself` }]);
  }

  /** Answers that lead back to the outgoing that they came from would make records for ever. */
  #requireNoCircle(outgoing: string, route: string): void {
    const at = 'spec.afterwards.route';
    this.#requireDocument('route', route, at);
    const specOf = (kind: Kind, identifier: string): Document['spec'] =>
      this.#documents.find((each) => each.kind === kind && each.identifier === identifier)?.spec ?? {};
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
    this.#requireDocument('client', identifier, at);
    const client = this.clients.get(identifier);
    if (!client) throw new Problems([{ path: at, message: `the client "${identifier}" is not valid itself` }]);
    if (this.#isDisabled('client', identifier)) {
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
        this.#requireDocument('storage', storage, at.replace(/client$/, 'storage'));
        const spec = specIn(this.#deps.environment, this.#find('storage', storage) as Document);
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
      saved: (identifier) => {
        this.#requireDocument('transformer', identifier, '');
        return this.#find('transformer', identifier)?.spec['transformers'];
      },
      document: documentsIn(this.#deps.environment, (kind, identifier) => {
        this.#requireDocument(kind, identifier, '');
        return this.#find(kind, identifier) as Document;
      }),
      linksOf: (outgoing) => this.#linksOf(outgoing),
      variable: this.#deps.connect.variable,
      scripts: this.#deps.scripts,
      operation: (client, entity, name) => stepOperation(this.#client(client, ''), entity, name),
      ...(noPlatform !== undefined && { noPlatform }),
    });
  }

  /** Links of another outgoing, of the system that it writes to now. */
  #linksOf(outgoing: string): string {
    const publisher = this.#find('outgoing', outgoing)?.spec['publisher'];
    const { client = '', entity = '' } = (publisher ?? {}) as { client?: string; entity?: string };
    return targetMemory(outgoing, client, entity, this.clients.get(client)?.system).links;
  }

  #find(kind: Kind, identifier: string): Document | undefined {
    return this.#documents.find((each) => each.kind === kind && each.identifier === identifier);
  }

  #isDisabled(kind: Kind, identifier: string): boolean {
    return this.#documents.some(
      (each) => each.kind === kind && each.identifier === identifier && each.disabled === true,
    );
  }

  #requireDocument(kind: Kind, identifier: string, at: string): void {
    const known = this.#documents.filter((each) => each.kind === kind).map((each) => each.identifier);
    if (known.includes(identifier)) return;
    throw new Problems([{ path: at, message: `there is no ${kind} "${identifier}"${didYouMean(identifier, known)}` }]);
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

class Problems extends ConfigError {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super('ERR_INVALID', problems.map(({ path, message }) => `${path}: ${message}`).join('; '), {
      details: { problems },
    });
    this.problems = problems;
  }
}

function problemsOf(error: unknown): readonly Problem[] {
  if (!(error instanceof IntegrationError)) throw error;
  const { problems: listed, path } = error.details;
  if (Array.isArray(listed)) return listed as Problem[];
  const isWhole = typeof path === 'string' && path.startsWith('spec.');
  return [{ path: isWhole ? path : 'spec', message: error.message }];
}
