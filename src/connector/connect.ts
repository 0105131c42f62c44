import { parseDuration } from '../core/duration.ts';
import { HttpStatusError } from '../core/errors.ts';
import { type DataRecord, type Json, plainText } from '../core/record.ts';
import { compileTemplate } from '../core/templates.ts';
import type { AddressGuard, OpenableGuard } from '../http/address-guard.ts';
import { createHttpClient } from '../http/client.ts';
import { concurrencyOf, parseLimits } from '../http/limits.ts';
import type { PageOfRows } from '../http/read-pages.ts';
import { createSecrets } from '../http/redaction.ts';
import type { Sleep } from '../http/sleep.ts';
import { createTransport, type Transport, type TransportOptions } from '../http/transport.ts';
import type {
  Authenticator,
  AuthenticatorContext,
  Authorization,
  CallBudget,
  CallWatch,
  ErrorRule,
  Exchange,
  HttpAnswer,
  HttpClient,
  HttpRequest,
  Reservation,
  Timeouts,
  TokenStore,
} from '../http/types.ts';
import type { BodyRecord } from './call-body.ts';
import type { ClientSpec } from './client-spec.ts';
import { type Config, discoverParameters, readParameters, type SendDiscovery } from './client-values.ts';
import { compileErrorRules, createOperationCompiler, headersOf } from './compile-operation.ts';
import { createDeclaredHosts, type DeclaredHosts } from './declared-hosts.ts';
import { type DetailCache, NO_DETAIL_CACHE } from './details.ts';
import type { Connector } from './load.ts';
import type { ConnectorManifest } from './manifest-schema.ts';
import { type Reader, readOperation, type ReadOptions } from './read-operation.ts';
import { type CallArguments, findOperation, type Operation, type RequestBase } from './request.ts';
import { createAuthenticator, isStaticSignIn, signInOf } from './sign-in.ts';
import { systemOf } from './system-of.ts';

/** What all clients of a process share. */
export interface ConnectDeps {
  readonly guard: OpenableGuard;
  readonly budget: CallBudget;
  /** Told of what becomes of calls; nobody unless given. */
  readonly watch?: CallWatch;
  readonly tokens: TokenStore;
  /** Kept answers of further calls; none are kept without it. */
  readonly details?: DetailCache;
  /** Value of an environment variable that documents may name; undefined when it is not set. */
  readonly variable: (name: string) => string | undefined;
  /** How calls leave the process; over the network unless given. */
  readonly createTransport?: (options: TransportOptions) => Transport;
  /** Clock (epoch milliseconds), waiting and jitter; real ones unless given. */
  readonly now?: () => number;
  readonly sleep?: Sleep;
  readonly random?: () => number;
}

/** A client's document, its secrets opened. */
export interface ClientSource {
  readonly identifier: string;
  readonly connector: Connector;
  readonly spec: ClientSpec;
}

/** Options of one call. */
export interface CallOptions {
  readonly reserved?: Reservation;
  readonly onExchange?: (exchange: Exchange) => void;
  /** Rules about the answer, heard before those of the operation. */
  readonly rules?: readonly ErrorRule[];
}

/** A configured client, ready to call. Nothing is sent before the first call. */
export interface ConnectedClient {
  readonly identifier: string;
  readonly connector: Connector;
  /** Which system is behind it; see `systemOf`. */
  readonly system: string;
  operation(entity: string, name: string): Operation;
  /** Checks the parameters of a call without sending it; throws ConfigError for missing or wrong ones. */
  checkArguments(operation: Operation, args: CallArguments): void;
  /** How many calls of an operation may be made at the same time; Infinity where there is no limit. */
  callsAtOnce(operation: Operation): number;
  /** Waits for the budgets of an operation and takes one call. */
  reserve(operation: Operation, signal: AbortSignal): Promise<Reservation>;
  /** What the records of one write are sent as. */
  bodyOf(operation: Operation, records: readonly BodyRecord[]): Json;
  call(operation: Operation, args: CallArguments, signal: AbortSignal, options?: CallOptions): Promise<HttpAnswer>;
  read(
    operation: Operation,
    args: CallArguments,
    options: ReadOptions,
    signal: AbortSignal,
  ): AsyncGenerator<PageOfRows>;
  /** What the connection test needs of the inside. */
  readonly inside: ClientInside;
  close(): void;
}

