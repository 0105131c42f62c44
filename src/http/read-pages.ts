import { hash } from 'node:crypto';
import { SourceError } from '../core/errors.ts';
import { parsePath, setPath } from '../core/field-path.ts';
import { isObject, isRecord, type DataRecord, type Json } from '../core/record.ts';
import type {
  Exchange,
  HttpAnswer,
  HttpClient,
  HttpRequest,
  PageInfo,
  PagePosition,
  PageRequest,
  PageStop,
  Paginator,
} from './types.ts';
import { requestUrl } from './request-url.ts';
import { valueAt } from './value-at.ts';

/** What is read, and how its pages follow each other. */
export interface ReadPagesOptions {
  readonly client: HttpClient;
  /** The call without paging. */
  readonly request: HttpRequest;
  readonly paginator: Paginator;
  /** Where the rows may stand, in order; '' is the answer itself. */
  readonly recordsAt: readonly string[];
  /** Where the source announces how many rows there are. */
  readonly totalAt?: string | undefined;
  /** Where an earlier read stopped; undefined reads from the beginning. */
  readonly start?: PagePosition | undefined;
  /** Distinct rows of the whole read so far, as the consumer counts them; asked after each page. */
  readonly received: () => number;
  /** A read that needs more is taken for endless; 100,000 unless given. */
  readonly maxPages?: number;
  readonly onExplain?: ((step: PageStep) => void) | undefined;
  readonly onExchange?: ((exchange: Exchange) => void) | undefined;
}

/** One page, on its way to the consumer. */
export interface PageOfRows {
  readonly rows: DataRecord[];
  /** Rows the source announces; undefined where it does not, or announces nonsense. */
  readonly total: number | undefined;
  readonly position: PagePosition;
  /**
   * Where a read goes on after this page, to be saved with it. Assumes that all its rows were new: the paginator
   * is asked again when the consumer has counted, and the read may go on although this is undefined.
   */
  readonly next: PagePosition | undefined;
  /** Why the read ends here, on the same assumption. */
  readonly stop?: string;
  readonly serverTimeMs: number | undefined;
  readonly bytes: number;
}

/** What was decided after a page. */
export interface PageStep {
  readonly position: PagePosition;
  readonly rows: number;
  readonly received: number;
  readonly total: number | undefined;
  /** Exactly one of the two is set. */
  readonly next: PagePosition | undefined;
  readonly stop: string | undefined;
}

/**
 * Reads page by page until the paginator says stop. Only one page is held; the next one is asked for when the
 * consumer comes back.
 *
 * @throws SourceError ERR_RECORDS_NOT_FOUND, ERR_RECORD_INVALID, ERR_PAGE_REPEATED, ERR_TOO_MANY_PAGES, and what the
 * client throws.
 */
export async function* readPages(
  options: ReadPagesOptions,
  signal: AbortSignal,
): AsyncGenerator<PageOfRows, void, void> {
  const { paginator, received, maxPages = 100_000 } = options;
  const seen = new Map<string, PagePosition>();
  let request = paginator.first(options.start);
  for (let pages = 1; ; pages += 1) {
    if (pages > maxPages) throw tooManyPages(options, maxPages);
    const answer = await fetchPage(options, request, signal);
    const rows = rowsOf(answer, options);
    refuseRepetition(seen, rows, request.position, options);
    const info = {
      rows: rows.length,
      records: rows,
      url: requestUrl(toRequest(options.request, request)).href,
      total: totalOf(answer, options),
      body: answer.body,
      headers: answer.headers,
    };
    yield toPage(rows, info, request, answer, options);
    const counted = { ...info, received: received() };
    const next = paginator.next(counted, request);
    explain(options, counted, request, next);
    if ('reason' in next) return;
    request = next;
  }
}

async function fetchPage(options: ReadPagesOptions, page: PageRequest, signal: AbortSignal): Promise<HttpAnswer> {
  const { client, request, onExchange } = options;
  return client.send(toRequest(request, page), signal, onExchange && { onExchange });
}

/** The operation's request with what the paginator adds. */
function toRequest(request: HttpRequest, { query, body, headers, url }: PageRequest): HttpRequest {
  const address = url === undefined ? { url: request.url, query: { ...request.query, ...query } } : addressOf(url);
  return {
    ...request,
    ...address,
    ...(headers && { headers: { ...request.headers, ...headers } }),
    ...(body && { json: Object.entries(body).reduce(setInto, asRecord(request.json)) }),
  };
}

function addressOf(url: string): Pick<HttpRequest, 'url' | 'query'> {
  return { url, query: {} };
}

