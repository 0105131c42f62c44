import { ConfigError, IntegrationError, NetworkError, RateLimitError, SkippedError } from '../../core/errors.ts';
import { aFewAtATime } from './a-few-at-a-time.ts';
import { afterwardsOf } from './afterwards.ts';
import { answersOf, type RecordAnswer } from './answers.ts';
import { callGroup, type CallOutcome, isRefusal } from './call-group.ts';
import { isGone } from './current.ts';
import { type Group, groupCalls } from './group-calls.ts';
import { identify, identifyAgain } from './identify.ts';
import { type Item, notSent, type Sending, targetGone } from './item.ts';
import type { OutgoingRecord, RecordResult, SendContext } from './types.ts';
import { isVerified, lostFields, writeNotKept } from './verify-write.ts';

/**
 * Sends a batch; every record gets its own result.
 *
 * Identify → group by path and query → call → split what is refused until the bad record is alone.
 */
export async function sendBatch(
  target: Sending['target'],
  batch: readonly OutgoingRecord[],
  context: SendContext,
  signal: AbortSignal,
): Promise<readonly RecordResult[]> {
  const sending: Sending = { target, context, signal, results: [] };
  const ready = await identify(sending, batch);
  for (const group of groupCalls(sending, ready)) await sendGroup(sending, group);
  return batch.map((_, index) => sending.results[index] ?? lost());
}

/** One call; a refusal of several records is split, and what was created meanwhile is looked up first. */
async function sendGroup(sending: Sending, group: Group): Promise<void> {
  const outcome = await callGroup(sending, group);
  if (outcome.kind === 'answered') {
    await takeAnswer(sending, group, outcome);
    return;
  }
  if (isRefusal(outcome.error) && group.items.length > 1) {
    await splitGroup(sending, group, outcome.startedAt);
    return;
  }
  for (const [position, item] of group.items.entries()) {
    if (item.idIsOurs && isGone(outcome.error)) await sending.context.forget(item.source.key, item.targetId ?? '');
    sending.results[item.index] = {
      ...judge(sending, item, outcome),
      exchange: outcome.exchange,
      index: position,
    } as RecordResult;
  }
}

type Answered = Extract<CallOutcome, { kind: 'answered' }>;

/** Each record gets what the answer says of it. */
async function takeAnswer(sending: Sending, group: Group, outcome: Answered): Promise<void> {
  const { target, results } = sending;
  const { operation, items } = group;
  if (items[0]?.does === 'delete') {
    await forget(sending, items);
    for (const [index, item] of items.entries()) {
      results[item.index] = { kind: 'done', targetId: undefined, exchange: outcome.exchange, index };
    }
    return;
  }
  const answers = answersOf(
    operation,
    target,
    items.map((item) => item.body),
    outcome.body,
  );
  await learn(sending, items, answers);
  const open: { readonly item: Item; readonly position: number; readonly answer: RecordAnswer }[] = [];
  for (const [position, item] of items.entries()) {
    const answer = answers[position] ?? NOTHING_TOLD;
    const settled = settledBy(sending, item, answer, { exchange: outcome.exchange, index: position });
    if (settled) results[item.index] = settled;
    else open.push({ item, position, answer });
  }
  await aFewAtATime(open, async ({ item, position, answer }) => {
    const result = await followUp(sending, group, item, answer, outcome);
    results[item.index] = { ...result, exchange: result.exchange ?? outcome.exchange, index: position };
  });
}

type Settled = Extract<RecordResult, { kind: 'done' | 'failed' }>;

/** What the answer alone says of a record; undefined where something follows from it. */
function settledBy(
  { target }: Sending,
  item: Item,
  { id, error }: RecordAnswer,
  { exchange, index }: { readonly exchange: number | undefined; readonly index: number },
): Settled | undefined {
  if (error) return { kind: 'failed', error, exchange, index };
  if (target.afterwards || isVerified(target, item)) return undefined;
  return { kind: 'done', targetId: item.targetId ?? id, note: item.note, exchange, index };
}

async function followUp(
  sending: Sending,
  group: Group,
  item: Item,
  { id, row }: RecordAnswer,
  { body }: Answered,
): Promise<Settled> {
  const targetId = item.targetId ?? id;
  const unkept = await verify(sending, group, item, targetId);
  if (unkept) return { ...unkept, targetId };
  const { afterwards } = sending.target;
  if (!afterwards) return { kind: 'done', targetId, note: item.note };
  const after = await afterwardsOf(afterwards, item, targetId, row ?? body ?? null);
  if (after instanceof IntegrationError) return { kind: 'failed', error: after, targetId };
  return { kind: 'done', targetId, note: item.note, ...after };
}

/** Reads back what has to be kept; a difference is written once more, and then is an error. */
async function verify(
  sending: Sending,
  group: Group,
  item: Item,
  id: string | undefined,
): Promise<Extract<Settled, { kind: 'failed' }> | undefined> {
  const { target, signal } = sending;
  if (id === undefined || !isVerified(target, item)) return undefined;
  try {
    if ((await lostFields(target, item, id, signal)).length === 0) return undefined;
    const again: Item = { ...item, targetId: id, idIsOurs: true, does: 'update' };
    for (const each of groupCalls(sending, [again])) {
      const outcome = await callGroup(sending, each);
      if (outcome.kind === 'error') return { kind: 'failed', error: outcome.error, exchange: outcome.exchange };
    }
    const unmade = sending.results[item.index];
    if (unmade?.kind === 'failed') return unmade;
    const left = await lostFields(target, item, id, signal);
    return left.length === 0 ? undefined : { kind: 'failed', error: writeNotKept(target, item, id, left) };
  } catch (error) {
    if (!(error instanceof IntegrationError)) throw error;
    return { kind: 'failed', error };
  }
}

/** A target may store what stands before the bad record and refuse the rest; a match rule tells. */
async function splitGroup(sending: Sending, { items }: Group, startedAt: number): Promise<void> {
  const open =
    sending.target.match.length > 0
      ? await identifyAgain(sending, items, { since: startedAt, settledAt: Date.now() })
      : [...items];
  const middle = Math.ceil(open.length / 2);
  for (const half of [open.slice(0, middle), open.slice(middle)]) {
    for (const group of groupCalls(sending, half)) await sendGroup(sending, group);
  }
}

/** What was created can be matched from now on, without asking the target again. */
async function learn(
  { target, context }: Sending,
  items: readonly Item[],
  answers: readonly RecordAnswer[],
): Promise<void> {
  for (const rule of target.match) {
    const entries = items.flatMap((item, position) => {
      const value = rule.rowValueOf(item.body);
      const targetId = answers[position]?.error ? undefined : (item.targetId ?? answers[position]?.id);
      return value === undefined || targetId === undefined
        ? []
        : [{ value, targetId, isNew: item.targetId === undefined }];
    });
    const index = context.matchIndex(rule.id);
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
  const isDelete = item.does === 'delete';
  const isRepeatable = item.targetId !== undefined || isDelete || target.onUncertain === 'resend';
  if (isDelete && item.source.uncertainSince !== undefined && isGone(error))
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

const NOTHING_TOLD: RecordAnswer = { id: undefined, error: undefined, row: undefined };

function lost(): RecordResult {
  return { kind: 'failed', error: new ConfigError('ERR_INTERNAL', 'The publisher gave no result for this record') };
}
