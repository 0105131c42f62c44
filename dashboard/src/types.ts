/** What the REST API answers, as docs/api.md says. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type DataRecord = Readonly<Record<string, unknown>>;

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export interface Problem {
  readonly path: string;
  readonly message: string;
}

export type Kind =
  'client' | 'incoming' | 'outgoing' | 'route' | 'transformer' | 'storage' | 'value-map' | 'notification';

export interface Doc<Spec = DataRecord> {
  readonly kind: Kind;
  readonly identifier: string;
  readonly name?: string;
  readonly description?: string;
  readonly disabled?: boolean;
  readonly spec: Spec;
  /** Version that it was read as; it says which one is meant to be replaced, and is not sent within. 0 is a new one. */
  readonly version?: number;
}

/** A document with how it stands. */
export interface Overview<Spec = DataRecord, State = object> extends Doc<Spec> {
  readonly state: { readonly problems: readonly Problem[] } & State;
}

export type Step = { readonly type: string; readonly [option: string]: unknown };

export interface ClientSpec {
  readonly connector: string;
  readonly authentication: string;
  readonly parameters: DataRecord;
  /** Networks that it may call besides public addresses. */
  readonly allowPrivateNetworks?: readonly string[];
  readonly limits?: readonly { requests?: number; per?: string; concurrency?: number }[];
  readonly [key: string]: unknown;
}

export interface CallParameters {
  readonly path?: DataRecord;
  readonly query?: DataRecord;
  readonly body?: unknown;
}

export interface IncomingSpec {
  readonly subscriber: {
    readonly type: string;
    readonly client?: string;
    readonly entity?: string;
    readonly operation?: string;
    readonly mode?: 'full' | 'incremental';
    readonly parameters?: CallParameters;
    readonly [key: string]: unknown;
  };
  readonly schedule?: { readonly every?: string; readonly cron?: string; readonly timezone?: string };
  readonly transformers?: readonly Step[];
  readonly webhook?: WebhookSpec;
}

/** How deliveries are taken. */
export interface WebhookSpec {
  readonly verify?: {
    readonly type: string;
    readonly username?: string;
    readonly password?: string;
    readonly header?: string;
    readonly secret?: string;
    readonly prefix?: string;
  };
  readonly recordsPath?: string;
  readonly key?: string;
}

export interface OutgoingSpec {
  readonly publisher: {
    readonly type: string;
    readonly client?: string;
    readonly action?: string;
    readonly entity?: string;
    readonly operation?: string;
    readonly parameters?: CallParameters;
    readonly match?: readonly { fields: readonly string[] }[];
    readonly batch?: { size?: number };
    readonly uncertain?: string;
    readonly [key: string]: unknown;
  };
  readonly transformers?: readonly Step[];
}

/** Steps with a name, and the tests that they have to pass. */
export interface ChainSpec {
  readonly transformers: readonly Step[];
  readonly tests?: readonly SavedTest[];
}

/** A record, and what is to become of it. */
export interface SavedTest {
  readonly name: string;
  readonly input: DataRecord;
  readonly expected?: readonly DataRecord[];
  readonly dropped?: true;
  readonly error?: string;
  readonly [given: string]: unknown;
}

export interface RouteSpec {
  readonly incoming: string;
  readonly outgoing: string;
  readonly transformers?: readonly Step[];
  readonly retry?: { attempts?: number; delay?: string; maxDelay?: string };
  readonly limits?: { backlog?: number };
}

export type ClientOverview = Overview<
  ClientSpec,
  {
    health: 'healthy' | 'limited' | 'broken' | 'away';
    incident?: { message: string };
    pausedUntil: string | null;
    tokenExpiresAt: string | null;
  }