function asRecord(json: Json | undefined): DataRecord {
  return json !== undefined && isRecord(json) ? json : {};
}

function setInto(record: DataRecord, [path, value]: [string, Json]): DataRecord {
  return setPath(record, parsePath(path), value);
}

function toPage(
  rows: DataRecord[],
  info: Omit<PageInfo, 'received'>,
  request: PageRequest,
  { serverTimeMs, bytes }: HttpAnswer,
  { paginator, received }: ReadPagesOptions,
): PageOfRows {
  const after = paginator.next({ ...info, received: received() + rows.length }, request);
  const page = { rows, total: info.total, position: request.position, serverTimeMs, bytes };
  return 'reason' in after ? { ...page, next: undefined, stop: after.reason } : { ...page, next: after.position };
}

/** No content is no rows. Anything else has to have a list where the manifest says: rows are never guessed. */
function rowsOf({ status, body }: HttpAnswer, { recordsAt, request }: ReadPagesOptions): DataRecord[] {
  if (status === 204 && body === undefined) return [];
  for (const path of recordsAt) {
    const rows = valueAt(body, path);
    if (Array.isArray(rows)) return checkRows(rows as readonly Json[], request);
  }
  throw recordsNotFound(body, recordsAt, request);
}

function checkRows(rows: readonly Json[], request: HttpRequest): DataRecord[] {
  const wrong = rows.findIndex((row) => !isRecord(row));
  if (wrong === -1) return rows as DataRecord[];
  const message = `${pathOf(request)}: row ${wrong + 1} of the answer is ${kindOf(rows[wrong])}, not an object`;
  throw new SourceError('ERR_RECORD_INVALID', message, { details: { path: pathOf(request), row: wrong } });
}

function recordsNotFound(body: Json | undefined, recordsAt: readonly string[], request: HttpRequest): SourceError {
  const path = pathOf(request);
  const keys = isObject(body) ? Object.keys(body).slice(0, 30) : undefined;
  const tried = recordsAt.map((candidate) => (candidate === '' ? 'the answer itself' : `"${candidate}"`)).join(', ');
  const found = keys ? `an object with the keys ${keys.join(', ') || '(none)'}` : kindOf(body);
  const message = `${path}: no list of records at ${tried}; the answer is ${found}`;
  return new SourceError('ERR_RECORDS_NOT_FOUND', message, { details: { path, tried: recordsAt, keys } });
}

function totalOf({ body }: HttpAnswer, { totalAt }: ReadPagesOptions): number | undefined {
  const total = totalAt === undefined ? undefined : valueAt(body, totalAt);
  return typeof total === 'number' && Number.isSafeInteger(total) && total >= 0 ? total : undefined;
}

/**
 * A source that ignores the page number sends the same page for ever. Only rows are compared, since the page number
 * is often part of the answer; a hash of each page is kept, not the page.
 */
function refuseRepetition(
  seen: Map<string, PagePosition>,
  rows: readonly DataRecord[],
  position: PagePosition,
  { request }: ReadPagesOptions,
): void {
  if (rows.length === 0) return;
  const fingerprint = hash('sha256', JSON.stringify(rows), 'base64');
  const earlier = seen.get(fingerprint);
  if (earlier) {
    const [first, again] = [JSON.stringify(earlier), JSON.stringify(position)];
    const message = `${pathOf(request)}: page ${again} has the same rows as page ${first}; the source does not page`;
    throw new SourceError('ERR_PAGE_REPEATED', message, { details: { path: pathOf(request), earlier, position } });
  }
  seen.set(fingerprint, position);
}

function tooManyPages({ request }: ReadPagesOptions, maxPages: number): SourceError {
  const message = `${pathOf(request)}: no end after ${maxPages} pages; check what ends the paging`;
  return new SourceError('ERR_TOO_MANY_PAGES', message, { details: { path: pathOf(request), maxPages } });
}

function explain(
  options: ReadPagesOptions,
  info: PageInfo,
  { position }: PageRequest,
  next: PageRequest | PageStop,
): void {
  const { rows, received, total } = info;
  const isEnd = 'reason' in next;
  const decision = { next: isEnd ? undefined : next.position, stop: isEnd ? next.reason : undefined };
  options.onExplain?.({ position, rows, received, total, ...decision });
}

function pathOf({ method, url }: HttpRequest): string {
  return `${method} ${new URL(url).pathname}`;
}

function kindOf(value: Json | undefined): string {
  if (value === undefined) return 'empty';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
