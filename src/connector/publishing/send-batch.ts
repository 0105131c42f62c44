import {
  ConfigError,
  HttpStatusError,
  IntegrationError,
  NetworkError,
  PublishError,
  RateLimitError,
} from '../../core/errors.ts';
import type { DataRecord, Json } from '../../core/record.ts';
import type { Exchange } from '../../http/types.ts';
import { type CallArguments, pathParameters } from '../request.ts';
import { answeredIds } from './answers.ts';
import { type Doubt, findMatches } from './match.ts';
import { castIntegers, matchValue, type Target } from './target.ts';
import type { OutgoingRecord, Publisher, RecordResult, SendContext } from './types.ts';

/** From this try on a record is sent alone, so that one that makes the target fail cannot hold up others. */
const ALONE_FROM_ATTEMPT = 3;

/** A record on its way: what it will be sent as, or its result already. */
interface Item {
  readonly index: number;
  readonly source: OutgoingRecord;
  readonly record: DataRecord;
  /** Id in the target, where it is known. */
  readonly targetId: string | undefined;
  /** Whether we found the id, as against the record carrying it. */
  readonly idIsOurs: boolean;
}

interface Sending {
  readonly target: Target & { readonly onUncertain: Publisher['onUncertain'] };
  readonly context: SendContext;
  readonly signal: AbortSignal;
  readonly results: RecordResult[];
}

/**
 * Sends a batch; every record gets its own result.
 *
 * Prepare → find ids (own field, link, match rule) → group by path and query → call → split what is refused until the
 * bad record is alone.
 */
export async function sendBatch(
  target: Target & { readonly onUncertain: Publisher['onUncertain'] },
  batch: readonly OutgoingRecord[],
  context: SendContext,
  signal: AbortSignal,
): Promise<readonly RecordResult[]> {
  const sending: Sending = { target, context, signal, results: [] };
  const prepared = await prepareAll(sending, batch);
  const linked = await applyLinks(sending, prepared);
  const matched = await applyMatches(sending, linked, doubtOf(linked));
  const ready = setAsideUnsafe(sending, matched);
  for (const group of groupCalls(sending, ready)) await sendGroup(sending, group);
  return batch.map((_, index) => sending.results[index] ?? lost());
}

/** Runs the request transformers and casts integers; what fails here was never sent. */
async function prepareAll(sending: Sending, batch: readonly OutgoingRecord[]): Promise<Item[]> {
  const { target, results } = sending;
  const items: Item[] = [];
  for (const [index, source] of batch.entries()) {
    try {
      const outputs = await target.transform(source.record);
      const [output] = outputs;
      if (!output || outputs.length > 1) throw notOneRecord(outputs.length);
      const record =
        target.action === 'post' ? castIntegers(output, target.operation.entity.integerFields ?? []) : output;
      const own =
        target.idField === undefined || target.action === 'delete' ? undefined : ownId(record, target.idField);
      items.push({ index, source, record, targetId: own, idIsOurs: false });
    } catch (error) {
      if (!(error instanceof IntegrationError)) throw error;
      results[index] = { kind: 'failed', error };
    }
  }
  return items;
}

async function applyLinks({ target, context }: Sending, items: readonly Item[]): Promise<Item[]> {
  const without = items.filter((item) => item.targetId === undefined);
  if (!target.usesLinks || without.length === 0) return [...items];
  const links = await context.links(without.map((item) => item.source.key));
  return items.map((item) => withId(item, item.targetId === undefined ? links.get(item.source.key) : undefined));
}

/**
 * Looks records up by the match rules, in order.
 *
 * A record whose earlier try may have arrived is looked up afresh. Two records of one batch that stand for the same
 * target record are not created both: the second waits until the first has its id.
 */
