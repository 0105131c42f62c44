import type { OutgoingRecord, RecordResult, SendContext } from '../connector/publishing/types.ts';
import type { Transform } from '../core/component.ts';
import { parseDuration } from '../core/duration.ts';
import { ConfigError, IntegrationError, toErrorReport } from '../core/errors.ts';
import type { DataRecord } from '../core/record.ts';
import { SETTLE_MS } from '../core/settle-time.ts';
import { partKey } from './part-key.ts';
import type { ClaimedTask, TaskOutcome } from '../core/task.ts';
import type { ActiveWork, LinkStore, Log, TaskStore } from './deps.ts';
import type { Incoming, Outgoing, Route } from './workspace.ts';

/** Wait before a task is tried again whose route or outgoing is not valid at the moment. */
const NOT_VALID_WAIT_MS = 30_000;

/** What publishing works with. */
export interface PublishDeps {
  readonly tasks: TaskStore;
  readonly links: LinkStore;
  readonly worker: string;
  readonly active: ActiveWork;
  readonly now: () => number;
  readonly random: () => number;
  readonly log: Log;
}

/** A route with both of its ends. */
export interface Publishing {
  readonly route: Route;
  readonly incoming: Incoming | undefined;
  readonly outgoing: Outgoing;
}

/** What one batch came to. */
export interface BatchReport {
  /** Tasks that were claimed; 0 when there was nothing to do. */
  readonly claimed: number;
  /** When tasks of it are due again, epoch milliseconds; undefined when none is. */
  readonly againAt: number | undefined;
}

/**
 * Publishes one batch of a route: claim → transform → send → settle.
 *
 * The claim is durable before anything is sent, and results, links and errors are one transaction after it. What a
 * crash leaves in between comes back as uncertain (see the worker store), and the publisher verifies it.
 */
export async function publishBatch(
  publishing: Publishing,
  deps: PublishDeps,
  signal: AbortSignal,
): Promise<BatchReport> {
  const { route, outgoing } = publishing;
  const claim = await deps.tasks.claim(route.id, deps.worker, outgoing.publisher.batchSize, route.order);
  if (!claim) return { claimed: 0, againAt: undefined };
  deps.active.claims.add(claim.id);
  const sending: Sending = { since: undefined, calls: 0 };
  try {
    const plans = await Promise.all(claim.tasks.map((task) => planTask(task, publishing)));
    const batch = plans.flatMap((plan) => ('records' in plan ? plan.records : []));
    const results =
      batch.length === 0
        ? []
        : await outgoing.publisher.send(batch, sendContext(claim.id, outgoing, sending, deps), signal);
    return await settle(claim.id, plans, batch, results, publishing, deps);
  } catch (error) {
    if (error instanceof ClaimLost) return { claimed: claim.tasks.length, againAt: undefined };
    if (signal.aborted) {
      await deps.tasks.release(claim.id);
      return { claimed: claim.tasks.length, againAt: undefined };
    }
    // A bug in one batch must not stop the route for ever: its tasks fail visibly.
    deps.log.error({ route: route.id, err: error }, 'Publishing failed unexpectedly');
    const outcomes = claim.tasks.map((task) => failed(task, error, sending.since));
    await deps.tasks.settle(claim.id, outcomes, { outgoing: outgoing.id, learnt: [] }, placeOf(publishing));
    return { claimed: claim.tasks.length, againAt: undefined };
  } finally {
    deps.active.claims.delete(claim.id);
  }
}

/** A claimed task with the records it stands for, or its outcome already. */
type Plan =
  | { readonly task: ClaimedTask; readonly records: readonly OutgoingRecord[] }
  | { readonly task: ClaimedTask; readonly outcome: 'filtered' | IntegrationError };

/** Applies the outgoing's steps; to a record that has seen no step yet, those of incoming and route first. */
async function planTask(task: ClaimedTask, { route, incoming, outgoing }: Publishing): Promise<Plan> {
  try {
    const chains = task.stage === 'ready' ? [] : chainsBefore(task.stage, requireIncoming(incoming, route), route);
    const records = await applyAll([...chains, outgoing.transform], JSON.parse(task.payload) as DataRecord);
    if (records.length === 0) return { task, outcome: 'filtered' };
    return {
      task,
      records: records.map((record, index) => ({
        key: partKey(task.key, index),
        record,
        uncertainSince: task.uncertainSince ?? undefined,
        dueAt: task.nextAt,
        attempt: task.attempts,
      })),
    };
  } catch (error) {
    if (error instanceof IntegrationError) return { task, outcome: error };
    throw error;
  }
}

