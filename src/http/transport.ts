import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { got, type Got, type Request, type Response } from 'got';
import type { AddressGuard } from './address-guard.ts';
import { parseJsonBody } from './json-body.ts';
import { explainFailure, failuresOf, seconds, type Failure } from './network-errors.ts';
import { receive, type Received, type ReceiveLimits } from './receive.ts';
import { requestUrl } from './request-url.ts';
import type { HttpAnswer, HttpRequest, Timeouts } from './types.ts';
import { encodeBody } from './request-body.ts';
import type { Json } from '../core/record.ts';

/** One answer with its text as it came, for exchanges. */
export interface RawAnswer extends HttpAnswer {
  readonly text: string;
}

/** Sends single calls: no sign-in, no limits, no retry. Keeps connections open between calls. */
export interface Transport {
  /**
   * Sends one call.
   *
   * @returns The answer, whatever its status, except redirects. The body of an answer that is neither 2xx nor JSON is
   * its text.
   * @throws NetworkError when there is no usable answer, ConfigError when the address must not be called, the
   * signal's reason when it is aborted.
   */
  readonly send: (request: HttpRequest, signal?: AbortSignal) => Promise<RawAnswer>;
  /** Closes all connections; calls that are under way fail. */
  close(): void;
}

/** Bounds of all calls of a transport. */
export interface TransportOptions {
  readonly timeouts: Timeouts;
  /** Largest answer, counted after unpacking. */
  readonly maxBodyBytes: number;
  readonly guard: AddressGuard;
  /** "Sluice" unless given. */
  readonly userAgent?: string;
  /** Connections to one host at the same time; 50 unless given. */
  readonly maxSockets?: number;
}

/**
 * How long an unused connection stays open; Node closes it earlier where the server's Keep-Alive header says so. Shorter than
 * the 5 s after which Apache, Node and uvicorn close it: a write that meets the closing gets no answer, and without a match
 * rule a person has to look whether it arrived.
 */
const IDLE_CONNECTION_MS = 4000;

