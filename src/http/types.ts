import type { Component } from '../core/component.ts';
import type { Json } from '../core/record.ts';

/** Values of query parameters: lists are sent comma-separated, null and undefined are left out. */
export type Query = Readonly<Record<string, Json | undefined>>;

/** One call, before sign-in and limits. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute, without query. */
  readonly url: string;
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: Json;
  /** Sent as application/x-www-form-urlencoded. */
  readonly form?: Readonly<Record<string, string>>;
  /** True when sending it twice changes nothing: reads, and writes that are safe to repeat. */
  readonly repeatable: boolean;
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

/** A budget of calls per window, or of calls at the same time. */
export type Limit = { readonly requests: number; readonly perMs: number } | { readonly concurrency: number };

/** Shared memory of what a client has spent and how long it is told to wait. Implemented by the store. */
export interface CallBudget {
  /**
   * Takes one call out of every window, or none.
   *
   * @returns 0 when taken; else the milliseconds after which to ask again.
   */
  take(client: string, windows: readonly { requests: number; perMs: number }[]): Promise<number>;
  /** Keeps the whole client from calling for `ms` milliseconds (429, Retry-After). */
  pause(client: string, ms: number): Promise<void>;
}

/** An access token as it is kept, sealed, for all workers. */
export interface StoredToken {
  readonly accessToken: string;
  readonly expiresAtMs: number;
  /** Scopes the server granted, as it wrote them; undefined when it named none. */
  readonly scope?: string | undefined;
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
  /** Forgets a token that the API refused, unless a newer one is there already. */
  discard(client: string, accessToken: string): Promise<void>;
}

/** Adds credentials to calls. */
export interface Authenticator {
  /** Headers for the next call. May fetch a token. Throws AuthError when credentials are refused. */
  apply(signal?: AbortSignal): Promise<Readonly<Record<string, string>>>;
  /**
   * Called once after a 401: forgets what was refused. Undefined where nothing can be renewed.
   *
   * @param refused The headers that were refused. When another call has renewed meanwhile, its token stays.
   */
  refresh?(refused?: Readonly<Record<string, string>>): Promise<void>;
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
  /** How to wait between tries, and the jitter of waits; real ones unless given. */
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly random?: () => number;
}

/** A way to sign in. Its options arrive with all templates rendered. */
export interface AuthenticatorComponent<Options = never> extends Component {
  create(options: Options, context: AuthenticatorContext): Authenticator;
}

/** One page as a paginator sees it. */
export interface PageInfo {
  /** Rows of this page. */
  readonly rows: number;
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
}

/** Why a read ended; shown by explain mode. */
export interface PageStop {
  readonly reason: string;
}

/** Says what the next request is. Does no I/O. */
export interface Paginator {
  first(position?: PagePosition): PageRequest;
  next(page: PageInfo, request: PageRequest): PageRequest | PageStop;
}

/** A way of paging. */
export interface PaginatorComponent<Options = never> extends Component {
  create(options: Options): Paginator;
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
}

/** A client that signs in, keeps its limits, retries what is safe, and says clearly what went wrong. */
export interface HttpClient {
  /** Waits until the budget allows one call and takes it. Throws RateLimitError when that would take too long. */
  reserve(signal: AbortSignal): Promise<void>;
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
    options?: { readonly reserved?: boolean; readonly onExchange?: (exchange: Exchange) => void },
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