/** Steps that come before those of the outgoing; for a webhook that told only an id, the reading of its record. */
function chainsBefore(stage: 'event' | 'source', incoming: Incoming, route: Route): Transform[] {
  const reading = stage === 'event' && incoming.webhook?.read ? [incoming.webhook.read] : [];
  return [...reading, incoming.transform, route.transform];
}

async function applyAll(chains: readonly Transform[], record: DataRecord): Promise<readonly DataRecord[]> {
  let records: readonly DataRecord[] = [record];
  for (const chain of chains) {
    const results: DataRecord[] = [];
    for (const each of records) results.push(...(await chain(each)));
    records = results;
  }
  return records;
}

function requireIncoming(incoming: Incoming | undefined, route: Route): Incoming {
  if (incoming) return incoming;
  throw new ConfigError(
    'ERR_INCOMING_INVALID',
    `The incoming "${route.incoming}" of this route is not valid; correct it, then retry`,
  );
}

/** The claim was taken back while this process was frozen; whoever has the tasks now goes on with them. */
class ClaimLost extends Error {}

/** Since when a call may have taken effect, and how many have begun; undefined while none has. */
interface Sending {
  since: number | undefined;
  calls: number;
}

function sendContext(
  claim: number,
  outgoing: Outgoing,
  sending: Sending,
  { tasks, links, now }: PublishDeps,
): SendContext {
  const { client, entity } = outgoing.target;
  return {
    links: (keys) => links.links(outgoing.id, keys),
    matchIndex: (fields) => {
      const scope = { client, entity, fields: fields.join(',') };
      return {
        scan: () => links.scan(scope),
        writeScan: (scan) => links.writeScan(scope, scan),
        add: (entries) => links.addMatches(scope, entries),
        replace: async (entries) => {
          await links.dropMovedMatches(scope, entries);
          await links.addMatches(scope, entries);
        },
        find: (values) => links.matches(scope, values),
      };
    },
    beforeSend: async () => {
      if (!(await tasks.markSending(claim))) throw new ClaimLost();
      sending.since ??= now();
      sending.calls += 1;
    },
    notSent: async () => {
      // The mark is for the whole claim: it stays when an earlier call of it went out.
      if (sending.calls > 1) return;
      sending.since = undefined;
      sending.calls = 0;
      await tasks.clearSending(claim);
    },
    forget: (key, targetId) => links.forgetTarget(outgoing.id, key, client, entity, targetId),
    record: (exchange) => tasks.recordExchange({ ...exchange, client }),
  };
}

async function settle(
  claim: number,
  plans: readonly Plan[],
  batch: readonly OutgoingRecord[],
  results: readonly RecordResult[],
  { route, outgoing }: Publishing,
  deps: PublishDeps,
): Promise<BatchReport> {
  const outcomes: TaskOutcome[] = [];
  const learnt: { key: string; targetId: string }[] = [];
  let next = 0;
  for (const plan of plans) {
    if ('outcome' in plan) {
      outcomes.push(
        plan.outcome === 'filtered' ? filtered(plan.task) : judgeError(plan.task, plan.outcome, route, deps),
      );
      continue;
    }
    const own = results.slice(next, next + plan.records.length);
    for (const [offset, result] of own.entries()) {
      const key = batch[next + offset]?.key;
      if (result.kind === 'done' && result.targetId !== undefined && key !== undefined)
        learnt.push({ key, targetId: result.targetId });
    }
    next += plan.records.length;
    outcomes.push(judge(plan.task, own, route, outgoing, deps));
  }
  await deps.tasks.settle(claim, outcomes, { outgoing: outgoing.id, learnt }, placeOf({ route, outgoing }));
  const due = outcomes.filter((outcome) => outcome.state === 'retrying').map((outcome) => outcome.nextAt);
  return { claimed: plans.length, againAt: due.length > 0 ? Math.min(...due) : undefined };
}

/** Where failures of a batch are counted. */
function placeOf({ route, outgoing }: Pick<Publishing, 'route' | 'outgoing'>) {
  return { route: route.id, order: route.order, target: outgoing.target.client };
}

/** A task is finished when all of its records are; else the worst result decides what happens next. */
function judge(
  task: ClaimedTask,
  results: readonly RecordResult[],
  route: Route,
  outgoing: Outgoing,
  deps: PublishDeps,
): TaskOutcome {
  const uncertain = results.find((result) => result.kind === 'uncertain');
  if (uncertain) return judgeUncertain(task, uncertain, route, outgoing, deps);
  const failure = results.find((result) => result.kind === 'failed');
  if (failure) return { ...judgeError(task, failure.error, route, deps), ...exchangeOf(failure) };
  const postponed = results.find((result) => result.kind === 'postponed');
  if (postponed) {
    return {
      ...outcome(task, 'retrying'),
      error: JSON.stringify(toErrorReport(postponed.error)),
      nextAt: deps.now() + postponed.afterMs,
      uncertainSince: task.uncertainSince,
      countsAttempt: false,
    };
  }
  const skipped = results.find((result) => result.kind === 'skipped');
  if (skipped) {
    const error = JSON.stringify(toErrorReport(skipped.error));
    return { ...outcome(task, 'skipped'), error, ...exchangeOf(skipped) };
  }
  const [first] = results;
  const targetId = first?.kind === 'done' ? (first.targetId ?? null) : null;
  return { ...outcome(task, 'finished'), targetId, ...(first && exchangeOf(first)) };
}