async function applyMatches(sending: Sending, items: readonly Item[], doubt: Doubt | undefined): Promise<Item[]> {
  const { target, context, results, signal } = sending;
  const found = new Map<number, string>();
  try {
    for (const fields of target.match) {
      const open = items.filter(
        (item) => item.targetId === undefined && !found.has(item.index) && !results[item.index],
      );
      const values = new Map(open.map((item) => [item.index, matchValue(item.record, fields)]));
      const known = open.filter((item) => values.get(item.index) !== undefined);
      if (known.length === 0) continue;
      const wanted = known.map((item) => values.get(item.index) ?? '');
      const matches = await findMatches(target, fields, wanted, context.matchIndex(fields), doubt, signal);
      for (const item of known) {
        const ids = matches.get(values.get(item.index) ?? '') ?? [];
        if (ids.length > 1) results[item.index] = { kind: 'failed', error: ambiguous(item, fields, ids) };
        else if (ids[0] !== undefined) found.set(item.index, ids[0]);
      }
    }
  } catch (error) {
    if (!(error instanceof IntegrationError)) throw error;
    for (const item of items) if (item.targetId === undefined) results[item.index] ??= notSent(error);
  }
  return items.filter((item) => !results[item.index]).map((item) => withId(item, found.get(item.index)));
}

/** The tries that may have stored some of these records; undefined when there are none. */
function doubtOf(items: readonly Item[]): Doubt | undefined {
  const doubtful = items.filter(
    ({ source, targetId }) => targetId === undefined && source.uncertainSince !== undefined,
  );
  if (doubtful.length === 0) return undefined;
  return {
    since: Math.min(...doubtful.map(({ source }) => source.uncertainSince ?? 0)),
    settledAt: Math.max(...doubtful.map(({ source }) => source.dueAt)),
  };
}

/** Takes out what must not be sent now: uncertain creates that cannot be verified, and twins inside the batch. */
function setAsideUnsafe({ target, results }: Sending, items: readonly Item[]): Item[] {
  const created = new Set<string>();
  return items.filter((item) => {
    if (target.action === 'delete') return !isDeletedAlready(target, item, results);
    if (item.targetId !== undefined) return true;
    const value = firstMatchValue(target, item.record);
    if (item.source.uncertainSince !== undefined && target.onUncertain !== 'resend' && value === undefined) {
      results[item.index] = { kind: 'uncertain', error: stillUncertain(item), since: item.source.uncertainSince };
      return false;
    }
    if (value !== undefined && created.has(value)) {
      results[item.index] = { kind: 'postponed', error: twin(item), afterMs: 0 };
      return false;
    }
    if (value !== undefined) created.add(value);
    return true;
  });
}

/** An earlier try may have deleted it, and now it cannot be found: then it has. */
function isDeletedAlready(target: Target, item: Item, results: RecordResult[]): boolean {
  const isGoneByNow =
    item.source.uncertainSince !== undefined && item.targetId === undefined && target.match.length > 0;
  if (isGoneByNow) results[item.index] = { kind: 'done' };
  return isGoneByNow;
}

interface Group {
  readonly args: CallArguments;
  readonly items: readonly Item[];
}

/** Records that can share one call: same path, same query, no more than the batch size. */
function groupCalls(sending: Sending, items: readonly Item[]): Group[] {
  const { target, results } = sending;
  const groups = new Map<string, { args: CallArguments; items: Item[] }>();
  for (const item of items) {
    try {
      const args = callArguments(target, item);
      // Builds the request only to see whether it can be built: a missing path parameter is an error before any call.
      target.client.request(target.operation, args);
      const alone = target.batchSize === 1 || item.source.attempt >= ALONE_FROM_ATTEMPT ? `#${item.index}` : '';
      const id = JSON.stringify(args) + alone;
      const group = groups.get(id) ?? { args, items: [] };
      group.items.push(item);
      groups.set(id, group);
    } catch (error) {
      if (!(error instanceof IntegrationError)) throw error;
      results[item.index] = { kind: 'failed', error };
    }
  }
  return [...groups.values()].flatMap(({ args, items: all }) =>
    chunks(all, target.batchSize).map((part) => ({ args, items: part })),
  );
}

function callArguments(target: Target, item: Item): CallArguments {
  const args = target.parameters(item.record);
  const idParameter = pathParameters(target.operation)[0];
  if (target.action !== 'delete' || idParameter === undefined || args.path?.[idParameter] !== undefined) return args;
  return { ...args, path: { ...args.path, [idParameter]: item.targetId } };
}

