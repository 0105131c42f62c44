import { ConfigError } from '../../core/errors.ts';
import { type DataRecord, plainText } from '../../core/record.ts';
import { compileTemplate } from '../../core/templates.ts';
import type { ConnectedClient } from '../connect.ts';
import { fieldOf } from '../delta-window.ts';
import type { CallArguments } from '../request.ts';
import type { MatchRule } from './match-rule.ts';
import type { Target } from './target.ts';
import type { MatchIndex, MatchScan } from './types.ts';

/** Up to this many records are looked up one by one; more are answered from an index of the target's records. */
const FEW = 5;
/** A look-up whose answer announces more rows than this has not narrowed anything down. */
const WIDE = 200;
/** How old the index may be when nothing speaks for a record having arrived: for many records, and for a few. */
const MAX_AGE_MS = 60_000;
const MAX_AGE_FOR_FEW_MS = 5000;
/**
 * An index may be as old as so many readings of it take: of a large target one takes longer than the ages above, and would be
 * too old when it is done. So readings take a quarter of the time at most.
 */
const READINGS_OLD = 4;
/** Overlap of two readings of what changed in the target: clocks differ and commits come late. */
const OVERLAP_MS = 5 * 60_000;

/** A target's clock may differ from what its answers say by this much. */
const CLOCK_MARGIN_MS = 15_000;

/** Tries that may have stored records, as epoch milliseconds of our clock. */
export interface Doubt {
  /** When the first of them began. */
  readonly since: number;
  /** When the last of them can be taken for over. */
  readonly settledAt: number;
}

/** What this process knows of an index: the reading that goes on, and the time that the last one covers. */
interface IndexState {
  /** How far it was complete when that was looked at last. It only ever grows: what is fresh enough stays so until it is too old. */
  scan: MatchScan | undefined;
  /** How long the last reading took that moved it on, milliseconds: one for a doubt alone may be short. */
  tookMs: number;
  running: Promise<void> | undefined;
  covered: { readonly since: number; readonly until: number } | undefined;
}

const states = new WeakMap<ConnectedClient, Map<string, IndexState>>();

/**
 * Finds target records by a match rule.
 *
 * @param values Values of the rule to look for.
 * @param doubt Tries that may have stored some of these records: the target is asked again what changed since then.
 * @param notBefore When the last of these tries was due, where one is not the first: the target may have been put right
 *   before it, so that what was read earlier does not count. Epoch milliseconds; 0 for first tries.
 * @returns Target ids by value; several ids where several target records carry it.
 */
export async function findMatches(
  target: Target,
  rule: MatchRule,
  values: readonly string[],
  index: MatchIndex,
  { doubt, notBefore }: { readonly doubt: Doubt | undefined; readonly notBefore: number },
  signal: AbortSignal,
): Promise<Map<string, string[]>> {
  const wanted = [...new Set(values)];
  const isFew = wanted.length <= FEW;
  if (isFew && target.operation.entity.find?.fields.includes(rule.searchField ?? '')) {
    const found = await findEach(target, rule, wanted, signal);
    if (found) return found;
  }
  const maxAge = isFew ? MAX_AGE_FOR_FEW_MS : MAX_AGE_MS;
  await refreshIndex(target, rule, index, { maxAge, doubt, notBefore }, signal);
  return index.find(wanted);
}