function judgeUncertain(
  task: ClaimedTask,
  result: Extract<RecordResult, { kind: 'uncertain' }>,
  route: Route,
  outgoing: Outgoing,
  deps: PublishDeps,
): TaskOutcome {
  const report = JSON.stringify(toErrorReport(result.error));
  const since = task.uncertainSince ?? result.since;
  const isLookedUp = outgoing.publisher.onUncertain === 'verify' && result.error.code !== 'ERR_UNCERTAIN';
  if (outgoing.publisher.onUncertain === 'hold' || !isLookedUp) {
    return { ...outcome(task, 'waiting'), error: explainWaiting(report), uncertainSince: since, ...exchangeOf(result) };
  }
  if (task.attempts >= route.retry.attempts) {
    return { ...outcome(task, 'failed'), error: report, uncertainSince: since, ...exchangeOf(result) };
  }
  const wait = Math.max(SETTLE_MS, backoff(task, route, deps));
  return {
    ...outcome(task, 'retrying'),
    error: report,
    nextAt: deps.now() + wait,
    uncertainSince: since,
    ...exchangeOf(result),
  };
}

/** Says to the person who decides what happened and what the choices are. */
function explainWaiting(report: string): string {
  const parsed = JSON.parse(report) as { code: string; message: string };
  if (parsed.code === 'ERR_UNCERTAIN') return report;
  const message = `No answer told whether the record arrived, and without a match rule it cannot be looked up (${parsed.message}). Look in the target: mark it as arrived if it is there, retry it if not`;
  return JSON.stringify({ ...parsed, code: 'ERR_UNCERTAIN', message, details: { cause: parsed.code } });
}

function judgeError(task: ClaimedTask, error: IntegrationError, route: Route, deps: PublishDeps): TaskOutcome {
  const report = JSON.stringify(toErrorReport(error));
  if (error.code === 'ERR_INCOMING_INVALID') {
    return {
      ...outcome(task, 'retrying'),
      error: report,
      nextAt: deps.now() + NOT_VALID_WAIT_MS,
      uncertainSince: task.uncertainSince,
      countsAttempt: false,
    };
  }
  if (!error.retryable || task.attempts >= route.retry.attempts) {
    return { ...outcome(task, 'failed'), error: report, uncertainSince: task.uncertainSince };
  }
  return {
    ...outcome(task, 'retrying'),
    error: report,
    nextAt: deps.now() + backoff(task, route, deps),
    uncertainSince: task.uncertainSince,
  };
}

/** Doubles each time, up to the route's ceiling; half of it is drawn by lot, so that tasks do not come back in step. */
function backoff(task: ClaimedTask, route: Route, { random }: PublishDeps): number {
  const longest = Math.min(
    parseDuration(route.retry.delay) * 2 ** (task.attempts - 1),
    parseDuration(route.retry.maxDelay),
  );
  return Math.round(longest * (0.5 + random() / 2));
}

/** A bug: nobody knows how far it came. */
function failed(task: ClaimedTask, error: unknown, since: number | undefined): TaskOutcome {
  return {
    ...outcome(task, 'failed'),
    error: JSON.stringify(toErrorReport(error)),
    uncertainSince: task.uncertainSince ?? since ?? null,
  };
}

function filtered(task: ClaimedTask): TaskOutcome {
  const error = JSON.stringify({ code: 'FILTERED', class: 'data', message: 'Left out by a filter of the outgoing' });
  return { ...outcome(task, 'skipped'), error };
}

function outcome(task: ClaimedTask, state: TaskOutcome['state']): TaskOutcome {
  return {
    task: task.id,
    state,
    error: null,
    targetId: null,
    exchange: null,
    exchangeIndex: null,
    nextAt: 0,
    uncertainSince: null,
    countsAttempt: true,
  };
}

function exchangeOf(result: RecordResult): { exchange: number | null; exchangeIndex: number | null } {
  if (result.kind === 'postponed') return { exchange: null, exchangeIndex: null };
  return { exchange: result.exchange ?? null, exchangeIndex: ('index' in result ? result.index : undefined) ?? null };
}
