import type { OutgoingRecord, PlannedRecord, SendContext } from '../connector/publishing/types.ts';
import type { SourcePage } from '../connector/subscribing.ts';
import { type IntegrationError, SourceError } from '../core/errors.ts';
import type { RunMode } from '../core/run.ts';
import type { Eventually } from '../core/step-run.ts';
import type { NewTask } from '../core/task.ts';
import type { LinkStore, RunStore, TaskStore } from './deps.ts';
import { deletionsPlanned } from './deletions.ts';
import { requireFlowsBefore } from './flows-before.ts';
import { createKeySet, type KeySet } from './key-set.ts';
import { type Prepared, prepareTask } from './prepare-task.ts';
import { readingOnly } from './reading-only.ts';
import type { RecordRun } from './record-run.ts';
import { routePage, type SourceRecord } from './route-page.ts';
import { lookUps } from './send-context.ts';
import { toSourceRecords } from './sort-page.ts';
import { windowOfRun } from './source-window.ts';
import { type StepReads, StepSession } from './step-session.ts';
import type { Incoming, Outgoing, Route } from './workspace.ts';

/** What planning works with. It only reads. */
export interface PlanDeps {
  readonly runs: Pick<RunStore, 'checkpoint' | 'seen' | 'countSeen' | 'seenAfter' | 'completeReading'>;
  readonly links: LinkStore;
  readonly tasks: Pick<TaskStore, 'notArrived'>;
  readonly steps: StepReads;
}

/** What is planned. */
export interface Planning {
  readonly route: Route;
  readonly incoming: Incoming;
  readonly outgoing: Outgoing;
}

export interface PlanOptions {
  /** As of a run: "incremental" passes over what has not changed since it was last read. */
  readonly mode: RunMode;
  /** Most records of the source that are looked at; undefined takes all. */
  readonly limit?: number | undefined;
  /** Number of the uploaded file that alone is looked at, also while it is held. */
  readonly file?: number | undefined;
}

/** What a run would do with one record. */
export interface PlanLine extends PlannedRecord {
  readonly key: string;
}

/** How often each action comes in a plan. */
export type PlanTotals = Readonly<Record<PlannedRecord['action'], number>>;

/** End of a plan. */
export interface PlanEnd {
  readonly totals: PlanTotals;
  /** Whether the source was read to its end. */
  readonly isComplete: boolean;
  /** Why a run would read nothing, or make no deletions; undefined where it would do both. */
  readonly held?: { readonly code: string; readonly message: string } | undefined;
}

/**
 * Tells what a run would do with each record of a route, and changes nothing.
 *
 * Records take the way of a run, step by step, up to the call that would write: the same steps, the same look-ups, the
 * same rules. One page is in memory at a time, besides a short mark for each key.
 */
export async function* planRoute(
  planning: Planning,
  { mode, limit = Infinity, file }: PlanOptions,
  deps: PlanDeps,
  signal: AbortSignal,
): AsyncGenerator<PlanLine, PlanEnd> {
  const plan = new Plan(planning, mode, deps, signal);
  const { incoming } = planning;
  const window = await windowOfRun(incoming, mode, deps.runs);
  let received = 0;
  let isComplete = true;
  for await (const page of incoming.subscriber.read(
    { ...window, position: undefined, written: undefined, file, received: () => received },
    signal,
  )) {
    const rows = page.rows.slice(0, limit - received);
    received += rows.length;
    for (const line of await plan.page({ ...page, rows })) yield line;
    if (received < limit) continue;
    isComplete = false;
    break;
  }
  const isWhole = isComplete && window.since === undefined && window.state === undefined;
  const held = isWhole && incoming.deletions ? yield* plan.deletions(incoming.deletions) : undefined;
  return { totals: plan.totals, isComplete, held: (await heldBefore(incoming, deps.tasks)) ?? held };
}

/** Why a run would read nothing, because another flow comes first. */
async function heldBefore({ after }: Incoming, tasks: PlanDeps['tasks']): Promise<PlanEnd['held']> {
  try {
    await requireFlowsBefore(after, tasks);
    return undefined;
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return { code: error.code, message: error.message };
  }
}

class Plan {
  readonly #planning: Planning;
  readonly #mode: RunMode;
  readonly #deps: PlanDeps;
  readonly #signal: AbortSignal;
  readonly #context: SendContext;
  /** What steps would leave: the records that follow see it, and it is gone with the plan. */
  readonly #session: StepSession;
  /** Values of records that this plan creates: a second one with the same value would update the first. */
  readonly #created = new Set<string>();
  readonly #keys: KeySet = createKeySet();
  readonly totals: Record<PlannedRecord['action'], number> = {
    ...{ create: 0, update: 0, unchanged: 0, delete: 0, skip: 0, fail: 0 },
  };

