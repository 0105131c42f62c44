import type { OutgoingRecord, RecordResult } from '../connector/publishing/types.ts';
import { AuthError, type IntegrationError } from '../core/errors.ts';
import type { Incident } from '../core/incident.ts';
import { isPassingFault } from '../core/passing-fault.ts';
import type { Eventually, StepEffects } from '../core/step-run.ts';
import type { HealthGate } from './client-health.ts';
import type { Claim, ClaimedTask, Link, NewFollowUp, TaskOutcome, TaskPlace, TaskState } from '../core/task.ts';
import type { LinkStore, TaskStore } from './deps.ts';
import { InDoubt } from './in-doubt.ts';
import { failed, filtered, judgeError, type JudgeDeps, judgeResults } from './judge-results.ts';
import { partKey } from './part-key.ts';
import { type PatienceDeps, withPatience } from './patience.ts';
import { prepareTask, type Publishing as RouteEnds } from './prepare-task.ts';
import type { RecordRun } from './record-run.ts';
import { sendContext } from './send-context.ts';
import { ClaimLost, SendingMark } from './sending-mark.ts';
import { effectsOf, type StepReads, StepSession } from './step-session.ts';
import type { Route } from './workspace.ts';

/** What publishing works with. */
export interface PublishDeps extends JudgeDeps, PatienceDeps {
  readonly tasks: TaskStore;
  readonly links: LinkStore;
  readonly steps: StepReads;
  readonly worker: string;
  readonly health: HealthGate;
}

/** A route with both of its ends, and the route that records which follow from answers go to. */
export interface Publishing extends RouteEnds {
  readonly afterwards?: Route | undefined;
}

/** What one batch came to. */
export interface BatchReport {
  /** When tasks of it are due again, epoch milliseconds; undefined when none is. */
  readonly againAt: number | undefined;
  /** Tasks that were made on the route of follow-ups. */
  readonly followUps?: number;
}

/** One batch whose calls are made. */
export interface Sent {
  /** Is done when its results are durable too; the next batch need not wait for that. Never fails but for a bug. */
  readonly settled: Promise<BatchReport>;
}

/**
 * Publishes one claimed batch of a route: transform → send → settle.
 *
 * The claim is durable before anything is sent, and results, links, errors and what steps left are one transaction after it.
 * What a crash leaves in between comes back as uncertain (see the worker store), and the publisher verifies it.
 *
 * @returns Once the last call was answered.
 */
export async function publishBatch(
  claim: Claim,
  publishing: Publishing,
  deps: PublishDeps,
  signal: AbortSignal,
): Promise<Sent> {
  const { outgoing } = publishing;
  const mark = new SendingMark(claim.id, deps, signal);
  const inDoubt = new InDoubt(outgoing.inDoubt, signal);
  const orEnd = (error: unknown): Promise<BatchReport> => endOtherwise(error, claim, publishing, mark, deps, signal);
  try {
    const session = new StepSession(deps.steps, { now: deps.now, signal });
    const plans = await session.each(claim.tasks, (task, run) => planTask(task, publishing, run), 'all');
    const batch = plans.flatMap((plan) => ('records' in plan ? plan.records : []));
    const context = sendContext(mark, inDoubt, outgoing, deps, signal);
    const results = batch.length === 0 ? [] : await outgoing.publisher.send(batch, context, signal);
    const settled = withPatience(() => settle(claim, plans, batch, results, publishing, deps), deps, signal);
    return { settled: settled.catch(orEnd).finally(() => inDoubt.leave()) };
  } catch (error) {
    return { settled: orEnd(error).finally(() => inDoubt.leave()) };
  }
}

/** Ends a batch that was not published to its end. */
async function endOtherwise(
  error: unknown,
  claim: Claim,
  publishing: Publishing,
  { since }: SendingMark,
  deps: PublishDeps,
  signal: AbortSignal,
): Promise<BatchReport> {
  const { route, outgoing } = publishing;
  // Of a claim that was lost there is nothing to hand back, but its calls are kept.
  if (error instanceof ClaimLost || signal.aborted) {
    await deps.tasks.release(claim.id);
    return { againAt: undefined };
  }
  // Not about the records: they are tried again, and what may have been sent is uncertain.
  if (isPassingFault(error)) {
    await withPatience(() => deps.tasks.release(claim.id), deps, signal);
    return { againAt: deps.now() };
  }
  // A bug in one batch must not stop the route for ever: its tasks fail visibly.
  deps.log.error({ route: route.id, err: error }, 'Publishing failed unexpectedly');
  const outcomes = claim.tasks.map((task) => failed(task, error, since));
  await deps.tasks.settle(claim, outcomes, { outgoing: outgoing.memory.links, learnt: [] }, placeOf(publishing));
  return { againAt: undefined };
}

