import { HttpStatusError } from '../core/errors.ts';
import type { Json } from '../core/record.ts';
import { type PageOfRows, type PageStep, readPages } from '../http/read-pages.ts';
import type { Exchange, HttpClient, PagePosition } from '../http/types.ts';
import type { CompiledOperation } from './compile-operation.ts';
import { askForWindow, changedAt, windowOf } from './delta-window.ts';
import { addDetails, type DetailCache } from './details.ts';
import { carriedFromPath, fillsParents, readForEach } from './for-each.ts';
import type { CallArguments, Operation, RequestBase } from './request.ts';

/** What reading needs of a client. */
export interface Reader {
  /** Identifier of the client. */
  readonly client: string;
  readonly http: HttpClient;
  readonly base: RequestBase;
  readonly details: DetailCache;
  readonly onExchange: ((exchange: Exchange) => void) | undefined;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Finds an operation by entity.operation. */
  operation(name: string): Operation;
  compile(operation: Operation): CompiledOperation;
}

/** Options of a read of many pages. */
export interface ReadOptions {
  readonly start?: PagePosition | undefined;
  /** Start of the window, epoch milliseconds; undefined reads everything. */
  readonly since?: number | undefined;
  /** What the last complete read ended with, where the source hands out such a place. */
  readonly state?: Json | undefined;
  /** Distinct rows that the reader has counted so far. */
  readonly received: () => number;
  readonly maxPages?: number | undefined;
  /** Asks for a page while the one before it is worked on. */
  readonly readsAhead?: boolean | undefined;
  readonly onExplain?: ((step: PageStep) => void) | undefined;
  readonly onExchange?: ((exchange: Exchange) => void) | undefined;
}

/**
 * Reads the rows of an operation page by page: over its parents where it has some, asked for what changed where it can
 * be, each row with what further calls know of it.
 */
export async function* readOperation(
  reader: Reader,
  compiled: CompiledOperation,
  args: CallArguments,
  options: ReadOptions,
  signal: AbortSignal,
): AsyncGenerator<PageOfRows> {
  const { manifest } = compiled.operation;
  const readList = (own: CallArguments, given: ReadOptions) => readFromState(reader, compiled, own, given, signal);
  const needsParents = manifest.forEach !== undefined && !fillsParents(compiled, args);
  const pages = needsParents ? readForEach(reader, compiled, args, options, readList, signal) : readList(args, options);
  const carried = needsParents ? undefined : carriedFromPath(compiled, args);
  for await (const page of pages) {
    const rows = carried ? page.rows.map((row) => ({ ...row, ...carried })) : page.rows;
    yield { ...page, rows: manifest.details ? await addDetails(reader, manifest.details, rows, signal) : rows };
  }
}

/** A place that the source has forgotten (410 Gone) makes the reading begin anew. */
async function* readFromState(
  reader: Reader,
  compiled: CompiledOperation,
  args: CallArguments,
  options: ReadOptions,
  signal: AbortSignal,
): AsyncGenerator<PageOfRows> {
  let isBegun = false;
  try {
    for await (const page of readList(reader, compiled, args, options, signal)) {
      isBegun = true;
      yield page;
    }
  } catch (error) {
    const isForgotten = error instanceof HttpStatusError && error.status === 410;
    if (!isForgotten || isBegun || (options.state ?? null) === null) throw error;
    yield* readList(reader, compiled, args, { ...options, state: undefined }, signal);
  }
}

async function* readList(
  reader: Reader,
  compiled: CompiledOperation,
  args: CallArguments,
  options: ReadOptions,
  signal: AbortSignal,
): AsyncGenerator<PageOfRows> {
  const { delta, total, totalHeader } = compiled.operation.manifest;
  const now = reader.now();
  const window = windowOf(delta, options.since, now);
  const stopsAt = delta?.strategy === 'newest-first' ? window.from : undefined;
  const pages = readPages(
    {
      client: reader.http,
      request: compiled.request(reader.base, askForWindow(delta, window, args, now), window.since),
      paginator: compiled.paginator,
      shape: compiled.shape,
      recordsAt: compiled.recordsAt,
      // Who stops at what is old does not receive all that is announced.
      ...(stopsAt === undefined && { totalAt: total, totalHeader }),
      start: options.start,
      state: options.state,
      received: options.received,
      ...(options.maxPages !== undefined && { maxPages: options.maxPages }),
      readsAhead: options.readsAhead,
      onExplain: options.onExplain,
      onExchange: options.onExchange ?? reader.onExchange,
    },
    signal,
  );
  for await (const raw of pages) {
    const page = { ...raw, rows: compiled.computeRows(raw.rows, args, reader.base.config) };
    const isOld = stopsAt !== undefined && page.rows.some((row) => (changedAt(delta, row) ?? Infinity) < stopsAt);
    yield isOld ? { ...page, next: undefined, stop: 'known' } : page;
    if (isOld) return;
  }
}
