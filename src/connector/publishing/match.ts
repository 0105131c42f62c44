import { ConfigError } from '../../core/errors.ts';
import type { DataRecord, Json } from '../../core/record.ts';
import { compileTemplate } from '../../core/templates.ts';
import type { CallArguments, Operation } from '../request.ts';
import { matchValue, type Target } from './target.ts';
import type { MatchIndex } from './types.ts';

/** Up to this many records are looked up one by one; more are answered from an index of the target's records. */
const FEW = 5;
/** A look-up whose answer announces more rows than this has not narrowed anything down. */
const WIDE = 200;
/** How old the index may be when nothing speaks for a record having arrived: for many records, and for a few. */
const MAX_AGE_MS = 60_000;
const MAX_AGE_FOR_FEW_MS = 5000;
/** Overlap of two readings of what changed in the target: clocks differ and commits come late. */
const OVERLAP_MS = 5 * 60_000;

/** When each index was brought up to date last, by this process. */
const refreshedAt = new WeakMap<Operation, Map<string, number>>();

/**
 * Finds target records by match fields.
 *
 * @param values Values of `fields` to look for.
 * @param fresh True when a record may have just arrived: the target is asked again, whatever we know.
 * @returns Target ids by value; several ids where several target records carry it.
 */
export async function findMatches(
  target: Target,
  fields: readonly string[],
  values: readonly string[],
  index: MatchIndex,
  fresh: boolean,
  signal: AbortSignal,
): Promise<Map<string, string[]>> {
  const wanted = [...new Set(values)];
  const isFew = wanted.length <= FEW;
  if (isFew && target.operation.entity.find?.fields.includes(fields[0] ?? '')) {
    const found = await findEach(target, fields, wanted, signal);
    if (found) return found;
  }
  const maxAge = fresh ? 0 : isFew ? MAX_AGE_FOR_FEW_MS : MAX_AGE_MS;
  await refreshIndex(target, fields, index, maxAge, signal);
  return index.find(wanted);
}

/** One look-up per value; undefined when look-ups do not narrow the target down. */
async function findEach(
  target: Target,
  fields: readonly string[],
  values: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, string[]> | undefined> {
  const found = new Map<string, string[]>();
  for (const value of values) {
    const ids = await findOne(target, fields, value, signal);
    if (ids === undefined) return undefined;
    if (ids.length > 0) found.set(value, ids);
  }
  return found;
}

async function findOne(
  target: Target,
  fields: readonly string[],
  value: string,
  signal: AbortSignal,
): Promise<string[] | undefined> {
  const { find } = target.operation.entity;
  if (!find) return undefined;
  const first = fields.length === 1 ? value : ((JSON.parse(value) as string[])[0] ?? '');
  const query = compileTemplate(find.query as Json).evaluate({ field: fields[0] ?? '', value: first });
  const ids: string[] = [];
  for await (const page of readTarget(
    target,
    find.operation,
    { query: (query as CallArguments['query']) ?? {} },
    signal,
  )) {
    if ((page.total ?? page.rows.length) > WIDE) return undefined;
    ids.push(
      ...entriesOf(target, fields, page.rows)
        .filter((entry) => entry.value === value)
        .map((entry) => entry.targetId),
    );
  }
  return [...new Set(ids)];
}

/** Reads what is in the target, or what changed there since last time, into the index. */
async function refreshIndex(
  target: Target,
  fields: readonly string[],
  index: MatchIndex,
  maxAge: number,
  signal: AbortSignal,
): Promise<void> {
  const ages = refreshedAt.get(target.operation) ?? new Map<string, number>();
  refreshedAt.set(target.operation, ages);
  const name = fields.join(',');
  const age = Date.now() - (ages.get(name) ?? 0);
  if (age < maxAge) return;

  const operationName = target.operation.entity.find?.operation ?? 'list';
  const startedAt = Date.now();
  const scannedAt = await index.scannedAt();
  const { delta } = target.client.operation(target.operation.entity.name, operationName).manifest;
  const since = scannedAt !== undefined && delta?.format === 'iso-no-zone' ? scannedAt - OVERLAP_MS : undefined;
  const query = since === undefined || !delta ? {} : { [delta.parameter]: new Date(since).toISOString().slice(0, 19) };
  let serverTime: number | undefined;
  let seen = 0;
  let usable = 0;
  for await (const page of readTarget(target, operationName, { query }, signal)) {
    serverTime ??= page.serverTimeMs;
    const entries = entriesOf(target, fields, page.rows);
    seen += page.rows.length;
    usable += entries.length;
    await index.add(entries);
  }
  if (seen > 0 && usable === 0 && since === undefined) throw fieldsAbsent(target, fields);
  await index.writeScannedAt(serverTime ?? startedAt);
  ages.set(name, startedAt);
}

async function* readTarget(target: Target, operationName: string, args: CallArguments, signal: AbortSignal) {
  const operation = target.client.operation(target.operation.entity.name, operationName);
  const inactive = operation.manifest.queryParameters?.['includeinactive'] ? { includeinactive: true } : {};
  let received = 0;
  const pages = target.client.read(
    operation,
    { ...args, query: { ...inactive, ...args.query } },
    { received: () => received },
    signal,
  );
  for await (const page of pages) {
    received += page.rows.length;
    yield page;
  }
}

function entriesOf(target: Target, fields: readonly string[], rows: readonly DataRecord[]) {
  const idField = target.idField ?? target.operation.entity.key[0] ?? 'id';
  return rows.flatMap((row) => {
    const value = matchValue(row, fields);
    const id = row[idField];
    return value === undefined || id === undefined || id === null ? [] : [{ value, targetId: String(id) }];
  });
}

function fieldsAbsent(target: Target, fields: readonly string[]): ConfigError {
  return new ConfigError(
    'ERR_MATCH_FIELD_ABSENT',
    `No row of "${target.operation.entity.name}" in ${target.client.identifier} carries ${fields.join(' and ')}, so nothing can be matched by it; choose fields that its list shows`,
  );
}
