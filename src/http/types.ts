import type { Component } from '../core/component.ts';
import type { IntegrationError } from '../core/errors.ts';
import type { DataRecord, Json } from '../core/record.ts';

/** Values of query parameters: null and undefined are left out; lists are written as their {@link QueryStyle} says. */
export type Query = Readonly<Record<string, Json | undefined>>;

/** How a list is written in a query: `a=1,2`, `a=1&a=2`, `a[]=1&a[]=2`, `a=[1,2]`. */
export type QueryStyle = 'comma' | 'repeat' | 'brackets' | 'json';

/** One part of a multipart body: a text, or a file. */
export type FormPart = string | { readonly filename: string; readonly contentType?: string; readonly base64: string };

/** One call, before sign-in and limits. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute, without query. */
  readonly url: string;
  readonly query?: Query;
  /** Styles of lists by parameter; "comma" where none is named. */
  readonly queryStyles?: Readonly<Record<string, QueryStyle>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. At most one of json, form, text and multipart is there. */
  readonly json?: Json;
  /** Sent as application/x-www-form-urlencoded. */
  readonly form?: Readonly<Record<string, string>>;
  /** Sent as text/plain. */
  readonly text?: string;
  /** Sent as multipart/form-data. */
  readonly multipart?: Readonly<Record<string, FormPart>>;
  /** What the answer holds; "json" unless given. "bytes" become `{ contentType, filename, base64 }`. */
  readonly expects?: 'json' | 'text' | 'bytes';
  /** True when sending it twice changes nothing: reads, and writes that are safe to repeat. */
  readonly repeatable: boolean;
  /** What holds for this call besides what holds for every call of its client. */
  readonly terms?: CallTerms;
}

/** Rules and budgets of one operation. */
export interface CallTerms {
  /** Heard before the client's. */
  readonly rules: readonly ErrorRule[];
  /** Budgets it counts for besides the client's. */
  readonly budgets: readonly NamedBudget[];
  /** Calls that one counts for in every window. */
  readonly weight: number;
}

/** A budget under a name that is unique in its client. */
export interface NamedBudget {
  readonly name: string;
  readonly limits: readonly Limit[];
}

/** How a place in an answer tells a length of time or an instant. */
export type WaitUnit = 'seconds' | 'milliseconds' | 'epoch-seconds' | 'epoch-milliseconds' | 'date';

/** A manifest's word on some answers, heard before HTTP's own meaning of the status and also on 2xx. */
export interface ErrorRule {
  /** Shown where people ask which rule decided. */
  readonly name?: string | undefined;
  readonly when: (answer: HttpAnswer) => boolean;
  /**
   * `accept`: an answer like any other; `empty`: one without body, status 204; `skip-record`: this record has nothing
   * here; `locked`: the client is not called for a while, and the call is given up.
   */
  readonly then: 'retry' | 'rate-limited' | 'locked' | 'renew-token' | 'empty' | 'skip-record' | 'accept' | 'fail';
  readonly class?: 'config' | 'sign-in' | 'data' | 'system' | undefined;
  /** Shown instead of what the answer says. */
  readonly message?: string | undefined;
  readonly messageAt?: string | undefined;
  readonly waitMs?: number | undefined;
  readonly waitAt?: { readonly header?: string; readonly path?: string; readonly unit: WaitUnit } | undefined;
}

/** One answer, whatever its status. */
export interface HttpAnswer {
  readonly status: number;
  /** Lower-case names; a repeated header is joined with ", ". */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON; undefined when the answer has no body. */
  readonly body: Json | undefined;
  readonly bytes: number;
  readonly durationMs: number;
  /** Server's clock (`Date` header), epoch milliseconds; undefined when it sends none. */
  readonly serverTimeMs: number | undefined;
}

/** Time limits of one call, in milliseconds. */
export interface Timeouts {
  /** Name look-up, TCP and TLS, each. */
  readonly connectMs: number;
  /** From the request sent to the first byte of the answer. */
  readonly headersMs: number;
  /** Longest silence inside the body. */
  readonly idleMs: number;
  /** The whole call. */
  readonly totalMs: number;
}

/** So many calls in any stretch of time. */
export interface CallWindow {
  /** Tells the windows of one client apart; '' and nothing are the client itself. */
  readonly scope?: string;
  readonly requests: number;
  readonly perMs: number;
}

/** A budget of calls per window, or of calls at the same time. */
export type Limit = { readonly requests: number; readonly perMs: number } | { readonly concurrency: number };

