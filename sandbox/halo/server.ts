import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { message, Refusal, type Answer, type SandboxRequest } from './answer.ts';
import { newCounts, type Counts } from './counts.ts';
import { parseDate } from './dates.ts';
import { FaultBook, type Strike } from './faults.ts';
import { resolveOptions, type SandboxHaloOptions, type Settings } from './options.ts';
import { RollingWindow } from './rate-limit.ts';
import { RequestLog, type LoggedRequest } from './request-log.ts';
import { route, type RouteContext } from './routes.ts';
import { seedStore } from './seed/seed.ts';
import { Selections } from './selection.ts';
import { KeySink } from './sink.ts';
import { SandboxStore } from './store.ts';
import { strikeRequest, type Outcome } from './strike.ts';
import { SyntheticTickets } from './synthetic.ts';
import { TokenBook } from './tokens.ts';
import { readRequest, sendOutcome, statusOf } from './transport.ts';
import { WebhookSender } from './webhooks.ts';

export type { SandboxHaloOptions } from './options.ts';

/** A running sandbox Halo. */
export interface SandboxHalo {
  /** Address of the server; the resource server is below it at /api. */
  readonly url: string;
  /** Address of the authorisation server, without /token. */
  readonly authUrl: string;
  readonly tenant: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly username: string;
  readonly password: string;
  readonly store: SandboxStore;
  readonly faults: FaultBook;
  /** The latest requests, oldest first; status 0 is a request that got no answer. */
  readonly requests: readonly LoggedRequest[];
  readonly counts: Counts;
  /** What `sinkMode: 'count'` has counted. */
  readonly sink: KeySink;
  /** Sends what API writes do to tickets to the webhooks that ask for it. */
  readonly webhooks: WebhookSender;
  /** Makes all tokens invalid, as an administrator can. */
  revokeTokens(): void;
  /** Hangs up on everyone and stops. */
  close(): Promise<void>;
}

interface Running {
  readonly context: RouteContext;
  readonly faults: FaultBook;
  readonly window: RollingWindow;
  readonly log: RequestLog;
  readonly closing: AbortController;
}

/** Starts an HTTP server that behaves as the Halo API does, on 127.0.0.1. */
export async function startSandboxHalo(options: SandboxHaloOptions = {}): Promise<SandboxHalo> {
  const settings = resolveOptions(options);
  let url = '';
  const context = buildContext(settings, () => `${url}/auth`);
  const running: Running = {
    context,
    faults: new FaultBook(),
    window: new RollingWindow(settings.rateLimit, settings.now),
    log: new RequestLog(settings.requestLogSize, settings.now),
    closing: new AbortController(),
  };
  // Every answer that is late listens.
  setMaxListeners(0, running.closing.signal);
  const server = createServer((request, response) => void serve(running, request, response));
  url = await listen(server, settings.port);
  const { tenant, clientId, clientSecret, username, password } = settings;
  return {
    url,
    authUrl: `${url}/auth`,
    ...{ tenant, clientId, clientSecret, username, password },
    ...{ store: context.store, counts: context.counts, sink: context.sink, webhooks: context.webhooks },
    faults: running.faults,
    requests: running.log.entries,
    revokeTokens: () => {
      context.tokens.revokeAll();
    },
    close: () => close(server, running.closing),
  };
}

function buildContext(settings: Settings, authUrl: () => string): RouteContext {
  const baseMs = parseDate(settings.baseDate);
  if (baseMs === undefined) throw new Error(`baseDate "${settings.baseDate}" is not a date`);
  const store = new SandboxStore(settings.now);
  const world = seedStore(store, settings.seed, settings.syntheticTickets, baseMs);
  if (settings.syntheticTickets > 0) {
    store.replaceTable('tickets', new SyntheticTickets(settings.syntheticTickets, world, baseMs));
  }
  return {
    settings,
    store,
    selections: new Selections(store),
    sink: new KeySink(settings.sinkKeyFields),
    counts: newCounts(),
    webhooks: new WebhookSender(store),
    tokens: new TokenBook(settings.now),
    authUrl,
  };
}

/** One request from its first byte to its answer. */
async function serve(running: Running, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const request = await readRequest(incoming);
    const strikes = running.faults.strike(request);
    const outcome = await outcomeOf(running, request, strikes);
    running.context.counts.requests += 1;
    running.log.add(request, statusOf(outcome));
    await sendOutcome(outcome, response);
  } catch {
    // The client hung up, or the sandbox is closing: nobody is left to answer.
    response.destroy();
  }
}

async function outcomeOf(running: Running, request: SandboxRequest, strikes: readonly Strike[]): Promise<Outcome> {
  const handle = (): Answer => handleRequest(running, request, strikes);
  if (strikes.length === 0) return { kind: 'answer', answer: handle() };
  return strikeRequest(strikes, handle, running.closing.signal);
}

function handleRequest({ context, window }: Running, request: SandboxRequest, strikes: readonly Strike[]): Answer {
  const refusal = window.admit();
  if (refusal !== undefined) {
    context.counts.limited += 1;
    return refusal;
  }
  try {
    return route(context, request, strikes);
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    return message(500, `The sandbox failed: ${String(error)}`);
  }
}

async function listen(server: Server, port: number): Promise<string> {
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function close(server: Server, closing: AbortController): Promise<void> {
  closing.abort();
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
