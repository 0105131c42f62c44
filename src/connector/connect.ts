import { compileCondition } from '../core/conditions.ts';
import { parseDuration } from '../core/duration.ts';
import { ConfigError, NetworkError } from '../core/errors.ts';
import { type DataRecord, type Json, plainText } from '../core/record.ts';
import { compileTemplate } from '../core/templates.ts';
import { parseWithSchema } from '../core/validation.ts';
import type { AddressGuard } from '../http/address-guard.ts';
import { authenticators } from '../http/authenticators/index.ts';
import { createHttpClient, type ErrorRule } from '../http/client.ts';
import { parseLimits } from '../http/limits.ts';
import { paginators } from '../http/paginators/index.ts';
import { type PageOfRows, readPages } from '../http/read-pages.ts';
import { createSecrets } from '../http/redaction.ts';
import { sleep } from '../http/sleep.ts';
import { createTransport } from '../http/transport.ts';
import type {
  Authenticator,
  CallBudget,
  Exchange,
  HttpAnswer,
  HttpClient,
  HttpRequest,
  PagePosition,
  Paginator,
  PaginatorContext,
  Timeouts,
  TokenStore,
} from '../http/types.ts';
import type { ClientSpec } from './client-spec.ts';
import type { Connector } from './load.ts';
import type { ErrorRuleManifest } from './manifest-schema.ts';
import { buildRequest, type CallArguments, findOperation, type Operation } from './request.ts';

/** What all clients of a process share. */
export interface ConnectDeps {
  readonly guard: AddressGuard;
  readonly budget: CallBudget;
  readonly tokens: TokenStore;
  /** Value of an environment variable that documents may name; undefined when it is not set. */
  readonly variable: (name: string) => string | undefined;
}

/** A client's document, its secrets opened. */
export interface ClientSource {
  readonly identifier: string;
  readonly connector: Connector;
  readonly spec: ClientSpec;
}

/** Options of one call. */
export interface CallOptions {
  readonly reserved?: boolean;
  readonly onExchange?: (exchange: Exchange) => void;
}

/** Options of a read of many pages. */
export interface ReadOptions {
  readonly start?: PagePosition | undefined;
  /** Distinct rows that the reader has counted so far. */
  readonly received: () => number;
  readonly maxPages?: number;
}