  constructor(planning: Planning, mode: RunMode, deps: PlanDeps, signal: AbortSignal) {
    this.#planning = planning;
    this.#mode = mode === 'full' ? 'full' : planning.incoming.subscriber.mode;
    this.#deps = deps;
    this.#signal = signal;
    this.#context = planContext(planning.outgoing, deps.links);
    this.#session = new StepSession(readingOnly(deps.steps), { signal });
  }

  async page(page: SourcePage): Promise<PlanLine[]> {
    const { subscriber } = this.#planning.incoming;
    const rows = toSourceRecords(page.rows, subscriber);
    const known = await this.#deps.runs.seen(this.#planning.incoming.id, [...new Set(rows.map(({ key }) => key))]);
    const lines: PlanLine[] = [];
    const fresh: SourceRecord[] = [];
    for (const row of rows) {
      // A row that comes again on a later page is the same record.
      if (this.#keys.has(row.key)) continue;
      this.#keys.add(row.key);
      if (this.#mode === 'incremental' && known.get(row.key)?.hash === row.hash) lines.push(notChanged(row.key));
      else fresh.push(row);
    }
    return this.#count([...lines, ...(await this.#linesOf(fresh))]);
  }

  /** What became of keys that the source has no more. */
  async *deletions(
    rule: NonNullable<Incoming['deletions']>,
  ): AsyncGenerator<PlanLine, { code: string; message: string } | undefined> {
    const { incoming } = this.#planning;
    const { held, pages } = await deletionsPlanned(incoming.id, rule, this.#keys, this.#deps.runs);
    if (held) return { code: held.code, message: held.message };
    for await (const rows of pages) yield* this.#count(await this.#linesOf(rows));
    return undefined;
  }

  #count(lines: readonly PlanLine[]): PlanLine[] {
    for (const { action } of lines) this.totals[action] += 1;
    return [...lines];
  }

  async #linesOf(rows: readonly SourceRecord[]): Promise<PlanLine[]> {
    const { incoming, route, outgoing } = this.#planning;
    this.#session.forgetReads();
    const tasks = await routePage(rows, { incoming, routes: [route] }, this.#session);
    const prepared = await this.#session.each(tasks, (task, run) => this.#prepare(task, run), 'all');
    const batch = prepared.flatMap((each) => ('records' in each ? each.records : []));
    const planned =
      batch.length === 0 ? [] : await outgoing.publisher.plan(batch, this.#context, this.#created, this.#signal);
    return linesOf(tasks, prepared, batch, planned);
  }

  #prepare(task: NewTask, run: RecordRun): Eventually<Prepared | { readonly line: PlanLine }> {
    run.task = NO_TASK;
    if (task.state !== 'new') {
      const { code, message } = JSON.parse(task.error ?? '{}') as { code?: string; message?: string };
      return { line: { key: task.key, action: task.state === 'failed' ? 'fail' : 'skip', code, reason: message } };
    }
    const { key, record, stage } = task;
    const first = { attempts: 1, uncertainSince: null, nextAt: 0 };
    return prepareTask({ key, record, stage, ...first }, this.#planning, run);
  }
}

/** What steps see as the id of a task that is not there yet. */
const NO_TASK = 'planned';

function linesOf(
  tasks: readonly NewTask[],
  prepared: readonly (Prepared | { readonly line: PlanLine })[],
  batch: readonly OutgoingRecord[],
  planned: readonly PlannedRecord[],
): PlanLine[] {
  let next = 0;
  return prepared.flatMap((each, index): PlanLine[] => {
    const key = tasks[index]?.key ?? '';
    if ('line' in each) return [each.line];
    if ('outcome' in each) return [notSent(key, each.outcome)];
    const own = planned.slice(next, next + each.records.length);
    const lines = own.map((line, offset) => ({ key: batch[next + offset]?.key ?? key, ...line }));
    next += own.length;
    return lines;
  });
}

function notSent(key: string, outcome: 'filtered' | IntegrationError): PlanLine {
  if (outcome === 'filtered') {
    return { key, action: 'skip', code: 'FILTERED', reason: 'Left out by a filter of the outgoing' };
  }
  return { key, action: 'fail', code: outcome.code, reason: outcome.message };
}

function notChanged(key: string): PlanLine {
  return { key, action: 'unchanged', code: 'SEEN', reason: 'Not changed in the source since it was last read' };
}

/** The look-ups of sending; nothing that writes outside of the index of target records. */
function planContext(outgoing: Outgoing, links: LinkStore): SendContext {
  return {
    ...lookUps(outgoing, links),
    beforeCall: () => Promise.resolve(),
    beforePlace: () => Promise.resolve(),
    beforeSend: () => Promise.reject(new Error('a plan sends nothing')),
    notSent: () => Promise.resolve(),
    forget: () => Promise.resolve(),
    record: () => Promise.resolve(0),
  };
}