/** Creates a transport with connections of its own. */
export function createTransport(options: TransportOptions): Transport {
  const agents = createAgents(options);
  const client = createGot(options, agents);
  return {
    async send(request, signal) {
      signal?.throwIfAborted();
      const startedAt = performance.now();
      const failure = failuresOf(request);
      const stream = startCall(client, request, options.guard);
      const received = await receive(stream, receiveLimits(options, stream, failure), signal);
      return toAnswer(request, received, failure, performance.now() - startedAt);
    },
    close() {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

/** Agents whose sockets are opened to checked addresses only. */
export function createAgents({ guard, maxSockets = 50 }: Pick<TransportOptions, 'guard' | 'maxSockets'>): {
  http: HttpAgent;
  https: HttpsAgent;
} {
  // Node shortens the stay of an idle connection to the server's hint only where `timeout` is set.
  const settings = { keepAlive: true, maxSockets, lookup: guard.lookup, timeout: IDLE_CONNECTION_MS };
  return { http: new HttpAgent(settings), https: new HttpsAgent(settings) };
}

function createGot(
  { timeouts, userAgent = 'Sluice' }: TransportOptions,
  agent: { http: HttpAgent; https: HttpsAgent },
): Got {
  const { connectMs, headersMs, totalMs } = timeouts;
  return got.extend({
    agent,
    headers: { 'user-agent': userAgent, accept: 'application/json' },
    timeout: { lookup: connectMs, connect: connectMs, secureConnect: connectMs, response: headersMs, request: totalMs },
    followRedirect: false,
    throwHttpErrors: false,
    retry: { limit: 0 },
  });
}

function startCall(client: Got, request: HttpRequest, guard: AddressGuard): Request {
  const url = guard.assertHost(requestUrl(request));
  const { method } = request;
  const { type, body } = encodeBody(request);
  const headers = {
    ...(request.expects !== undefined && request.expects !== 'json' && { accept: '*/*' }),
    ...(type !== undefined && { 'content-type': type }),
    ...request.headers,
  };
  return client.stream(url, { method, headers, ...(body !== undefined && { body }) });
}

function receiveLimits(options: TransportOptions, stream: Request, failure: Failure): ReceiveLimits {
  const { timeouts, maxBodyBytes } = options;
  const { idleMs } = timeouts;
  return {
    maxBodyBytes,
    idleMs,
    tooLarge: () => {
      const what = `the answer is larger than ${maxBodyBytes} bytes: ask for smaller pages`;
      return failure('ERR_BODY_TOO_LARGE', what, { retryable: false, details: { maxBodyBytes } });
    },
    silent: () => failure('ERR_TIMEOUT_IDLE', `the answer stopped, and nothing came for ${seconds(idleMs)}`),
    failed: (error) => explainFailure(error, stream, failure, timeouts),
  };
}

function toAnswer(
  { expects = 'json' }: HttpRequest,
  { response, body }: Received,
  failure: Failure,
  durationMs: number,
): RawAnswer {
  const status = response.statusCode;
  const headers = flattenHeaders(response.headers);
  if (status >= 300 && status < 400) throw redirected(response, failure);
  const contentType = headers['content-type'] ?? '';
  const facts = { status, headers, bytes: body.length, durationMs, serverTimeMs: parseDate(headers['date']) };
  if (expects === 'bytes' && status < 300) return { ...facts, text: '', body: fileOf(body, headers) };
  const text = body.toString(encodingOf(contentType));
  const answer = { ...facts, text };
  if (expects === 'text' && status < 300) return { ...answer, body: status === 204 ? undefined : text };
  const parsed = parseJsonBody(text, contentType);
  if (parsed.kind === 'json') return { ...answer, body: parsed.body };
  if (status < 300) throw notJson(parsed.kind, status, text, failure);
  return { ...answer, body: text };
}

/** A file as JSON can hold it. */
function fileOf(body: Buffer, headers: Readonly<Record<string, string>>): Json {
  const name = /filename\*?=(?:UTF-8'')?"?([^";]{1,255})/i.exec(headers['content-disposition'] ?? '')?.[1];
  return {
    contentType: headers['content-type'] ?? 'application/octet-stream',
    ...(name !== undefined && { filename: name.trim() }),
    base64: body.toString('base64'),
  };
}

function redirected(response: Response, failure: Failure): Error {
  const { statusCode: status, headers } = response;
  const to = targetOf(headers.location, response.url);
  const where = to === undefined ? '' : ` to ${to}`;
  const what = `answered ${status} and redirects${where}; redirects are not followed: check the base URI`;
  return failure('ERR_REDIRECTED', what, { retryable: false, mayHaveActed: false, details: { status, to } });
}

/** Where a redirect leads, without its query, which may hold keys. */
function targetOf(location: string | undefined, from: string): string | undefined {
  if (location === undefined || !URL.canParse(location, from)) return undefined;
  const { origin, pathname } = new URL(location, from);
  return `${origin}${pathname}`;
}

function notJson(kind: 'web-page' | 'invalid', status: number, text: string, failure: Failure): Error {
  // The first characters help to see what answered; the client redacts them before anybody reads them.
  const details = { status, start: text.trimStart().slice(0, 200) };
  if (kind === 'web-page') {
    const what = `answered ${status} with a web page instead of JSON: check the base URI`;
    return failure('ERR_NOT_JSON', what, { details });
  }
  return failure('ERR_JSON_INVALID', `answered ${status} with JSON that is cut off or not valid`, { details });
}

function flattenHeaders(headers: Response['headers']): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return flat;
}

/** JSON is UTF-8 unless an old server says otherwise. */
function encodingOf(contentType: string): BufferEncoding {
  const charset = /charset="?([\w-]+)/i.exec(contentType)?.[1]?.toLowerCase();
  if (charset === 'iso-8859-1' || charset === 'latin1' || charset === 'windows-1252') return 'latin1';
  return charset === 'utf-16' || charset === 'utf-16le' ? 'utf16le' : 'utf8';
}

function parseDate(date: string | undefined): number | undefined {
  const instant = Date.parse(date ?? '');
  return Number.isNaN(instant) ? undefined : instant;
}