/** A configured client, ready to call. Nothing is sent before the first call. */
export interface ConnectedClient {
  readonly identifier: string;
  readonly connector: Connector;
  operation(entity: string, name: string): Operation;
  /** Builds the request without sending it; throws ConfigError for missing or wrong parameters. */
  request(operation: Operation, args: CallArguments): HttpRequest;
  /** Waits for the budget and takes one call. */
  reserve(signal: AbortSignal): Promise<void>;
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

/** Parts of a client that only the connection test uses. */
export interface ClientInside {
  readonly config: () => Config;
  readonly discover: (signal: AbortSignal) => Promise<Config>;
  readonly authenticate: (signal: AbortSignal) => Promise<void>;
  readonly http: HttpClient;
  readonly guard: AddressGuard;
  readonly timeouts: Timeouts;
}

/** Values of the form, without and with secrets. */
export interface Config {
  readonly config: DataRecord;
  readonly secret: DataRecord;
}

/**
 * Makes a client of a document that was checked before.
 *
 * @throws ConfigError ERR_VARIABLE_MISSING when a `${NAME}` in its parameters is not set.
 */
export function connectClient({ identifier, connector, spec }: ClientSource, deps: ConnectDeps): ConnectedClient {
  const { manifest } = connector;
  const known = readParameters(connector, spec, deps.variable);
  const timeouts = readTimeouts(spec);
  const transport = createTransport({ timeouts, maxBodyBytes: spec.maxBodyBytes, guard: deps.guard });
  const secrets = createSecrets(Object.values(known.secret).map(String));

  const discover = once((signal: AbortSignal) => discoverParameters(connector, known, transport.send, signal));
  const signIn = once(async (signal: AbortSignal) =>
    createAuthenticator(connector, spec, await discover(signal), {
      client: identifier,
      send: transport.send,
      tokens: deps.tokens,
      now: Date.now,
      addSecret: (value) => {
        secrets.add(value);
      },
    }),
  );
  const authenticator: Authenticator = {
    apply: async (signal) => (await signIn(signal ?? new AbortController().signal)).apply(signal),
    refresh: async (refused) => (await signIn(new AbortController().signal)).refresh?.(refused),
  };

  const http = createHttpClient({
    name: identifier,
    transport,
    authenticator,
    limits: parseLimits(spec.limits ?? manifest.limits ?? []),
    budget: deps.budget,
    retry: { attempts: spec.retry.attempts, baseMs: 500, maxMs: 30_000 },
    maxWaitMs: parseDuration(spec.maxWait),
    errorMessagePaths: manifest.errorMessages ?? [],
    errorRules: (manifest.errors ?? []).map(compileErrorRule),
    secrets,
    now: Date.now,
    random: Math.random,
    sleep,
  });

  const baseUrl = plainText(compileTemplate(manifest.baseUrl).evaluate(known as unknown as Json));
  const base = {
    url: baseUrl,
    headers: manifest.headers ?? {},
    query: ({ manifest: { query = {} } }: Operation) =>
      compileTemplate(query).evaluate({ config: known.config }) as Readonly<Record<string, Json>>,
  };
  const request = (operation: Operation, args: CallArguments): HttpRequest => buildRequest(base, operation, args);

  return {
    identifier,
    connector,
    operation: (entity, name) => findOperation(connector, entity, name),
    request,
    reserve: (signal) => http.reserve(signal),
    call: (operation, args, signal, options) => http.send(request(operation, args), signal, options),
    read: (operation, args, options, signal) =>
      readPages(
        {
          client: http,
          request: request(operation, args),
          paginator: createPaginator(connector, operation),
          recordsAt: recordPaths(operation),
          ...(operation.manifest.total !== undefined && { totalAt: operation.manifest.total }),
          ...(options.start && { start: options.start }),
          ...(options.maxPages !== undefined && { maxPages: options.maxPages }),
          received: options.received,
        },
        signal,
      ),
    inside: {
      config: () => known,
      discover,
      authenticate: async (signal) => {
        await authenticator.apply(signal);
      },
      http,
      guard: deps.guard,
      timeouts,
    },
    close() {
      http.close();
      transport.close();
    },
  };
}

/** Paths at which the rows of an operation may be, tried in order. */
function recordPaths(operation: Operation): readonly string[] {
  const { records = '' } = operation.manifest;
  return typeof records === 'string' ? [records] : records;
}

const PAGING: PaginatorContext = {
  now: Date.now,
  paginator: () => {
    throw new ConfigError('ERR_MANIFEST', 'this paginator takes no other one inside');
  },
};

function createPaginator(connector: Connector, operation: Operation): Paginator {
  const named = operation.manifest.paginator ?? { type: 'single' };
  const source = typeof named === 'string' ? connector.manifest.paginators?.[named] : named;
  const { type, ...options } = source ?? { type: 'single' };
  const component = paginators.get(type);
  if (!component) throw new ConfigError('ERR_MANIFEST', `${connector.name}: unknown paginator "${type}"`);
  return component.create(parseWithSchema(component.options, options, `paginator ${type}`) as never, PAGING);
}

/** Defaults, variables and what people paste along, sorted into what may be shown and what may not. */
function readParameters(
  { manifest }: Connector,
  spec: ClientSpec,
  variable: (name: string) => string | undefined,
): Config {
  const config: Record<string, Json> = {};
  const secret: Record<string, Json> = {};
  for (const [name, parameter] of Object.entries(manifest.parameters)) {
    const given = (spec.parameters as Readonly<Record<string, Json>>)[name] ?? parameter.default;
    if (given === undefined || given === '') continue;
    const value = typeof given === 'string' ? resolveVariables(given, variable) : given;
    const target = parameter.secret ? secret : config;
    target[name] = typeof value === 'string' ? trimSuffixes(value, parameter.trimSuffixes ?? []) : value;
  }
  return { config, secret };
}

function resolveVariables(text: string, variable: (name: string) => string | undefined): string {
  return text.replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
    const value = variable(name);
    if (value === undefined) {
      throw new ConfigError('ERR_VARIABLE_MISSING', `The variable ${name} is named in a client but is not set`);
    }
    return value;
  });
}

