import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A row as an API answers it. */
export type Row = Record<string, unknown>;

/** A call that a made-up system got. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  /** Body as it came; parsed where it is JSON. */
  readonly body: unknown;
}

/** What is answered. */
export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One call of a made-up API; `path` holds groups for its parameters. */
export interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly answer: (call: Call, ...parameters: string[]) => Answer;
}

/** A made-up system that listens. */
export interface SandboxSystem {
  readonly url: string;
  /** Calls that change something, in order. */
  readonly writes: readonly Call[];
  readonly calls: readonly Call[];
  /** Refuses the next call of a path, as a system does that has lost its way half way. */
  refuseOnce(path: string, status: number): void;
  close(): Promise<void>;
}

/** Serves routes on 127.0.0.1; port 0 takes any. What no route knows is 404. */
export async function startSystem(routes: readonly Route[], port = 0): Promise<SandboxSystem> {
  const calls: Call[] = [];
  const refusals = new Map<string, number>();
  const server = createServer((request, response) => {
    void readCall(request).then((call) => {
      calls.push(call);
      const refused = refusals.get(call.path);
      refusals.delete(call.path);
      const {
        status = 200,
        body,
        headers = {},
      }: Answer = refused === undefined ? answerOf(routes, call) : { status: refused, body: { message: 'refused' } };
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(body === undefined ? '' : JSON.stringify(body));
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    refuseOnce(path, status) {
      refusals.set(path, status);
    },
    get writes() {
      return calls.filter(({ method, path }) => method !== 'GET' && !/token|auth/i.test(path));
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answerOf(routes: readonly Route[], call: Call): Answer {
  for (const { method, path, answer } of routes) {
    const found = method === call.method ? path.exec(call.path) : null;
    if (found) return answer(call, ...found.slice(1));
  }
  return { status: 404, body: { message: `There is no ${call.method} ${call.path}` } };
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://sandbox');
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const { method = 'GET', headers } = request;
  return { method, path: pathname, query: searchParams, headers, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