/** One call; a refusal of several records is split, and what was created meanwhile is looked up first. */
async function sendGroup(sending: Sending, group: Group): Promise<void> {
  const { target, results } = sending;
  const outcome = await callOnce(sending, group);
  if (outcome.kind === 'answered') {
    const ids = answeredIds(
      target,
      group.items.map((item) => item.record),
      outcome.body,
    );
    if (target.action === 'post') await learn(sending, group.items, ids);
    else await forget(sending, group.items);
    for (const [position, item] of group.items.entries()) {
      results[item.index] = {
        kind: 'done',
        targetId: target.action === 'post' ? (item.targetId ?? ids[position]) : undefined,
        exchange: outcome.exchange,
        index: position,
      };
    }
    return;
  }
  if (isRefusal(outcome.error) && group.items.length > 1) {
    await splitGroup(sending, group, outcome.startedAt);
    return;
  }
  for (const [position, item] of group.items.entries()) {
    if (item.idIsOurs && isGone(outcome.error)) await sending.context.forget(item.source.key, item.targetId ?? '');
    results[item.index] = {
      ...judge(sending, item, outcome),
      exchange: outcome.exchange,
      index: position,
    } as RecordResult;
  }
}

/** A target may store what stands before the bad record and refuse the rest; a match rule tells. */
async function splitGroup(sending: Sending, { args, items }: Group, startedAt: number): Promise<void> {
  const open =
    sending.target.match.length > 0
      ? await applyMatches(sending, items, { since: startedAt, settledAt: Date.now() })
      : [...items];
  const middle = Math.ceil(open.length / 2);
  for (const half of [open.slice(0, middle), open.slice(middle)]) {
    if (half.length > 0) await sendGroup(sending, { args, items: half });
  }
}

type CallOutcome =
  | { readonly kind: 'answered'; readonly body: Json | undefined; readonly exchange: number | undefined }
  | {
      readonly kind: 'error';
      readonly error: IntegrationError;
      readonly exchange: number | undefined;
      readonly startedAt: number;
    };

async function callOnce(sending: Sending, { args, items }: Group): Promise<CallOutcome> {
  const { target, context, signal } = sending;
  let last: Exchange | undefined;
  let startedAt = Date.now();
  const record = async (): Promise<number | undefined> => (last ? context.record(last) : undefined);
  try {
    await target.client.reserve(signal);
    startedAt = Date.now();
    await context.beforeSend();
    const body = target.action === 'post' ? requestBody(target, items) : undefined;
    const answer = await target.client.call(
      target.operation,
      { ...args, ...(body !== undefined && { body }) },
      signal,
      {
        reserved: true,
        onExchange: (exchange) => {
          last = exchange;
        },
      },
    );
    return { kind: 'answered', body: answer.body, exchange: await record() };
  } catch (error) {
    if (!(error instanceof IntegrationError)) throw error;
    if (error instanceof RateLimitError) await context.notSent();
    return { kind: 'error', error, exchange: await record(), startedAt };
  }
}

function requestBody(target: Target, items: readonly Item[]): Json {
  const records = items.map((item) =>
    item.idIsOurs && target.idField !== undefined
      ? { ...item.record, [target.idField]: asId(item.targetId ?? '') }
      : item.record,
  );
  return target.operation.manifest.body?.wrap === 'array' ? records : (records[0] ?? {});
}

/** Ids that are numbers are sent as numbers: Halo refuses `"95"`. */
function asId(id: string): Json {
  return /^-?\d{1,15}$/.test(id) ? Number(id) : id;
}

/** What was created can be matched from now on, without asking the target again. */
async function learn(
  { target, context }: Sending,
  items: readonly Item[],
  ids: readonly (string | undefined)[],
): Promise<void> {
  for (const fields of target.match) {
    const entries = items.flatMap((item, position) => {
      const value = matchValue(item.record, fields);
      const targetId = item.targetId ?? ids[position];
      return value === undefined || targetId === undefined
        ? []
        : [{ value, targetId, isNew: item.targetId === undefined }];
    });
    const index = context.matchIndex(fields);
    await index.add(entries.filter((entry) => entry.isNew));
    await index.replace(entries.filter((entry) => !entry.isNew));
  }
}

/** What was deleted must not be found again. */
async function forget({ context }: Sending, items: readonly Item[]): Promise<void> {
  for (const item of items) if (item.targetId !== undefined) await context.forget(item.source.key, item.targetId);
}