/** Parts of a client that only the connection test and option lists use. */
export interface ClientInside {
  readonly config: () => Config;
  readonly discover: (signal: AbortSignal) => Promise<Config>;
  readonly authenticate: (signal: AbortSignal) => Promise<void>;
  /** How a person signs in for this client; undefined where nobody has to. */
  readonly authorization: (signal: AbortSignal) => Promise<Authorization | undefined>;
  /** Everything that calls start from; finds what was left out, signed in where it has to be. */
  readonly prepare: (signal: AbortSignal) => Promise<RequestBase>;
  readonly http: HttpClient;
  readonly guard: AddressGuard;
  readonly timeouts: Timeouts;
}

/**
 * Makes a client of a document that was checked before.
 *
 * @throws ConfigError ERR_VARIABLE_MISSING when a `${NAME}` in its parameters is not set.
 */
export function connectClient({ identifier, spec, ...source }: ClientSource, deps: ConnectDeps): ConnectedClient {
  const connector = forAuthentication(source.connector, spec.authentication);
  const { manifest } = connector;
  const { now = Date.now, sleep, random } = deps;
  const waiting = { now, ...(sleep && { sleep }), ...(random && { random }) };
  const known = readParameters(connector, spec, deps.variable);
  const timeouts = readTimeouts(spec);
  const hosts = declareHosts(identifier, manifest, known);
  const guard = hosts.guard(deps.guard.open(spec.allowPrivateNetworks));
  const transport = (deps.createTransport ?? createTransport)({ timeouts, maxBodyBytes: spec.maxBodyBytes, guard });
  const secrets = createSecrets(Object.values(known.secret).map(plainText));

  const discover = once(async (signal: AbortSignal) => {
    const found = await discoverParameters(connector, known, false, transport.send, signal);
    addAddresses(hosts, manifest, found);
    return found;
  });
  const contextOf = (values: Config): AuthenticatorContext => ({
    client: identifier,
    send: transport.send,
    tokens: deps.tokens,
    ...waiting,
    addSecret: (value) => {
      secrets.add(value);
    },
    values: { ...values },
  });
  const signIn = once(async (signal: AbortSignal) => {
    const values = await discover(signal);
    return createAuthenticator(connector, spec, values, contextOf(values));
  });
  const hasStaticCredentials = isStaticSignIn(connector, spec);
  const authenticator: Authenticator = {
    apply: async (signal) => (await signIn(signal ?? new AbortController().signal)).apply(signal),
    ...(!hasStaticCredentials && {
      refresh: async (refused) => (await signIn(new AbortController().signal)).refresh?.(refused),
    }),
  };
  const limits = parseLimits(spec.limits ?? manifest.limits ?? []);
  const http = createHttpClient({
    name: identifier,
    transport,
    authenticator,
    hasStaticCredentials,
    limits,
    budget: deps.budget,
    watch: deps.watch,
    retry: { attempts: spec.retry.attempts, baseMs: 500, maxMs: 30_000 },
    maxWaitMs: parseDuration(spec.maxWait),
    errorMessagePaths: manifest.errorMessages ?? [],
    errorRules: compileErrorRules(manifest.errors),
    rateHeaders: manifest.rateHeaders,
    secrets,
    ...waiting,
  });
  const prepare = once(async (signal: AbortSignal) => {
    const found = await discoverParameters(connector, await discover(signal), true, signedIn(http), signal);
    addAddresses(hosts, manifest, found);
    return baseOf(manifest, hosts, found.config);
  });

  const compile = createOperationCompiler(connector, now);
  const operation = (entity: string, name: string): Operation => findOperation(connector, entity, name);
  const readerOf = (base: RequestBase, onExchange: Reader['onExchange']): Reader => ({
    client: identifier,
    http,
    base,
    details: deps.details ?? NO_DETAIL_CACHE,
    onExchange,
    now,
    operation: (name) => operation(...splitName(name)),
    compile,
  });

  return {
    identifier,
    connector,
    system: systemOf(manifest, known.config),
    operation,
    checkArguments: (each, args) => {
      compile(each).checkArguments(args, known.config);
    },
    callsAtOnce: (each) =>
      concurrencyOf([...limits, ...(compile(each).terms?.budgets ?? []).flatMap((budget) => budget.limits)]),
    reserve: async (each, signal) => {
      // What it asks takes places of its own, which the reservation would keep from it.
      await prepare(signal);
      return http.reserve(signal, compile(each).terms);
    },
    bodyOf: (each, records) => compile(each).body.ofRecords(records, known.config),
    call: async (each, args, signal, options) =>
      http.send(withRules(compile(each).request(await prepare(signal), args), options?.rules), signal, options),
    async *read(each, args, options, signal) {
      const base = await prepare(signal);
      yield* readOperation(readerOf(base, options.onExchange), compile(each), args, options, signal);
    },
    inside: {
      config: () => known,
      discover,
      authenticate: async (signal) => {
        await authenticator.apply(signal);
      },
      authorization: async (signal) => {
        const values = await discover(signal);
        const { component, options } = signInOf(connector, spec, { ...values });
        return component.authorization?.(options, contextOf(values));
      },
      prepare,
      http,
      guard,
      timeouts,
    },
    close() {
      http.close();
      transport.close();
    },
  };
}