/** A claimed task with the records it stands for, or its outcome already. */
type Plan =
  | { readonly task: ClaimedTask; readonly run: RecordRun; readonly records: readonly OutgoingRecord[] }
  | { readonly task: ClaimedTask; readonly run: RecordRun; readonly outcome: 'filtered' | IntegrationError };

function planTask(task: ClaimedTask, publishing: Publishing, run: RecordRun): Eventually<Plan> {
  run.task = String(task.id);
  const prepared = prepareTask(task, publishing, run);
  if (prepared instanceof Promise) return prepared.then((each) => ({ task, run, ...each }));
  return { task, run, ...prepared };
}

async function settle(
  claim: Claim,
  plans: readonly Plan[],
  batch: readonly OutgoingRecord[],
  results: readonly RecordResult[],
  { route, outgoing, afterwards }: Publishing,
  deps: PublishDeps,
): Promise<BatchReport> {
  const outcomes: TaskOutcome[] = [];
  const learnt: Link[] = [];
  const standstill = await standstillAfter(batch, results, outgoing, deps);
  const followUps: NewFollowUp[] = [];
  let next = 0;
  for (const plan of plans) {
    if ('outcome' in plan) {
      outcomes.push(
        plan.outcome === 'filtered' ? filtered(plan.task) : judgeError(plan.task, plan.outcome, route, deps),
      );
      continue;
    }
    const own = results.slice(next, next + plan.records.length);
    for (const [offset, result] of own.entries()) addLinks(learnt, result, batch[next + offset]?.key ?? '');
    next += plan.records.length;
    const outcome = judgeResults(plan.task, own, { route, outgoing, standstill }, deps);
    outcomes.push(outcome);
    // What failed in part is tried again as a whole; its follow-ups come with the try that succeeds.
    if (afterwards && outcome.state === 'finished') followUps.push(...followUpsOf(plan.task, own, afterwards));
  }
  await deps.tasks.settle(
    claim,
    outcomes,
    { outgoing: outgoing.memory.links, learnt },
    placeOf({ route, outgoing }),
    followUps,
    effectsOfBatch(plans, outcomes),
  );
  const due = outcomes.filter((outcome) => outcome.state === 'retrying').map((outcome) => outcome.nextAt);
  return {
    againAt: due.length > 0 ? Math.min(...due) : undefined,
    followUps: followUps.length,
  };
}

/** What is wrong with the target as a whole, where something failed. */
async function standstillAfter(
  batch: readonly OutgoingRecord[],
  results: readonly RecordResult[],
  { id, target }: Publishing['outgoing'],
  { health }: PublishDeps,
): Promise<Incident | undefined> {
  if (results.some((result) => result.kind === 'done')) await health.published(id);
  if (!results.some((result) => result.kind === 'failed')) return undefined;
  const refused = results.flatMap((result, index) =>
    result.kind === 'failed' && result.error instanceof AuthError
      ? [{ key: batch[index]?.key ?? '', error: result.error }]
      : [],
  );
  const [first] = refused;
  return health.afterFailure(target.client, id, first && { keys: refused.map(({ key }) => key), error: first.error });
}

/**
 * What steps leave counts once their record is done with: what is tried again leaves it then. What value maps do not have
 * counts with each record that comes to rest.
 */
function effectsOfBatch(plans: readonly Plan[], outcomes: readonly TaskOutcome[]): StepEffects | undefined {
  if (plans.every(({ run }) => run.writes.length === 0 && run.unmatched.length === 0)) return undefined;
  const runsIn = (states: readonly TaskState[]): RecordRun[] =>
    plans.flatMap(({ run }, index) => (states.includes(outcomes[index]?.state ?? 'new') ? [run] : []));
  const finished = runsIn(['finished']);
  return effectsOf(runsIn(['finished', 'skipped']), runsIn(['finished', 'skipped', 'failed', 'waiting']), finished);
}

/** Adds the links that a result told: of the record itself, also when it failed after it was stored, and further ones. */
function addLinks(learnt: Link[], result: RecordResult, key: string): void {
  if (result.kind !== 'done' && result.kind !== 'failed') return;
  if (result.targetId !== undefined) learnt.push({ key, targetId: result.targetId });
  if (result.kind === 'done' && result.links) learnt.push(...result.links);
}

function followUpsOf(task: ClaimedTask, results: readonly RecordResult[], route: Route): NewFollowUp[] {
  const records = results.flatMap((result) => (result.kind === 'done' ? (result.followUps ?? []) : []));
  return records.map((record, index) => ({
    after: task.id,
    route: route.id,
    key: partKey(task.key, index),
    payload: JSON.stringify(record),
  }));
}

/** Where failures of a batch are counted. */
function placeOf({ route, outgoing }: Pick<Publishing, 'route' | 'outgoing'>): TaskPlace {
  return { route: route.id, order: route.order, target: outgoing.target.client };
}
