import {
  AuthError,
  ConfigError,
  HttpStatusError,
  IntegrationError,
  NetworkError,
  PublishError,
  RateLimitError,
  SkippedError,
} from '../../core/errors.ts';
import type { Json } from '../../core/record.ts';
import type { Exchange, Reservation } from '../../http/types.ts';
import type { CallArguments, Operation } from '../request.ts';
import { answeredIds } from './answers.ts';
import { applyMatches, identify } from './identify.ts';
import { type Item, notSent, type Sending } from './item.ts';
import { idParameter, isCreateOnly, matchValue, type Target } from './target.ts';
import type { OutgoingRecord, Publisher, RecordResult, SendContext } from './types.ts';

/** From this try on a record is sent alone, so that one that makes the target fail cannot hold up others. */
const ALONE_FROM_ATTEMPT = 3;

/**
 * Sends a batch; every record gets its own result.
 *
 * Identify → group by path and query → call → split what is refused until the bad record is alone.
 */
export async function sendBatch(
  target: Target & { readonly onUncertain: Publisher['onUncertain'] },
  batch: readonly OutgoingRecord[],
  context: SendContext,
  signal: AbortSignal,
): Promise<readonly RecordResult[]> {
  const sending: Sending = { target, context, signal, results: [] };
  const ready = await identify(sending, batch);
  for (const group of groupCalls(sending, ready)) await sendGroup(sending, group);
  return batch.map((_, index) => sending.results[index] ?? lost());
}

interface Group {
  readonly operation: Operation;
  readonly args: CallArguments;
  readonly items: readonly Item[];
}

/** Records that can share one call: same path, same query, no more than the batch size. */
function groupCalls(sending: Sending, items: readonly Item[]): Group[] {
  const { target, results } = sending;
  const groups = new Map<string, { operation: Operation; args: CallArguments; items: Item[] }>();
  for (const item of items) {
    try {
      const operation = operationFor(target, item);
      const args = callArguments(target, operation, item);
      // A missing path parameter is an error before any call.
      target.client.checkArguments(operation, args);
      const isAlone = sizeOf(target, operation) === 1 || item.source.attempt >= ALONE_FROM_ATTEMPT;
      const id = `${operation.name}${JSON.stringify(args)}${isAlone ? `#${item.index}` : ''}`;
      const group = groups.get(id) ?? { operation, args, items: [] };
      group.items.push(item);
      groups.set(id, group);
    } catch (error) {
      if (!(error instanceof IntegrationError)) throw error;
      results[item.index] = { kind: 'failed', error };
    }
  }
  return [...groups.values()].flatMap(({ operation, args, items: all }) =>
    chunks(all, sizeOf(target, operation)).map((part) => ({ operation, args, items: part })),
  );
}

/** What is known in the target is updated by a call of its own, where the target has one. */
function operationFor(target: Target, item: Item): Operation {
  if (target.action === 'delete' || item.targetId === undefined) return target.operation;
  if (target.update) return target.update;
  if (!isCreateOnly(target.operation)) return target.operation;
  throw new PublishError(
    'ERR_UPDATE_UNSUPPORTED',
    `"${target.operation.entity.title}" of ${target.client.connector.manifest.title} can be created but not updated, and this record is there already (id ${item.targetId}). Filter it out, or set "links": false to create every version anew`,
    { details: { key: item.source.key, targetId: item.targetId } },
  );
}

/** The batch size is that of the call that creates; another call says how much it takes itself. */
function sizeOf(target: Target, operation: Operation): number {
  return Math.min(target.batchSize, operation.manifest.body?.maxBatch ?? 1);
}

function callArguments(target: Target, operation: Operation, item: Item): CallArguments {
  const args = target.parameters(item.record);
  const name = idParameter(operation);
  const takesId = target.action === 'delete' || operation === target.update;
  const path = Object.fromEntries(
    Object.entries(args.path ?? {}).filter(([each]) => operation.manifest.path.includes(`{${each}}`)),
  );
  if (!takesId || name === undefined || path[name] !== undefined) return { ...args, path };
  return { ...args, path: { ...path, [name]: item.targetId } };
}

/** One call; a refusal of several records is split, and what was created meanwhile is looked up first. */
async function sendGroup(sending: Sending, group: Group): Promise<void> {
  const { target, results } = sending;
  const outcome = await callOnce(sending, group);
  if (outcome.kind === 'answered') {
    const ids = answeredIds(
      group.operation,
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
async function splitGroup(sending: Sending, { operation, args, items }: Group, startedAt: number): Promise<void> {
  const open =
    sending.target.match.length > 0
      ? await applyMatches(sending, items, { since: startedAt, settledAt: Date.now() })
      : [...items];
  const middle = Math.ceil(open.length / 2);
  for (const half of [open.slice(0, middle), open.slice(middle)]) {
    if (half.length > 0) await sendGroup(sending, { operation, args, items: half });
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

async function callOnce(sending: Sending, { operation, args, items }: Group): Promise<CallOutcome> {
  const { target, context, signal } = sending;
  let last: Exchange | undefined;
  let startedAt = Date.now();
  let reserved: Reservation | undefined;
  let hasBegun = false;
  const record = async (): Promise<number | undefined> => (last ? context.record(last) : undefined);
  try {
    reserved = await target.client.reserve(operation, signal);
    startedAt = Date.now();
    await context.beforeSend();
    hasBegun = true;
    const body = target.action === 'post' ? requestBody(target, operation, items) : undefined;
    const answer = await target.client.call(operation, { ...args, ...(body !== undefined && { body }) }, signal, {
      reserved,
      onExchange: (exchange) => {
        last = exchange;
      },
    });
    return { kind: 'answered', body: answer.body, exchange: await record() };
  } catch (error) {
    if (!(error instanceof IntegrationError)) throw error;
    if (hasBegun && error instanceof RateLimitError) await context.notSent();
    return { kind: 'error', error, exchange: await record(), startedAt };
  } finally {
    reserved?.release();
  }
}

/** The id goes into the record where the target looks for it there. */
function requestBody(target: Target, operation: Operation, items: readonly Item[]): Json {
  const records = items.map((item) => {
    const id = item.targetId === undefined ? null : asId(item.targetId);
    const record =
      item.idIsOurs && target.idField !== undefined ? { ...item.record, [target.idField]: id } : item.record;
    return { record, id };
  });
  return target.client.bodyOf(operation, records);
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
  if (error instanceof SkippedError) return { kind: 'skipped', error };
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

/** A 4xx that is about the records, not about sign-in, time or load. */
function isRefusal(error: IntegrationError): boolean {
  // A rule of the connector about one record of several: which one, splitting tells.
  if (error instanceof SkippedError || (error.code === 'ERR_REFUSED' && !(error instanceof AuthError))) return true;
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

function chunks<T>(items: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let start = 0; start < items.length; start += size) parts.push(items.slice(start, start + size));
  return parts;
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
