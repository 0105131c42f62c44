import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ScriptBook, type LabAnswer, type LabRequest } from './script.ts';
import { LabTokens } from './tokens.ts';

/** A row of the source: `version` rises with each change. */
export interface LabRow {
  readonly id: number | string;
  readonly version: number;
  readonly changed_at: string;
  readonly [field: string]: unknown;
}

/** One row that the target stored, in the order of storing. */
export interface LabWrite {
  readonly key: string;
  readonly version: number;
  readonly isNew: boolean;
}

/** Rows on a page unless the caller asks for another number. */
const PAGE = 50;

type Order = (a: LabRow, b: LabRow) => number;

/**
 * Rows of the source. The list of the last reading is kept until a row changes: with hundreds of thousands of them, to sort them
 * for each page takes longer than what is tested.
 */
class Rows extends Map<number | string, LabRow> {
  #kept: { readonly since: number; readonly order: Order | undefined; readonly rows: readonly LabRow[] } | undefined;

  override set(id: number | string, row: LabRow): this {
    this.#kept = undefined;
    return super.set(id, row);
  }

  override delete(id: number | string): boolean {
    this.#kept = undefined;
    return super.delete(id);
  }

  override clear(): void {
    this.#kept = undefined;
    super.clear();
  }

  /** Rows that changed at this time or later, epoch milliseconds, in an order; by id unless given. */
  list(since: number, order: Order | undefined): readonly LabRow[] {
    if (this.#kept?.since === since && this.#kept.order === order) return this.#kept.rows;
    const changed = since === -Infinity ? [...this.values()] : [...this.values()].filter(changedSince(since));
    const rows = changed.sort(order ?? ((a, b) => Number(a.id) - Number(b.id)));
    this.#kept = { since, order, rows };
    return rows;
  }
}

/**
 * A system on 127.0.0.1 that is source and target at once, and does what scripts say.
 *
 * GET /records gives the source's rows by pages, GET and POST /items the target's, POST /token tokens. Refusals
 * repeat the caller's credentials, as careless systems do, so that tests can look for them in our logs.
 */
export class Lab {
  readonly scripts = new ScriptBook();
  readonly tokens = new LabTokens();
  readonly rows = new Rows();
  readonly items: Record<string, unknown>[] = [];
  readonly writes: LabWrite[] = [];
  readonly requests: LabRequest[] = [];
  /** Keys of rows that the target refuses, with the whole batch they are in. */
  readonly refused = new Set<string>();
  /** Calls of /records and /items need a key or a token. */
  readonly key: string;
  /** How far this system's clock is off. */
  skewMs = 0;
  /** Order of the source's rows; by id unless set. */
  order: Order | undefined;
  url = '';
  readonly #server: Server;

  constructor(key: string) {
    this.key = key;
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.keepAliveTimeout = 60_000;
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  /** The time by its own clock, epoch milliseconds. */
  now(): number {
    return Date.now() + this.skewMs;
  }

  /** Adds so many rows, or changes the one with this id. */
  add(count: number, fields: object = {}): void {
    const first = this.rows.size + 1;
    for (let id = first; id < first + count; id += 1) this.write(id, fields);
  }

  write(id: number | string, fields: object = {}): void {
    const version = (this.rows.get(id)?.version ?? 0) + 1;
    this.rows.set(id, { id, name: `row ${id}`, version, changed_at: new Date(this.now()).toISOString(), ...fields });
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const request = await readRequest(incoming);
      this.requests.push(request);
      let done: LabAnswer | undefined;
      const commit = (): LabAnswer => (done ??= this.#act(request));
      const send = (answer: LabAnswer): void => {
        this.#send(answer, response);
      };
      const act = this.scripts.find(request);
      if (act) await act({ request, commit, send, response });
      else send(commit());
    } catch {
      // The caller hung up.
      response.destroy();
    }
  }

  #send({ status, headers = {}, body }: LabAnswer, response: ServerResponse): void {
    const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const date = new Date(this.now()).toUTCString();
    response.writeHead(status, { 'content-type': 'application/json', date, ...headers }).end(text);
  }

  #act(request: LabRequest): LabAnswer {
    if (request.path === '/token') return this.tokens.answer(request);
    if (!this.#isSignedIn(request)) return refusal(401, request, 'not signed in');
    if (request.path === '/records') return this.#list(request, (since) => this.rows.list(since, this.order));
    if (request.path !== '/items') return refusal(404, request, 'not here');
    return request.method === 'POST' ? this.#store(request) : this.#list(request, (since) => this.#itemsSince(since));
  }

  /** Times are compared as they are written: to read hundreds of thousands for every page would take longer than what is tested. */
  #itemsSince(since: number): readonly Record<string, unknown>[] {
    if (since === -Infinity) return this.items;
    const from = new Date(since).toISOString();
    return this.items.filter((item) => String(item['changed_at']) >= from);
  }

  #isSignedIn({ headers }: LabRequest): boolean {
    return headers['x-key'] === this.key || this.tokens.isGood(headers.authorization);
  }

  #list({ query }: LabRequest, all: (since: number) => readonly object[]): LabAnswer {
    const since = query.get('changed_since');
    const rows = all(since === null ? -Infinity : Date.parse(since));
    const size = Number(query.get('size') ?? PAGE);
    const first = (Number(query.get('page') ?? 1) - 1) * size;
    return { status: 200, body: { rows: rows.slice(first, first + size), total: rows.length } };
  }

  #store(request: LabRequest): LabAnswer {
    const rows = JSON.parse(request.body) as Record<string, unknown>[];
    const bad = rows.find((row) => this.refused.has(String(row['key_field'])));
    if (bad) return refusal(400, request, `row ${String(bad['key_field'])} is refused`);
    const gone = rows.find((row) => row['id'] !== undefined && !this.items.some((item) => item['id'] === row['id']));
    if (gone) return refusal(404, request, `no item ${String(gone['id'])}`);
    return { status: 201, body: rows.map((row) => this.#storeRow(row)) };
  }

  #storeRow(row: Record<string, unknown>): Record<string, unknown> {
    // Most are new: to look for them among hundreds of thousands would take longer than what is tested.
    const known = row['id'] === undefined ? undefined : this.items.find((item) => item['id'] === row['id']);
    const stored = known ?? { id: this.items.length + 1 };
    Object.assign(stored, row, { id: stored['id'], changed_at: new Date(this.now()).toISOString() });
    if (!known) this.items.push(stored);
    this.writes.push({ key: String(row['key_field']), version: Number(row['version']), isNew: !known });
    return stored;
  }
}

/** Starts a lab. */
export async function startLab(key: string): Promise<Lab> {
  const lab = new Lab(key);
  await lab.listen();
  return lab;
}

function changedSince(since: number): (row: Readonly<Record<string, unknown>>) => boolean {
  return (row) => Date.parse(String(row['changed_at'])) >= since;
}

function refusal(status: number, { headers }: LabRequest, message: string): LabAnswer {
  const told = String(headers['x-key'] ?? headers.authorization ?? '');
  return { status, body: { message: `${message}, said ${told}` } };
}

async function readRequest(incoming: IncomingMessage): Promise<LabRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://lab');
  return {
    method: incoming.method ?? '',
    path: pathname,
    query: searchParams,
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString('utf8'),
    at: Date.now(),
  };
}
