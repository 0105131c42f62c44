import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A made-up shop with an API to learn on: the tutorial in docs/connectors.md builds its connector. */
export interface Bookshop {
  readonly url: string;
  readonly key: string;
  readonly books: Book[];
  close(): Promise<void>;
}

/** A book as the API tells it; `changed` is in epoch seconds, as so often. */
export interface Book {
  id: number;
  title: string;
  price: string;
  changed: number;
}

export interface BookshopOptions {
  readonly port?: number;
  readonly key?: string;
  readonly books?: number;
}

const PAGE_LIMIT = 50;
const BOOK = /^\/v1\/books\/(\d+)(\/stock)?$/;

/** Starts the shop on 127.0.0.1; port 0 takes any. */
export async function startBookshop({
  port = 0,
  key = 'bookshop-key',
  books: count = 120,
}: BookshopOptions = {}): Promise<Bookshop> {
  const books = Array.from({ length: count }, (_, index) => makeBook(index + 1));
  const server = createServer((request, response) => {
    void answer({ books, key }, request, response);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key,
    books,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function makeBook(id: number): Book {
  const changed = Date.UTC(2026, 0, 1) / 1000 + id * 3600;
  return { id, title: `Volume ${id}`, price: (5 + (id % 20)).toFixed(2), changed };
}

type Shop = Pick<Bookshop, 'books' | 'key'>;

async function answer(shop: Shop, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://shop');
  if (request.headers['x-shop-key'] !== shop.key) {
    send(response, 401, problem('The key is not known'));
    return;
  }
  if (pathname === '/v1/shop') {
    send(response, 200, { name: 'Made-up Books' });
    return;
  }
  if (pathname === '/v1/books') {
    if (request.method === 'POST') {
      create(shop, await readJson(request), response);
      return;
    }
    list(shop, searchParams, response);
    return;
  }
  const [, id, isStock] = BOOK.exec(pathname) ?? [];
  const book = shop.books.find((each) => each.id === Number(id));
  if (!book) {
    send(response, 404, problem('There is no such thing here'));
    return;
  }
  if (isStock) {
    send(response, 200, { stock: { copies: (book.id * 7) % 10, shelf: `S${book.id % 5}` } });
    return;
  }
  if (request.method !== 'PUT') {
    send(response, 200, { book });
    return;
  }
  Object.assign(book, await readJson(request), { id: book.id, changed: Math.floor(Date.now() / 1000) });
  send(response, 200, { book });
}

/** Pages by a cursor; what is wrong with a request is told with status 200. */
function list({ books }: Shop, query: URLSearchParams, response: ServerResponse): void {
  const limit = Math.min(Number(query.get('limit') ?? 20), PAGE_LIMIT);
  if (!Number.isInteger(limit) || limit < 1) {
    send(response, 200, problem('limit must be a number'));
    return;
  }
  const since = Number(query.get('changed_since') ?? 0);
  const found = books.filter((book) => book.changed >= since);
  const start = Number(Buffer.from(query.get('cursor') ?? '', 'base64url').toString() || 0);
  const end = start + limit;
  const next = end < found.length ? Buffer.from(String(end)).toString('base64url') : null;
  send(response, 200, { total: found.length, books: found.slice(start, end), next_cursor: next });
}

function create({ books }: Shop, given: Partial<Book>, response: ServerResponse): void {
  if (typeof given.title !== 'string' || given.title === '') {
    send(response, 422, problem('A book needs a title'));
    return;
  }
  const id = Math.max(0, ...books.map((book) => book.id)) + 1;
  const book = { ...makeBook(id), ...given, id, changed: Math.floor(Date.now() / 1000) };
  books.push(book);
  send(response, 201, { book });
}

function problem(text: string): object {
  return { problem: { text } };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function readJson(request: IncomingMessage): Promise<Partial<Book>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    return JSON.parse(Buffer.concat(chunks).toString()) as Partial<Book>;
  } catch {
    return {};
  }
}
