import { SourceError } from '../core/errors.ts';
import type { DataRecord, Json } from '../core/record.ts';
import { createReadAhead } from './paging/read-ahead.ts';
import { pagedRequest } from './paging/paged-request.ts';
import { createRepetitionGuard } from './paging/repetition.ts';
import { toCount } from './paging/signs.ts';
import { requestUrl } from './request-url.ts';
import { rowsOfAnswer } from './rows-of-answer.ts';
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
  Shape,
} from './types.ts';
import { valueAt } from './value-at.ts';

/** What is read, and how its pages follow each other. */
export interface ReadPagesOptions {
  readonly client: HttpClient;
  /** The call without paging. */
  readonly request: HttpRequest;
  readonly paginator: Paginator;
  /** Where the rows may stand, in order; '' is the answer itself. */
  readonly recordsAt: readonly string[];
  /** Makes rows of what stands there; a list of rows unless given. */
  readonly shape?: Shape | undefined;
  /** Where the source announces how many rows there are. */
  readonly totalAt?: string | undefined;
  /** Header in which it does, where the answer has nothing at `totalAt`. */
  readonly totalHeader?: string | undefined;
  /** Where an earlier read stopped; undefined reads from the beginning. */
  readonly start?: PagePosition | undefined;
  /** What the last complete read ended with, see {@link PageOfRows.state}. */
  readonly state?: Json | undefined;
  /** Distinct rows of the whole read so far, as the consumer counts them; asked after each page. */
  readonly received: () => number;
  /** A read that needs more is taken for endless; 100,000 unless given. */
  readonly maxPages?: number;
  /** Asks for the next page while the consumer works on this one; the call is for nothing when the consumer stops. */
  readonly readsAhead?: boolean | undefined;
  readonly onExplain?: ((step: PageStep) => void) | undefined;
  readonly onExchange?: ((exchange: Exchange) => void) | undefined;
}

/** One page, on its way to the consumer. */
export interface PageOfRows {
  readonly rows: DataRecord[];
  /** Rows the source announces; undefined where it does not, announces nonsense, or counts parts only. */
  readonly total: number | undefined;
  readonly position: PagePosition;
  /**
   * Where a read goes on after this page, to be saved with it. Assumes that all its rows were new: the paginator
   * is asked again when the consumer has counted, and the read may go on although this is undefined.
   */
  readonly next: PagePosition | undefined;
  /** Why the read ends here, on the same assumption. */
  readonly stop?: string;
  /** What the next read begins with, where the source hands out such a place; on the page with `stop` only. */
  readonly state?: Json;
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
 * Reads page by page until the paginator says stop. Only one page is held, and the one that is asked for meanwhile where
 * that is wanted.
 *
 * @throws SourceError ERR_RECORDS_NOT_FOUND, ERR_RECORD_INVALID, ERR_PAGE_REPEATED, ERR_TOO_MANY_PAGES, what the
 * paginator throws, and what the client throws.
 */
export async function* readPages(
  options: ReadPagesOptions,
  signal: AbortSignal,
): AsyncGenerator<PageOfRows, void, void> {
  const { client, paginator, received, onExchange, maxPages = 100_000 } = options;
  const guard = createRepetitionGuard(paginator.repeats ?? false);
  const ahead = createReadAhead((call) => client.send(call, signal, onExchange && { onExchange }));
  let request = paginator.first(options.start, options.state);
  for (let pages = 1; ; pages += 1) {
    const call = pagedRequest(options.request, request);
    if (pages > maxPages) throw tooManyPages(options, maxPages);
    guard.checkRequest(call, request);
    const answer = await ahead.take(call);
    const { rows, entries } = rowsOfAnswer(answer, options);
    guard.checkRows(call, rows, request.position);
    const info = { ...infoOf(answer, options), rows: entries, records: rows, url: requestUrl(call).href };
    const after = paginator.next({ ...info, received: received() + rows.length }, request);
    if (options.readsAhead && pages < maxPages && !('reason' in after)) ahead.ask(pagedRequest(options.request, after));
    yield toPage(info, request, answer, after, options);
    const counted = { ...info, received: received() };
    const next = paginator.next(counted, request);
    explain(options, counted, request, next);
    if ('reason' in next) return;
    request = next;
  }
}

function infoOf(answer: HttpAnswer, options: ReadPagesOptions): Pick<PageInfo, 'total' | 'body' | 'headers'> {
  return { total: totalOf(answer, options), body: answer.body, headers: answer.headers };
}

function toPage(
  info: Omit<PageInfo, 'received'>,
  request: PageRequest,
  { serverTimeMs, bytes }: HttpAnswer,
  after: PageRequest | PageStop,
  { paginator }: ReadPagesOptions,
): PageOfRows {
  const rows = info.records as DataRecord[];
  const total = paginator.announcesParts ? undefined : info.total;
  const page = { rows, total, position: request.position, serverTimeMs, bytes };
  if (!('reason' in after)) return { ...page, next: after.position };
  const { reason, state } = after;
  return { ...page, next: undefined, stop: reason, ...(state !== undefined && { state }) };
}

/** Only a header tells a number as text: in a body, text is not what the manifest means. */
function totalOf({ body, headers }: HttpAnswer, { totalAt, totalHeader }: ReadPagesOptions): number | undefined {
  const total = totalAt === undefined ? undefined : valueAt(body, totalAt);
  if (typeof total === 'number') return toCount(total);
  return totalHeader === undefined ? undefined : toCount(headers[totalHeader.toLowerCase()]);
}

function tooManyPages({ request: { method, url } }: ReadPagesOptions, maxPages: number): SourceError {
  const path = `${method} ${new URL(url).pathname}`;
  const message = `${path}: no end after ${maxPages} pages; check what ends the paging`;
  return new SourceError('ERR_TOO_MANY_PAGES', message, { details: { path, maxPages } });
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