function trimSuffixes(text: string, suffixes: readonly string[]): string {
  let trimmed = text.trim();
  for (const suffix of [...suffixes, ...suffixes]) {
    while (suffix !== '' && trimmed.endsWith(suffix)) trimmed = trimmed.slice(0, -suffix.length);
  }
  return trimmed;
}

/**
 * Asks the system for parameters that were left out; what it answers not to know comes from the fallback.
 *
 * @throws NetworkError when it does not answer: a guess made then would be kept.
 */
async function discoverParameters(
  { manifest }: Connector,
  known: Config,
  send: (request: HttpRequest, signal: AbortSignal) => Promise<HttpAnswer>,
  signal: AbortSignal,
): Promise<Config> {
  const config: Record<string, Json> = { ...known.config };
  for (const step of manifest.discover ?? []) {
    const missing = Object.keys(step.values).filter((name) => config[name] === undefined);
    if (missing.length === 0) continue;
    const url = plainText(compileTemplate(step.url).evaluate({ config }));
    const answer = await send({ method: 'GET', url, repeatable: true }, signal);
    if (isPassing(answer.status)) throw notDiscovered(url, answer.status);
    for (const name of missing) {
      const found =
        answer.status === 200 ? evaluate(step.values[name], { config, response: answer.body ?? null }) : null;
      const value = isTold(found) ? found : evaluate(step.fallback?.[name] ?? null, { config });
      const suffixes = manifest.parameters[name]?.trimSuffixes ?? [];
      if (isTold(value)) config[name] = typeof value === 'string' ? trimSuffixes(value, suffixes) : value;
    }
  }
  return { config, secret: known.secret };
}

/** Trouble that may be over in a moment, as against "there is no such page". */
function isPassing(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

function notDiscovered(url: string, status: number): NetworkError {
  return new NetworkError(
    'ERR_DISCOVERY',
    `${url} answered ${status}, so settings that were left out could not be found`,
  );
}

function evaluate(template: Json | undefined, root: Json): Json {
  return compileTemplate(template ?? null).evaluate(root);
}

function isTold(value: Json): boolean {
  return value !== null && value !== '';
}

function createAuthenticator(
  { manifest, name }: Connector,
  spec: ClientSpec,
  values: Config,
  context: Parameters<(typeof authenticators extends ReadonlyMap<string, infer C> ? C : never)['create']>[1],
): Authenticator {
  const source = manifest.authentications[spec.authentication]?.authenticator ?? { type: 'none' };
  const { type, ...options } = source;
  const component = authenticators.get(type);
  if (!component) throw new ConfigError('ERR_MANIFEST', `${name}: unknown authenticator "${type}"`);
  const rendered = compileTemplate(options as Json).evaluate(values as unknown as Json);
  return component.create(parseWithSchema(component.options, rendered, `authenticator ${type}`) as never, context);
}

function compileErrorRule(rule: ErrorRuleManifest): ErrorRule {
  const when = compileCondition(rule.when, 'errors.when');
  return {
    when: (answer) => when({ status: answer.status, headers: answer.headers, body: answer.body ?? null }),
    then: rule.then,
    ...(rule.message !== undefined && { message: rule.message }),
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
