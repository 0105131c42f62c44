import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { Answer, SandboxRequest } from './answer.ts';
import type { Outcome } from './strike.ts';

const MEGABYTE = 1024 * 1024;

/** Reads a request to its end. */
export async function readRequest(incoming: IncomingMessage): Promise<SandboxRequest> {
  const url = incoming.url ?? '/';
  const mark = url.indexOf('?');
  const rawQuery = mark < 0 ? '' : url.slice(mark + 1);
  const path = mark < 0 ? url : url.slice(0, mark);
  const method = incoming.method ?? 'GET';
  const body = method === 'GET' ? '' : await readBody(incoming);
  return { method, path, rawQuery, query: new URLSearchParams(rawQuery), headers: incoming.headers, body };
}

/** Sends what became of a request; a drop, a cut and a hang send less than the client waits for. */
export async function sendOutcome(outcome: Outcome, response: ServerResponse): Promise<void> {
  switch (outcome.kind) {
    case 'answer':
      head(outcome.answer, response);
      response.end(outcome.answer.body);
      return;
    case 'cut':
      head(outcome.answer, response);
      response.write(outcome.answer.body.slice(0, Math.floor(outcome.answer.body.length / 2)), () =>
        response.destroy(),
      );
      return;
    case 'drop':
      response.destroy();
      return;
    case 'hang':
      return;
    case 'stream':
      await stream(outcome.megabytes, response);
      return;
  }
}

/** Status of an outcome for the log; 0 where the client gets none. */
export function statusOf(outcome: Outcome): number {
  if (outcome.kind === 'answer' || outcome.kind === 'cut') return outcome.answer.status;
  return outcome.kind === 'stream' ? 200 : 0;
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function head({ status, body, headers }: Answer, response: ServerResponse): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
}

/** A ticket list with one enormous ticket, written as fast as the client takes it. */
async function stream(megabytes: number, response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
  response.write('{"page_no":1,"page_size":50,"record_count":1,"tickets":[{"id":1,"details":"');
  const chunk = 'x'.repeat(MEGABYTE);
  for (let sent = 0; sent < megabytes && !response.destroyed; sent += 1) {
    if (!response.write(chunk)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
  response.end('"}]}');
}
