import type { FastifyReply } from 'fastify';
import type { ConnectedClient } from '../connector/connect.ts';
import type { Json } from '../core/record.ts';
import type { Exchange } from '../http/types.ts';
import type { Api } from './api.ts';
import { RequestError } from './request-error.ts';

/** Headers of an answer that say something about it and carry no credentials. */
const SHOWN_HEADERS =
  /^(content-type|content-length|date|etag|last-modified|location|retry-after|x-request-id|x-correlation-id|(x-)?ratelimit-.*)$/;

/** Aborts when the one who asked has gone before there was an answer, or when the server stops. */
export function goneSignal(reply: FastifyReply, closing: AbortSignal): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished)
      gone.abort(new RequestError(499, 'ERR_REQUEST_ABANDONED', 'Nobody waits any more'));
  });
  return AbortSignal.any([gone.signal, closing]);
}

/** Calls may take minutes; a stop does not wait for them. */
export function closingSignal(api: Api): AbortSignal {
  const closing = new AbortController();
  api.addHook('preClose', (done) => {
    closing.abort(new RequestError(503, 'ERR_STOPPING', 'Sluice is stopping; ask again when it is back'));
    done();
  });
  return closing.signal;
}

/** Headers of an answer that people may see. */
export function shownHeaders(
  client: ConnectedClient,
  headers: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => SHOWN_HEADERS.test(name))
      .map(([name, value]) => [name, client.inside.http.redact(value)]),
  );
}

/** The answer is data and stays as it is, but for the client's own secrets, should the system echo them. */
export function redactStrings(value: Json, redact: (text: string) => string): Json {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item: Json) => redactStrings(item, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactStrings(item, redact)]));
}

/** Calls as answers show them. */
export function shownExchanges(exchanges: readonly Exchange[]): object[] {
  return exchanges.map((exchange) => ({ ...exchange, at: new Date(exchange.at).toISOString() }));
}