/** Shared memory of what a client has spent and how long it is told to wait. Implemented by the store. */
export interface CallBudget {
  /**
   * Takes calls out of every window, or none.
   *
   * @param calls What the call counts for; 1 unless given. More than a window holds empties it.
   * @returns 0 when taken; else the milliseconds after which to ask again.
   */
  take(client: string, windows: readonly CallWindow[], calls?: number): Promise<number>;
  /** Keeps the whole client from calling for `ms` milliseconds (429, Retry-After). */
  pause(client: string, ms: number): Promise<void>;
  /**
   * Lends places for calls at the same time out of those that all processes share; places that are not renewed come
   * back. Without it each process counts on its own.
   *
   * @param scope '' for the client itself, else the name of a budget.
   */
  readonly lease?: ((client: string, scope: string, wish: SlotWish) => Promise<SlotLease>) | undefined;
}

/** What a process asks of the places that are shared. */
export interface SlotWish {
  /** Tells processes apart. */
  readonly holder: string;
  /** Places there are in all. */
  readonly limit: number;
  readonly wanted: number;
  /** Places in use at the moment: they stay. */
  readonly busy: number;
}

/** Places that were lent, and for how long. */
export interface SlotLease {
  readonly granted: number;
  readonly forMs: number;
}

/** Told of what becomes of calls: keeps the health of clients and their last calls. */
export interface CallWatch {
  /** One try; `show` makes it fit for people's eyes, which costs time. */
  tried(client: string, outcome: { readonly hasFailed: boolean; readonly show: () => Exchange }): void;
  /** An answer arrived that was accepted, or refused for what was asked: the system works. */
  answered(client: string): void;
  /** A call was given up. `stage` tells whether it came past the sign-in. */
  failed(client: string, error: IntegrationError, stage: 'sign-in' | 'call'): void;
}

/** A place and a call out of every window, taken before the call is made. */
export interface Reservation {
  /** Gives the place back where the call was not made; calling it again does nothing. */
  release(): void;
}

/** An access token as it is kept, sealed, for all workers. */
export interface StoredToken {
  readonly accessToken: string;
  readonly expiresAtMs: number;
  /** Scopes the server granted, as it wrote them; undefined when it named none. */
  readonly scope?: string | undefined;
  /** What the next token is asked with. It rotates: the newest one is stored before its access token is used. */
  readonly refreshToken?: string | undefined;
  /** End of the refresh token's own life, epoch milliseconds; undefined where the server does not tell. */
  readonly refreshExpiresAtMs?: number | undefined;
  /** What else a sign-in picked from its answers, by the names that its options give. */
  readonly picked?: Readonly<Record<string, Json>> | undefined;
}

/**
 * Tokens shared by all workers. `key` changes whenever address or credentials of the client change, so that
 * an old token is never used with new settings. Implemented by the store.
 */
export interface TokenStore {
  read(client: string, key: string): Promise<StoredToken | undefined>;
  /** Claims the right to renew for `ms`; false when another worker holds it. */
  claimRenewal(client: string, ms: number): Promise<boolean>;
  /** Stores the token and gives the claim back. */
  write(client: string, key: string, token: StoredToken): Promise<void>;
  /** Gives the claim back without a token. */
  releaseRenewal(client: string): Promise<void>;
  /**
   * Forgets an access token that the API refused, unless a newer one is there already. Its refresh token stays: the
   * stored token then has expired.
   */
  discard(client: string, accessToken: string): Promise<void>;
}

/** What a sign-in adds to a call. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
}

/** Adds credentials to calls. */
export interface Authenticator {
  /** Credentials for the next call. May fetch a token. Throws AuthError when they are refused. */
  apply(signal?: AbortSignal): Promise<Credentials>;
  /**
   * Called once after a 401: forgets what was refused. Undefined where nothing can be renewed.
   *
   * @param refused What was refused. When another call has renewed meanwhile, its token stays.
   */
  refresh?(refused?: Credentials): Promise<void>;
}

/** What an authenticator may use. */
export interface AuthenticatorContext {
  readonly client: string;
  /** Sends a call without sign-in and limits; the answer may have any status. */
  readonly send: (request: HttpRequest, signal?: AbortSignal) => Promise<HttpAnswer>;
  readonly tokens: TokenStore;
  readonly now: () => number;
  /** Registers a value that must never appear in text that leaves the client. */
  readonly addSecret: (value: string) => void;
  /** What late templates read besides the component's own names: { config, secret }. */
  readonly values?: DataRecord;
  /** How to wait between tries, and the jitter of waits; real ones unless given. */
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly random?: () => number;
}

/**
 * A way to sign in. Its options arrive with all templates rendered, but for those whose schema says `late`, with the names
 * that the component adds to `config` and `secret`: these it renders itself.
 */
export interface AuthenticatorComponent<Options = never> extends Component {
  /** Sends the same with every call: nothing can be renewed, so a refusal is final. */
  readonly isStatic?: boolean;
  create(options: Options, context: AuthenticatorContext): Authenticator;
  /** Where a person has to sign in once: how that begins and ends. */
  authorization?(options: Options, context: AuthenticatorContext): Authorization;
}

