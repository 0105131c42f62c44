import type { IncomingHttpHeaders } from 'node:http';
import type { Json } from './record.ts';

/** A request after its body was read. */
export interface SandboxRequest {
  readonly method: string;
  /** Path as it was sent, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly rawQuery: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What goes back to the client. */
export interface Answer {
  readonly status: number;
  readonly body: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** Thrown where a request is refused; the answer is what the client gets. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`Refused with ${answer.status}`);
    this.answer = answer;
  }
}

const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' };

/** An answer whose body is JSON text already. */
export function jsonText(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, body, headers: { ...JSON_HEADERS, ...headers } };
}

/** An answer with a JSON body. */
export function json(status: number, body: Json, headers: Readonly<Record<string, string>> = {}): Answer {
  return jsonText(status, JSON.stringify(body), headers);
}

/** The plain error Halo gives: `{ "Message": … }`. */
export function message(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return json(status, { Message: text }, headers);
}

/** A .NET exception, which is how Halo words its business rules. */
export function businessError(text: string): Answer {
  return json(400, { ClassName: 'System.Exception', Message: text });
}

/** Model errors, keyed by JSON path. */
export function modelError(path: string, text: string): Answer {
  return json(400, { [path]: [text] });
}

/** The answer for an id nobody has. */
export function notFound(what: string, id: string): Answer {
  return message(404, `The requested ${what} could not be found (${id}).`);
}