function withRules(request: HttpRequest, rules: readonly ErrorRule[] = []): HttpRequest {
  if (rules.length === 0) return request;
  const { budgets = [], weight = 1, rules: own = [] } = request.terms ?? {};
  return { ...request, terms: { budgets, weight, rules: [...rules, ...own] } };
}

/** The connector without what only other ways to sign in have to find out. */
function forAuthentication(connector: Connector, authentication: string): Connector {
  const { manifest } = connector;
  if (!manifest.discover) return connector;
  const discover = manifest.discover.filter(({ authentications }) => authentications?.includes(authentication) ?? true);
  return { ...connector, manifest: { ...manifest, discover } };
}

/** `tickets.list` as entity and operation. */
export function splitName(name: string): [entity: string, operation: string] {
  const [entity = '', operation = ''] = name.split('.');
  return [entity, operation];
}

function declareHosts(identifier: string, manifest: ConnectorManifest, known: Config): DeclaredHosts {
  const hosts = createDeclaredHosts(identifier);
  for (const host of manifest.hosts ?? []) {
    const rendered = plainText(compileTemplate(host, { onMissing: 'omit' }).evaluate({ config: known.config }));
    // Only the manifest's own text may widen the list to hosts below one.
    if (rendered !== '' && (host.startsWith('*.') || !rendered.includes('*'))) hosts.addPattern(rendered);
  }
  const base = compileTemplate(manifest.baseUrl, { onMissing: 'omit' }).evaluate({ config: known.config });
  hosts.addUrl(plainText(base));
  addAddresses(hosts, manifest, known);
  return hosts;
}

/** Addresses of the form, as given or as the system told. */
function addAddresses(hosts: DeclaredHosts, { parameters }: ConnectorManifest, { config }: Config): void {
  for (const [name, { format }] of Object.entries(parameters)) {
    if (format === 'uri') hosts.addUrl(plainText(config[name]));
  }
}

function baseOf(manifest: ConnectorManifest, hosts: DeclaredHosts, config: DataRecord): RequestBase {
  const url = plainText(compileTemplate(manifest.baseUrl).evaluate({ config })).replace(/\/+$/, '');
  hosts.addUrl(url);
  return {
    url,
    headers: headersOf(compileTemplate(manifest.headers ?? {}), config),
    query: compileTemplate((manifest.query ?? {}) as Json).evaluate({ config }) as RequestBase['query'],
    config,
  };
}

/** Discovery looks at statuses itself, so a refusal is an answer to it. */
function signedIn(http: HttpClient): SendDiscovery {
  return async (request, signal) => {
    try {
      return await http.send(request, signal);
    } catch (error) {
      if (!(error instanceof HttpStatusError)) throw error;
      return { status: error.status, headers: {}, body: undefined, bytes: 0, durationMs: 0, serverTimeMs: undefined };
    }
  };
}

function readTimeouts(spec: ClientSpec): Timeouts {
  const { connect, headers, idle, total } = spec.timeouts;
  return {
    connectMs: parseDuration(connect),
    headersMs: parseDuration(headers),
    idleMs: parseDuration(idle),
    totalMs: parseDuration(total),
  };
}

/** Runs `work` once and keeps its result; a failure is forgotten, so that the next caller tries again. */
function once<T>(work: (signal: AbortSignal) => Promise<T>): (signal: AbortSignal) => Promise<T> {
  let running: Promise<T> | undefined;
  return (signal) => {
    running ??= work(signal).catch((error: unknown) => {
      running = undefined;
      throw error;
    });
    return running;
  };
}
