import { compileCondition } from '../core/conditions.ts';
import { SourceError } from '../core/errors.ts';
import { type DataRecord, isRecord, type Json } from '../core/record.ts';
import { compileTemplate } from '../core/templates.ts';
import type { PageOfRows } from '../http/read-pages.ts';
import type { PagePosition, Query } from '../http/types.ts';
import type { CompiledOperation } from './compile-operation.ts';
import { layOver } from './call-body.ts';
import { isSkipped } from './details.ts';
import type { ForEachManifest } from './manifest-schema.ts';
import { type Reader, type ReadOptions, readOperation } from './read-operation.ts';
import { recordKey } from './record-key.ts';
import type { CallArguments } from './request.ts';

/** Reads the pages of one parent's list. */
type ReadList = (args: CallArguments, options: ReadOptions) => AsyncGenerator<PageOfRows>;

/** Where a reading over parents stands: the page of parents, the parent, and the page of its list. */
interface Place {
  readonly parents: PagePosition;
  /** Parents counted before that page. */
  readonly parentsBefore: number;
  readonly parent: string;
  readonly page: PagePosition;
  /** Rows counted before this parent's list. */
  readonly rowsBefore: number;
}

/** Path parameters that the parents fill in. */
export function parentParameters({ forEach }: CompiledOperation['operation']['manifest']): readonly string[] {
  return Object.keys(forEach?.path ?? {});
}

/** Whether a caller gives everything that parents would fill in: the list of that one alone is read then. */
export function fillsParents({ operation }: CompiledOperation, { path, query, body }: CallArguments): boolean {
  const { forEach } = operation.manifest;
  const places = [
    [forEach?.path, path],
    [forEach?.query, query],
    [forEach?.body, body],
  ] as const;
  const wanted = places.flatMap(([filled, given]) => Object.keys(filled ?? {}).map((name) => valueOf(given, name)));
  return wanted.length > 0 && wanted.every((value) => (value ?? '') !== '');
}

function valueOf(given: Json | Query | undefined, name: string): Json | undefined {
  return isRecord(given as Json) ? (given as DataRecord)[name] : undefined;
}

/**
 * What rows of a parent that the caller names get of it: carried fields that hold the same as one of its path
 * parameters. More is not known, since the parent itself is not read.
 */
export function carriedFromPath(
  { operation }: CompiledOperation,
  { path = {} }: CallArguments,
): DataRecord | undefined {
  const { forEach, pathParameters = {} } = operation.manifest;
  const filled = Object.entries(forEach?.path ?? {});
  const carried = Object.entries(forEach?.carry ?? {}).flatMap(([field, template]): [string, Json][] => {
    const name = filled.find(([, each]) => each === template)?.[0];
    const value = name === undefined ? undefined : path[name];
    if (name === undefined || value === undefined) return [];
    return [[field, pathParameters[name]?.type === 'integer' ? toNumber(value) : value]];
  });
  return carried.length > 0 ? Object.fromEntries(carried) : undefined;
}

/** Command lines and templates give numbers as text; keys of rows must not depend on that. */
function toNumber(value: Json): Json {
  return typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
}

/**
 * Reads a list once for each record of another one.
 *
 * A list whose announced number does not arrive fails the reading: over many parents the sum would hide it.
 */
export async function* readForEach(
  reader: Reader,
  compiled: CompiledOperation,
  args: CallArguments,
  options: ReadOptions,
  readList: ReadList,
  signal: AbortSignal,
): AsyncGenerator<PageOfRows> {
  const forEach = compiled.operation.manifest.forEach as ForEachManifest;
  const parents = reader.compile(reader.operation(forEach.operation));
  const when = forEach.when === undefined ? undefined : compileCondition(forEach.when, 'forEach.when');
  const template = compileTemplate({
    path: forEach.path ?? {},
    query: forEach.query ?? {},
    body: (forEach.body ?? null) as Json,
    carry: forEach.carry ?? {},
  });
  let resumed = placeOf(options.start);
  let counted = resumed?.parentsBefore ?? 0;
  const parentOptions = { received: () => counted, start: resumed?.parents };
  for await (const page of readOperation(reader, parents, {}, parentOptions, signal)) {
    const parentsBefore = counted;
    counted += page.rows.length;
    const rows = page.rows.filter((row) => when?.(row) ?? true);
    const from = resumed ? rows.findIndex((row) => keyOf(parents, row) === resumed?.parent) : 0;
    // A parent that is not on its page any more: its page is read anew, and what comes twice is known by its key.
    if (from === -1) resumed = undefined;
    for (const parent of rows.slice(Math.max(from, 0))) {
      const filled = template.evaluate({ parent, config: reader.base.config }) as unknown as Filled;
      const place = { parents: page.position, parentsBefore, parent: keyOf(parents, parent) };
      yield* readOne(readList, forEach, filled, args, place, resumed, options);
      resumed = undefined;
    }
    resumed = undefined;
  }
}

interface Filled {
  readonly path: Query;
  readonly query: Query;
  /** null where the parents fill in no body. */
  readonly body: Json;
  readonly carry: DataRecord;
}

async function* readOne(
  readList: ReadList,
  forEach: ForEachManifest,
  { path, query, body, carry }: Filled,
  args: CallArguments,
  place: Omit<Place, 'page' | 'rowsBefore'>,
  resumed: Place | undefined,
  options: ReadOptions,
): AsyncGenerator<PageOfRows> {
  const rowsBefore = resumed?.rowsBefore ?? options.received();
  const received = (): number => options.received() - rowsBefore;
  const own = {
    ...args,
    path: { ...path, ...args.path },
    query: { ...query, ...args.query },
    ...(body !== null && { body: args.body === undefined ? body : layOver(body, args.body) }),
  };
  let announced: number | undefined;
  let isBegun = false;
  try {
    for await (const page of readList(own, { ...options, received, start: resumed?.page })) {
      isBegun = true;
      announced = page.rows.length === 0 && !page.total ? announced : page.total;
      const position = { ...place, page: page.position, rowsBefore };
      const rows = page.rows.map((row) => ({ ...row, ...carry }));
      yield { ...page, rows, total: undefined, position };
    }
  } catch (error) {
    if (isBegun || !isSkipped(error, forEach.skipOn)) throw error;
  }
  if (announced !== undefined && received() < announced) throw incomplete(forEach, place.parent, announced, received());
}

function keyOf({ operation }: CompiledOperation, row: DataRecord): string {
  return recordKey(row, operation.entity) ?? JSON.stringify(row);
}

function placeOf(start: PagePosition | undefined): Place | undefined {
  if (!start || !isRecord(start['parents']) || !isRecord(start['page'])) return undefined;
  return start as unknown as Place;
}

function incomplete({ operation }: ForEachManifest, parent: string, announced: number, received: number): SourceError {
  return new SourceError(
    'ERR_RUN_INCOMPLETE',
    `For ${parent} of ${operation} the source announced ${announced} records and sent ${received}. What arrived is kept, the checkpoint stays, and the next run reads them all again`,
    { details: { parents: operation, parent, announced, received } },
  );
}