/** One look-up per value; undefined when look-ups do not narrow the target down. */
async function findEach(
  target: Target,
  rule: MatchRule,
  values: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, string[]> | undefined> {
  const found = new Map<string, string[]>();
  for (const value of values) {
    const ids = await findOne(target, rule, value, signal);
    if (ids === undefined) return undefined;
    if (ids.length > 0) found.set(value, ids);
  }
  return found;
}

async function findOne(
  target: Target,
  rule: MatchRule,
  value: string,
  signal: AbortSignal,
): Promise<string[] | undefined> {
  const { find } = target.operation.entity;
  if (!find) return undefined;
  const first = rule.searchValue(value);
  const query = compileTemplate(find.query).evaluate({ field: rule.searchField ?? '', value: first });
  const ids: string[] = [];
  for await (const page of readTarget(
    target,
    find.operation,
    { query: (query as CallArguments['query']) ?? {} },
    undefined,
    signal,
  )) {
    if ((page.total ?? page.rows.length) > WIDE) return undefined;
    ids.push(
      ...entriesOf(target, rule, page.rows)
        .filter((entry) => entry.value === value)
        .map((entry) => entry.targetId),
    );
  }
  return [...new Set(ids)];
}

/**
 * Brings the index up to date, unless it was within `maxAge`.
 *
 * One reading at a time: who can live with its age joins the one that goes on; who is in doubt waits for it and reads
 * again what changed since the doubt began.
 */
async function refreshIndex(
  target: Target,
  rule: MatchRule,
  index: MatchIndex,
  { maxAge, doubt, notBefore }: { maxAge: number; doubt: Doubt | undefined; notBefore: number },
  signal: AbortSignal,
): Promise<void> {
  const state = stateOf(target, rule);
  const isFresh = (scan: MatchScan | undefined): boolean =>
    scan !== undefined &&
    Date.now() - scan.refreshedAt < Math.max(maxAge, READINGS_OLD * state.tookMs) &&
    scan.refreshedAt >= notBefore;
  if (doubt === undefined && isFresh(state.scan)) return;
  while (state.running) {
    await state.running.catch(() => undefined);
    signal.throwIfAborted();
  }
  const work = async (): Promise<void> => {
    const scan = await index.scan();
    state.scan = scan;
    if (isFresh(scan) && (doubt === undefined || isCovered(doubt, state))) return;
    const since = scan && startOfScan(scan, isFresh(scan) ? doubt?.since : undefined);
    const reached = await scanTarget({ target, rule, index }, since, signal);
    // A reading that begins after the last one's end leaves a gap, and vouches for nothing but the doubt.
    const leavesGap = since !== undefined && since > (scan?.scannedAt ?? 0);
    state.covered = { since: leavesGap ? (doubt?.since ?? Infinity) : 0, until: reached.refreshedAt };
    if (leavesGap) return;
    await index.writeScan(reached);
    state.scan = reached;
    state.tookMs = Date.now() - reached.refreshedAt;
  };
  state.running = work();
  try {
    await state.running;
  } finally {
    state.running = undefined;
  }
}

function stateOf(target: Target, rule: MatchRule): IndexState {
  const known = states.get(target.client) ?? new Map<string, IndexState>();
  states.set(target.client, known);
  const name = `${target.operation.entity.name}:${rule.id}`;
  const state = known.get(name) ?? { scan: undefined, tookMs: 0, running: undefined, covered: undefined };
  known.set(name, state);
  return state;
}

/** Whether the last reading began when these tries were over, and went back to before they began. */
function isCovered({ since, settledAt }: Doubt, { covered }: IndexState): boolean {
  return covered !== undefined && covered.since <= since && covered.until >= settledAt;
}

/**
 * From when on the target's changes have to be read, by its own clock. A young index needs only the time of doubt.
 *
 * The last scan tells how far the target's clock is ahead of ours; where it names no time, the usual overlap is read.
 */
function startOfScan({ scannedAt, refreshedAt }: MatchScan, doubtfulSince: number | undefined): number {
  const usual = scannedAt - OVERLAP_MS;
  const clockAheadMs = scannedAt - refreshedAt;
  if (doubtfulSince === undefined || clockAheadMs === 0) return usual;
  return Math.max(usual, doubtfulSince + clockAheadMs - CLOCK_MARGIN_MS);
}

interface Scanning {
  readonly target: Target;
  readonly rule: MatchRule;
  readonly index: MatchIndex;
}

/** Reads what is in the target, or what changed there since a time, into the index; answers how far that reaches. */
async function scanTarget(
  { target, rule, index }: Scanning,
  since: number | undefined,
  signal: AbortSignal,
): Promise<MatchScan> {
  const operationName = target.operation.entity.find?.operation ?? 'list';
  const startedAt = Date.now();
  let serverTime: number | undefined;
  let seen = 0;
  let usable = 0;
  for await (const page of readTarget(target, operationName, {}, since, signal)) {
    serverTime ??= page.serverTimeMs;
    const entries = entriesOf(target, rule, page.rows);
    seen += page.rows.length;
    usable += page.rows.filter((row) => rule.isCarriedBy(row)).length;
    await index.replace(entries);
  }
  if (seen > 0 && usable === 0 && since === undefined && !rule.isOptional) throw fieldsAbsent(target, rule);
  return { scannedAt: serverTime ?? startedAt, refreshedAt: startedAt };
}

async function* readTarget(
  target: Target,
  operationName: string,
  args: CallArguments,
  since: number | undefined,
  signal: AbortSignal,
) {
  const operation = target.client.operation(target.operation.entity.name, operationName);
  const inactive = operation.manifest.queryParameters?.['includeinactive'] ? { includeinactive: true } : {};
  let received = 0;
  const pages = target.client.read(
    operation,
    { ...args, query: { ...inactive, ...args.query } },
    { received: () => received, since },
    signal,
  );
  for await (const page of pages) {
    received += page.rows.length;
    yield page;
  }
}

function entriesOf(target: Target, rule: MatchRule, rows: readonly DataRecord[]) {
  const idField = target.idField ?? target.operation.entity.key[0] ?? 'id';
  return rows.flatMap((row) => {
    const value = rule.rowValueOf(row);
    const id = fieldOf(row, idField);
    return value === undefined || id === undefined || id === null ? [] : [{ value, targetId: plainText(id) }];
  });
}

function fieldsAbsent(target: Target, rule: MatchRule): ConfigError {
  return new ConfigError(
    'ERR_MATCH_FIELD_ABSENT',
    `No row of "${target.operation.entity.name}" in ${target.client.identifier} carries ${rule.label}, so nothing can be matched by it; choose fields that its list shows`,
  );
}