>;
export type IncomingOverview = Overview<IncomingSpec, { nextRunAt: string | null; lastRun: Run | null }>;
export type OutgoingOverview = Overview<OutgoingSpec>;
/** Who is told what. Address and sign-in of the channel are written and never read. */
export interface NotificationSpec {
  readonly events: readonly string[];
  readonly only?: {
    readonly routes?: readonly string[];
    readonly incomings?: readonly string[];
    readonly clients?: readonly string[];
  };
  readonly failures?: { readonly count?: number; readonly within?: string };
  readonly silentFor?: string;
  readonly digest?: string;
  readonly repeat?: string;
  readonly channel: {
    readonly type: 'webhook';
    readonly url?: string;
    readonly authorization?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
}

export type NotificationOverview = Overview<
  NotificationSpec,
  { host: string | null; waiting: number; failedTries: number; sentAt: string | null; nextTryAt: string | null }
>;
export type RouteOverview = Overview<RouteSpec>;

export type RunStatus = 'running' | 'succeeded' | 'failed' | 'cancelled';
export type TaskState = 'new' | 'processing' | 'retrying' | 'waiting' | 'finished' | 'failed' | 'skipped';

export interface Failure {
  readonly code: string;
  readonly class?: string;
  readonly message: string;
  readonly details?: DataRecord;
}

export interface Run {
  readonly id: string;
  readonly incoming: string;
  readonly status: RunStatus;
  readonly mode: 'full' | 'incremental';
  readonly cause: string;
  readonly cancelRequested: boolean;
  readonly announced: number | null;
  readonly received: number;
  readonly new: number;
  readonly unchanged: number;
  readonly repeated: number;
  readonly pages: number;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly error?: Failure;
  readonly tasks?: Readonly<Record<TaskState, number>>;
}

export interface Task {
  readonly id: string;
  readonly route: string;
  readonly incoming: string;
  readonly run: string;
  readonly key: string;
  readonly state: TaskState;
  readonly attempts: number;
  readonly uncertain: boolean;
  readonly targetId: string | null;
  readonly error?: Failure;
  readonly nextAt?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Exchange {
  readonly id?: string;
  readonly client?: string;
  readonly at: string;
  readonly method: string;
  readonly url: string;
  readonly status: number | null;
  readonly durationMs: number;
  readonly request?: string | null;
  readonly answer?: string | null;
  readonly error?: string | null;
}

export interface TaskStory extends Task {
  readonly stage: 'event' | 'source' | 'route' | 'ready';
  /** Where the time went, in milliseconds. */
  readonly times: {
    readonly queueMs: number | null;
    readonly waitMs: number | null;
    readonly callMs: number | null;
    readonly workMs: number | null;
  };
  readonly record: DataRecord | null;
  readonly history: readonly {
    readonly at: string;
    readonly error: Failure | null;
    readonly exchange: string | null;
  }[];
  readonly exchange: Exchange | null;
}

export interface Status {
  readonly version: string;
  readonly engines: { readonly database: string; readonly queue: string };
  /** Where browsers and other systems reach this server; null where nobody said. */
  readonly publicUrl: string | null;
  readonly uptimeSeconds: number;
  readonly memoryBytes: number;
  readonly tasks: Readonly<Record<TaskState, number>>;
  readonly disk?: { readonly isLow: boolean; readonly freeBytes: number | null; readonly minFreeBytes: number };
  readonly configuration: {
    readonly problems: readonly { kind: Kind; identifier: string; problems: readonly Problem[] }[];
  };
  readonly token: { readonly name: string; readonly role: string };
}

/** How the tasks of a route stand that are not at their goal. */
export interface RouteBacklog {
  readonly route: string;
  readonly open: number;
  readonly waiting: number;
  readonly failed: number;
  readonly oldestAt: string | null;
}

export interface ConnectorSummary {
  readonly name: string;
  readonly title: string;
  readonly description?: string;
  readonly documentation?: string;
  readonly entities: number;
}

/** A value that a connector's form or an operation asks for. */
export interface Parameter {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string;
  readonly format?: string;
  readonly placeholder?: string;
  readonly required?: boolean;
  readonly secret?: boolean;
  readonly multiline?: boolean;
  readonly enum?: readonly string[];
  readonly enumTitles?: Readonly<Record<string, string>>;
  readonly default?: unknown;
  readonly helpUrl?: string;
}

export interface Operation {
  readonly name: string;
  readonly title?: string;
  readonly action: string;
  readonly method: string;
  readonly path: string;
  readonly pathParameters: Readonly<Record<string, Parameter>>;
  readonly queryParameters: Readonly<Record<string, Parameter>>;
  readonly hasDelta: boolean;
  readonly maxBatch?: number;
  readonly status?: string;
}

export interface Entity {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly key?: readonly string[];
  readonly idField?: string;
  readonly searchFields: readonly string[];
  readonly operations: readonly Operation[];
}

/** A connector with everything its forms are drawn from. */
export interface Connector extends Omit<ConnectorSummary, 'entities'> {
  readonly entities: readonly Entity[];
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly authentications: Readonly<
    Record<string, { title?: string; parameters: readonly string[]; optional: readonly string[] }>
  >;
  readonly limits: readonly { requests?: number; per?: string; concurrency?: number }[];
}

/** The part of JSON Schema that options of components use. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly writeOnly?: boolean;
  readonly format?: string;
  /** Of the format "client": connectors that it may be of. */
  readonly connectors?: readonly string[];
  /** Of the format "record": the option that names the client, its entity, and the field that names a record. */
  readonly records?: { readonly client: string; readonly entity: string; readonly name: string };
  /** Heading under which it stands among the options that may be left out. */
  readonly section?: string;
}

/** A ready-made integration. */
export interface TemplateSummary {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly category: string;
  readonly guide?: string;
  /** The systems that it is about: where records come from, then where they go. */
  readonly connectors: readonly string[];
}

/** One of them with its form. */
export interface TemplateForm extends TemplateSummary {
  readonly description?: string;
  readonly options: Schema;
}

/** What a template makes of its options. */
export interface TemplatePreview {
  readonly changes: readonly { readonly action: string; readonly kind: Kind; readonly identifier: string }[];
  readonly flows: readonly {
    readonly title: string;
    readonly incoming: string;
    readonly route: string;
    readonly note?: string;
  }[];
}

export interface Component {
  readonly type: string;
  readonly summary: string;
  readonly options: Schema;
  readonly examples?: readonly { title: string; options: DataRecord; input: unknown; output: unknown }[];
}

export interface Components {
  readonly transformers: readonly Component[];
  readonly subscribers: readonly Component[];
  readonly publishers: readonly Component[];
}

export interface CheckStep {
  readonly step: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  readonly message: string;
  readonly hint?: string;
  readonly durationMs: number;
}

/** How one can sign in. */
export interface WaysIn {
  readonly isSetUp: boolean;
  readonly isSignedIn: boolean;
  readonly oidc: { readonly title: string } | null;
}

/** Who asks, and what that one may do. */
export interface Me {
  readonly name: string;
  readonly role: string;
  readonly kind: 'user' | 'token';
  readonly permissions: readonly string[];
  /** The OpenID provider at which somebody signs in, who has no password here. */
  readonly issuer: string | null;
}

export interface User {
  readonly name: string;
  readonly role: string;
  readonly isDisabled: boolean;
  readonly hasPassword: boolean;
  readonly issuer: string | null;
  readonly signedInAt: string | null;
}

export interface Session {
  readonly id: string;
  readonly isCurrent: boolean;
  readonly address: string;
  readonly agent: string;
  readonly createdAt: string;
  readonly usedAt: string;
}

export interface AccessToken {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly scopes: readonly string[] | null;
  readonly createdBy: string | null;
  readonly expiresAt: string | null;
  readonly usedAt: string | null;
}

export interface AuditEntry {
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  readonly address: string | null;
  readonly action: string;
  readonly subject: string;
  readonly reason: string | null;
  readonly before: unknown;
  readonly after: unknown;
}

/** A save of a document, and what it changed. */
export interface Version {
  readonly version: number;
  readonly action: string;
  readonly author: string;
  readonly reason: string | null;
  readonly at: string;
  readonly changes: readonly {
    readonly op: string;
    readonly path: string;
    readonly from?: unknown;
    readonly to?: unknown;
  }[];
}