/** What an error of a call means for one record. */
function judge(
  { target }: Sending,
  item: Item,
  { error, startedAt }: { readonly error: IntegrationError; readonly startedAt: number },
): RecordResult {
  if (error instanceof RateLimitError) return notSent(error);
  const isRepeatable = item.targetId !== undefined || target.action === 'delete' || target.onUncertain === 'resend';
  if (target.action === 'delete' && item.source.uncertainSince !== undefined && isGone(error))
    return { kind: 'done', targetId: item.targetId };
  if (item.idIsOurs && isGone(error)) return { kind: 'failed', error: targetGone(item, error) };
  if (isRepeatable) return { kind: 'failed', error };
  const mayHaveArrived =
    (error instanceof NetworkError && error.uncertain) ||
    error.details['uncertain'] === true ||
    // A server that failed has probably stored nothing. Where that can be checked it is.
    (error.details['doubtful'] === true && target.onUncertain === 'verify');
  return mayHaveArrived ? { kind: 'uncertain', error, since: startedAt } : { kind: 'failed', error };
}

function notSent(error: IntegrationError): RecordResult {
  return error instanceof RateLimitError
    ? { kind: 'postponed', error, afterMs: error.retryAfterMs }
    : { kind: 'failed', error };
}

/** A 4xx that is about the records, not about sign-in, time or load. */
function isRefusal(error: IntegrationError): boolean {
  return (
    error instanceof HttpStatusError &&
    error.status >= 400 &&
    error.status < 500 &&
    ![401, 403, 408, 429].includes(error.status)
  );
}

function isGone(error: IntegrationError): boolean {
  return error instanceof HttpStatusError && (error.status === 404 || error.status === 410);
}

function withId(item: Item, id: string | undefined): Item {
  return id === undefined ? item : { ...item, targetId: id, idIsOurs: true };
}

function ownId(record: DataRecord, field: string): string | undefined {
  const value = Object.hasOwn(record, field) ? record[field] : undefined;
  return typeof value === 'number' || (typeof value === 'string' && value !== '') ? String(value) : undefined;
}

function firstMatchValue(target: Target, record: DataRecord): string | undefined {
  for (const fields of target.match) {
    const value = matchValue(record, fields);
    if (value !== undefined) return `${fields.join(',')}=${value}`;
  }
  return undefined;
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let start = 0; start < items.length; start += size) parts.push(items.slice(start, start + size));
  return parts;
}

function notOneRecord(count: number): PublishError {
  return new PublishError(
    'ERR_REQUEST_TRANSFORMERS',
    `The publisher's requestTransformers must make one record of each; they made ${count}. Filter and split in the outgoing's transformers instead`,
  );
}

function ambiguous(item: Item, fields: readonly string[], ids: readonly string[]): PublishError {
  return new PublishError(
    'ERR_MATCH_AMBIGUOUS',
    `${ids.length} records of the target match by ${fields.join(' and ')} (ids ${ids.slice(0, 5).join(', ')}); merge them there or add a rule, then retry`,
    { details: { key: item.source.key, fields, ids: ids.slice(0, 20) } },
  );
}

function stillUncertain(item: Item): PublishError {
  return new PublishError(
    'ERR_UNCERTAIN',
    'An earlier try may have reached the target, and there is no match rule to look the record up by. Look in the target: mark it as arrived if it is there, retry it if not',
    { details: { key: item.source.key } },
  );
}

function twin(item: Item): PublishError {
  return new PublishError(
    'ERR_MATCH_TWIN',
    'Another record of this batch stands for the same target record; this one follows it',
    {
      details: { key: item.source.key },
    },
  );
}

function targetGone(item: Item, cause: IntegrationError): PublishError {
  return new PublishError(
    'ERR_TARGET_GONE',
    `The record in the target that this one updates (id ${item.targetId ?? ''}) is gone: ${cause.message}. Retry creates it anew`,
    { details: { key: item.source.key, targetId: item.targetId }, cause },
  );
}

function lost(): RecordResult {
  return { kind: 'failed', error: new ConfigError('ERR_INTERNAL', 'The publisher gave no result for this record') };
}