/** A sign-in by a person in a browser. */
export interface Authorization {
  /** Address that the person opens. */
  start(request: { readonly redirectUri: string; readonly state: string; readonly verifier: string }): string;
  /** Trades the code for tokens and stores them. Throws AuthError when it is refused. */
  finish(answer: { readonly code: string; readonly redirectUri: string; readonly verifier: string }): Promise<void>;
}

/** One page as a paginator sees it. */
export interface PageInfo {
  /** Entries of this page as the source counts them: its rows, or the groups of a nested shape. */
  readonly rows: number;
  /** The rows themselves, shaped. */
  readonly records: readonly DataRecord[];
  /** Address that was asked, with its query: what a relative next address starts from. */
  readonly url: string;
  /** Distinct rows of the whole read so far, this page included, as the reader counts them. */
  readonly received: number;
  /** Rows the source announces, where it does. */
  readonly total: number | undefined;
  readonly body: Json | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** Where a read goes on: JSON, so that it can be saved. */
export type PagePosition = Readonly<Record<string, Json>>;

/** What the next request needs besides the operation's own parameters. */
export interface PageRequest {
  readonly position: PagePosition;
  readonly query: Query;
  /** Values set into the JSON body, by their path. */
  readonly body?: Readonly<Record<string, Json>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whole address with its query, in place of the operation's own and its parameters. */
  readonly url?: string;
  /** Query parameters of the operation that go along with {@link PageRequest.url}, where it does not hold them. */
  readonly keep?: readonly string[];
  /** Query parameters of the operation that are left out. */
  readonly without?: readonly string[];
  /** Tells this request from an equal one, where the source itself remembers how far a reading is. */
  readonly progress?: Json;
}

/** Why a read ended; shown by explain mode. */
export interface PageStop {
  readonly reason: string;
  /** What the next run starts from, where the source hands out such a place: a delta link or token. */
  readonly state?: Json;
}

/** Says what the next request is. Does no I/O and remembers nothing: all it knows is in the position. */
export interface Paginator {
  /** Pages with equal rows are legitimate, as in time windows over counters: they are not taken for a loop. */
  readonly repeats?: boolean;
  /** Announced totals are each of a part, so that they are not passed on as the total of the reading. */
  readonly announcesParts?: boolean;
  /**
   * @param position Where an interrupted read goes on; undefined reads from the beginning.
   * @param state What the last complete read ended with, see {@link PageStop}.
   */
  first(position?: PagePosition, state?: Json): PageRequest;
  /** Asked more than once for a page. Throws SourceError where going on would lose rows or never end. */
  next(page: PageInfo, request: PageRequest): PageRequest | PageStop;
}

/** What a paginator may use while it is created. */
export interface PaginatorContext {
  readonly now: () => number;
  /** Creates the paginator inside another one, given as in a manifest. Throws ConfigError. */
  readonly paginator: (source: unknown, at: string) => Paginator;
}

/** A way of paging. */
export interface PaginatorComponent<Options = never> extends Component {
  create(options: Options, context: PaginatorContext): Paginator;
}

/**
 * Makes rows of what stands where the records are; undefined when it is nothing of its form. Throws SourceError
 * ERR_RECORD_INVALID for a row that is broken.
 */
export type Shape = (found: Json, body: Json) => readonly Json[] | undefined;

/** A form in which rows come. */
export interface ShapeComponent<Options = never> extends Component {
  create(options: Options): Shape;
}

/** One call as people may see it later: redacted, bodies capped. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly status: number | undefined;
  readonly durationMs: number;
  readonly at: number;
  readonly request?: string | undefined;
  readonly answer?: string | undefined;
  readonly error?: string | undefined;
  /** What was made of the answer, and by which rule: "rule 2 (locked out): locked". */
  readonly verdict?: string | undefined;
}

/** A client that signs in, keeps its limits, retries what is safe, and says clearly what went wrong. */
export interface HttpClient {
  /**
   * Signs in, waits until the budgets allow one call, and takes it. Throws RateLimitError when that would take too long.
   *
   * @param terms Those of the call that follows.
   */
  reserve(signal: AbortSignal, terms?: CallTerms): Promise<Reservation>;
  /**
   * Sends one call.
   *
   * @param options.reserved A call taken before with {@link HttpClient.reserve} is used for the first try.
   * @returns An answer with status 2xx.
   * @throws AuthError, RateLimitError (only for calls that are not repeatable), NetworkError, HttpStatusError.
   */
  send(
    request: HttpRequest,
    signal: AbortSignal,
    options?: { readonly reserved?: Reservation; readonly onExchange?: (exchange: Exchange) => void },
  ): Promise<HttpAnswer>;
  /** Replaces every known secret in a text. */
  redact(text: string): string;
  close(): void;
}

/** One step of "Test connection". */
export interface CheckStep {
  readonly step: 'address' | 'tls' | 'tenant' | 'token' | 'scope' | 'first-read';
  readonly status: 'passed' | 'failed' | 'skipped';
  readonly message: string;
  /** What to do about it, where it failed. */
  readonly hint?: string;
  readonly durationMs: number;
}
