import type { SourcePage, Subscriber } from '../connector/subscribing.ts';
import { IntegrationError, SourceError, toErrorReport } from '../core/errors.ts';
import { isPassingFault } from '../core/passing-fault.ts';
import type { Json } from '../core/record.ts';
import type { HandedBatch, PageCommit } from '../core/run.ts';
import type { NewTask } from '../core/task.ts';
import { deletedRecord, DELETIONS_AT_A_TIME, missingSince, requireBelowCeiling } from './deletions.ts';
import type { Log, Run, RunStore, TaskStore } from './deps.ts';
import { requireFlowsBefore } from './flows-before.ts';
import { withPatience } from './patience.ts';
import { hashText } from './record-hash.ts';
import { batchesToHand, type HandOver } from './hand-over.ts';
import { routePage, type SourceRecord } from './route-page.ts';
import { windowOfRun } from './source-window.ts';
import { type StepReads, StepSession } from './step-session.ts';
import type { Incoming, Route } from './workspace.ts';

/** Readings of a source whose announced number changes under the reader, before the run is given up. */
const MAX_PASSES = 3;
/** Pages between two looks at the backlog. */
const PAGES_PER_BACKLOG_CHECK = 4;
const BACKLOG_WAIT_MS = 100;

/** What polling works with. */
export interface PollDeps {
  readonly runs: RunStore;
  readonly tasks: Pick<TaskStore, 'backlog' | 'notArrived'>;
  readonly steps: StepReads;
  readonly worker: string;
  /** Enqueues publishing for routes that got tasks. Only a hint: what is lost here, the reconciler finds. */
  readonly wake: (tasks: ReadonlyMap<string, number>) => Promise<void>;
  /** This process's own publishing, which takes batches without a claim of its own. */
  readonly handOver: HandOver;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly log: Log;
}

/** What is to be polled. */
export interface Polling {
  readonly incoming: Incoming;
  readonly routes: readonly Route[];
}

/** Where a run stands; saved with each page, so that another worker can go on. */
interface Progress {
  /** Number of the first reading of this run and of the one that is going on. */
  readonly firstPass: number;
  readonly pass: number;
  readonly passes: number;
  /** Start of the window; null reads everything. */
  readonly since: number | null;
  /** What the reading before ended with, and what this one did; null where the source hands out no such place. */
  readonly state?: Json;
  readonly nextState?: Json;
  /** Source's time when the run began: what changes later belongs to the next run. */
  readonly startedAt: number | null;
  /** Newest change seen. */
  readonly newest: number | null;
  readonly position: Json;
  /** Fewest and most records announced in this reading, and the last number. */
  readonly announcedLeast?: number | null;
  readonly announcedMost: number | null;
  readonly announcedLast: number | null;
}

/** How one reading ended. */
type PassEnd = 'complete' | 'unstable' | 'short' | 'lost' | 'cancelled';

/**
 * Reads what is new in the source and makes tasks of it.
 *
 * Tasks, marks, counts and position of a page are one transaction, so a crash reads the page again and never loses or
 * doubles it. The checkpoint moves only when everything that was announced has arrived.
 */
export async function poll(run: Run, polling: Polling, deps: PollDeps, signal: AbortSignal): Promise<void> {
  const reading = new Reading(run, polling, deps);
  try {
    await reading.toTheEnd(signal);
  } catch (error) {
    if (signal.aborted) {
      await deps.runs.release(run.id, deps.worker);
      return;
    }
    // Nothing is wrong with the source or its records: whoever takes the run next goes on at the last page.
    if (isPassingFault(error)) {
      await withPatience(() => deps.runs.release(run.id, deps.worker), deps, signal);
      return;
    }
    if (!(error instanceof IntegrationError))
      deps.log.error({ run: run.id, err: error }, 'Polling failed unexpectedly');
    await deps.runs.finish(run, deps.worker, { status: 'failed', error: JSON.stringify(toErrorReport(error)) });
  }
}

/** One run of an incoming by this worker, from where it stands to its end. */
class Reading {
  readonly #run: Run;
  readonly #polling: Polling;
  readonly #deps: PollDeps;
  #progress: Progress;
  /** Routes on which records of another incoming are open, whose keys this one knows nothing of. */
  #shared: ReadonlySet<string> = new Set();
  /** Rows counted once in the reading that is going on. */
  #distinct: number;

  constructor(run: Run, polling: Polling, deps: PollDeps) {
    this.#run = run;
    this.#polling = polling;
    this.#deps = deps;
    this.#progress = run.progress === null ? NOT_STARTED : (JSON.parse(run.progress) as Progress);
    this.#distinct = run.received - run.repeated;
  }

  async toTheEnd(signal: AbortSignal): Promise<void> {
    const routes = this.#polling.routes.map((route) => route.id);
    this.#shared = await this.#deps.runs.routesWithOthers(this.#run.incoming, routes);
    if (this.#progress.passes === 0) {
      await requireFlowsBefore(this.#polling.incoming.after, this.#deps.tasks);
      this.#progress = await this.#begin();
    }
    for (;;) {
      const end = await this.#readPass(signal);
      if (end === 'lost') return;
      if (end === 'cancelled') {
        await this.#finish({ status: 'cancelled' });
        return;
      }
      if (end === 'complete' || this.#progress.passes >= MAX_PASSES || end === 'short') {
        await this.#conclude(end);
        return;
      }
      await this.#restart();
    }
  }

  async #begin(): Promise<Progress> {
    const { runs } = this.#deps;
    const pass = await runs.nextPass();
    const { since = null, state = null } = await windowOfRun(this.#polling.incoming, this.#run.mode, runs);
    return { ...NOT_STARTED, firstPass: pass, pass, passes: 1, since, state };
  }

  get #mode(): 'full' | 'incremental' {
    return this.#run.mode === 'full' ? 'full' : this.#polling.incoming.subscriber.mode;
  }

  async #restart(): Promise<void> {
    const { runs, worker, log } = this.#deps;
    log.warn({ run: this.#run.id }, 'The announced number of records changed while they were read; reading again');
    this.#progress = {
      ...this.#progress,
      pass: await runs.nextPass(),
      passes: this.#progress.passes + 1,
      position: null,
      announcedLeast: null,
      announcedMost: null,
      announcedLast: null,
    };
    this.#distinct = 0;
    await runs.restartPass(this.#run.id, worker, JSON.stringify(this.#progress));
  }

  async #readPass(signal: AbortSignal): Promise<PassEnd> {
    const { subscriber } = this.#polling.incoming;
    const request = {
      since: this.#progress.since ?? undefined,
      state: this.#progress.state ?? undefined,
      position: this.#progress.position ?? undefined,
      isTaken: this.#polling.routes.length > 0,
      received: () => this.#distinct,
    };
    let pages = 0;
    for await (const page of subscriber.read(request, signal)) {
      const committed = await this.#commit(page, subscriber, signal);
      if (committed !== 'committed') return committed;
      pages += 1;
      if (pages % PAGES_PER_BACKLOG_CHECK === 0 && !(await this.#waitForBacklog(signal))) return 'cancelled';
    }
    return this.#judgePass();
  }

  /** One page: what is new becomes tasks, and everything about the page becomes durable at once. */
  async #commit(
    page: SourcePage,
    subscriber: Subscriber,
    signal: AbortSignal,
  ): Promise<'committed' | 'lost' | 'cancelled'> {
    const { runs, worker, wake, steps } = this.#deps;
    const sorted = await this.#sortPage(page, subscriber);
    const session = new StepSession(steps, { signal });
    const tasks = await routePage(sorted.fresh, this.#polling, session);
    const progress = this.#advance(page, subscriber);
    const counts = {
      received: page.rows.length,
      fresh: sorted.fresh.length,
      unchanged: sorted.unchanged,
      repeated: sorted.repeated,
    };
    const hasRoutes = this.#polling.routes.length > 0;
    const claims = await batchesToHand(tasks, this.#deps.handOver, this.#shared);
    const committed = await runs.commitPage({
      run: this.#run,
      worker,
      pass: progress.pass,
      // Without a route nothing is taken over, so nothing may count as seen.
      seen: hasRoutes ? sorted.seen : [],
      tasks,
      counts,
      announced: progress.announcedLast,
      progress: JSON.stringify(progress),
      claims,
      effects: session.effects(),
    });
    if (committed.result !== 'committed') return committed.result;
    this.#progress = progress;
    this.#distinct += page.rows.length - sorted.repeated;
    for (const claim of committed.claims) this.#deps.handOver.take(claim.route, claim);
    await wake(countByRoute(tasks, claims));
    return committed.result;
  }

  async #sortPage(page: SourcePage, subscriber: Subscriber): Promise<Sorted> {
    const rows = page.rows.map((record): SourceRecord => {
      const text = JSON.stringify(record);
      const hash = hashText(text);
      return { record, text, hash, key: subscriber.keyOf(record) ?? hash, isFirst: false };
    });
    const known = await this.#deps.runs.seen(this.#run.incoming, [...new Set(rows.map((row) => row.key))]);
    const sorted = sortRows(rows, known, this.#progress, this.#mode);
    if (!this.#polling.incoming.deletions) return sorted;
    // Where deletions are looked for, the last fields of a record are kept: when it is gone nobody else has them.
    const bodies = new Map(rows.map(({ key, text }) => [key, text]));
    return { ...sorted, seen: sorted.seen.map((mark) => ({ ...mark, body: bodies.get(mark.key) ?? '{}' })) };
  }

  #advance(page: SourcePage, subscriber: Subscriber): Progress {
    const before = this.#progress;
    // A page past the end announces nothing although the source does not shrink.
    const announced = page.rows.length === 0 && !page.announced ? undefined : page.announced;
    const changes = page.rows.map((record) => subscriber.changedAt(record) ?? 0);
    const newest = changes.reduce((most, each) => Math.max(most, each), before.newest ?? 0);
    return {
      ...before,
      position: page.position,
      startedAt: before.startedAt ?? page.at ?? Date.now(),
      newest: newest > 0 ? newest : null,
      nextState: page.state ?? null,
      announcedLeast:
        announced === undefined
          ? (before.announcedLeast ?? null)
          : Math.min(before.announcedLeast ?? Infinity, announced),
      announcedMost: announced === undefined ? before.announcedMost : Math.max(before.announcedMost ?? 0, announced),
      announcedLast: announced ?? before.announcedLast,
    };
  }

  #judgePass(): PassEnd {
    const { announcedLast, announcedMost, announcedLeast } = this.#progress;
    if (announcedLast === null || announcedMost === null) return 'complete';
    if (this.#distinct >= announcedMost) return 'complete';
    // What came or went in front of the place of the reading moved the pages under it.
    return announcedLast < announcedMost || (announcedLeast ?? announcedLast) < announcedLast ? 'unstable' : 'short';
  }

  /** The last reading decides: a number that fell while reading is accepted only when all that is left has arrived. */
  async #conclude(end: PassEnd): Promise<void> {
    const { announcedLast } = this.#progress;
    if (end !== 'complete' && this.#distinct < (announcedLast ?? 0))
      throw incomplete(this.#run, announcedLast ?? 0, this.#distinct);
    if (end === 'unstable') throw unstable(this.#run, this.#progress.announcedMost ?? 0, announcedLast ?? 0);
    const deletions = await this.#takeDeletions();
    if (deletions !== 'committed') {
      if (deletions === 'cancelled') await this.#finish({ status: 'cancelled' });
      return;
    }
    const movesCheckpoint = this.#polling.routes.length > 0 && this.#polling.incoming.subscriber.hasDelta;
    await this.#finish({ status: 'succeeded', cursor: movesCheckpoint ? await this.#cursor() : null });
  }

  /** What was known and did not come in a whole reading is gone. Throws SourceError ERR_DELETIONS_HELD. */
  async #takeDeletions(): Promise<'committed' | 'lost' | 'cancelled'> {
    const { runs, worker, wake } = this.#deps;
    const { incoming, routes } = this.#polling;
    const { since, state = null, firstPass } = this.#progress;
    if (!incoming.deletions || routes.length === 0 || since !== null || state !== null) return 'committed';
    const missing = await missingSince(incoming.id, incoming.deletions, firstPass, runs);
    if (missing === undefined) return 'committed';
    const absent = await runs.countAbsent(incoming.id, missing);
    if (absent > 0) requireBelowCeiling(incoming.id, incoming.deletions, absent, await runs.countSeen(incoming.id));
    for (;;) {
      const gone = await runs.absent(incoming.id, missing, DELETIONS_AT_A_TIME);
      if (gone.length === 0) return 'committed';
      const session = new StepSession(this.#deps.steps);
      const tasks = await routePage(gone.map(deletedRecord), this.#polling, session);
      const keys = gone.map(({ key }) => key);
      const result = await runs.commitDeletions({ run: this.#run, worker, keys, tasks, effects: session.effects() });
      if (result !== 'committed') return result;
      await wake(countByRoute(tasks, []));
    }
  }

  /**
   * The new checkpoint: the newest change seen, by the source's own clock.
   *
   * Where rows do not tell when they changed, it is the start of the run. It is never later than that, because a record that changed behind the reader's back has a later time.
   */
  async #cursor(): Promise<string> {
    const { startedAt, newest, nextState = null } = this.#progress;
    const before = await this.#deps.runs.checkpoint(this.#run.incoming);
    const previous = before === undefined ? 0 : (JSON.parse(before) as { at: number }).at;
    const start = startedAt ?? Date.now();
    const at = Math.max(previous, Math.min(newest ?? start, start));
    return JSON.stringify({ at, ...(nextState !== null && { state: nextState }) });
  }

  async #finish(end: Parameters<RunStore['finish']>[2]): Promise<void> {
    await this.#deps.runs.finish(this.#run, this.#deps.worker, { announced: this.#progress.announcedLast, ...end });
  }

  /**
   * Reading waits while publishing is behind, so that a slow target costs no memory and no disk.
   *
   * @returns false when the run was cancelled meanwhile.
   */
  async #waitForBacklog(signal: AbortSignal): Promise<boolean> {
    for (const route of this.#polling.routes) {
      while ((await this.#deps.tasks.backlog(route.id, route.backlogLimit)) >= route.backlogLimit) {
        if (await this.#deps.runs.isCancelled(this.#run.id)) return false;
        await this.#deps.sleep(BACKLOG_WAIT_MS, signal);
      }
    }
    return true;
  }
}

const NOT_STARTED: Progress = {
  firstPass: 0,
  pass: 0,
  passes: 0,
  since: null,
  startedAt: null,
  newest: null,
  position: null,
  announcedMost: null,
  announcedLast: null,
  state: null,
  nextState: null,
};

interface Sorted {
  readonly fresh: readonly SourceRecord[];
  readonly seen: PageCommit['seen'];
  readonly unchanged: number;
  readonly repeated: number;
}

/**
 * Tells new and changed records from those that are known.
 *
 * A record that comes again in the same reading is a repeat; when its content differs it changed while we read, and is
 * taken as well.
 */
function sortRows(
  rows: readonly SourceRecord[],
  known: ReadonlyMap<string, { hash: string; pass: number }>,
  { pass, firstPass }: Progress,
  mode: 'full' | 'incremental',
): Sorted {
  const onPage = new Map<string, string>();
  const fresh: SourceRecord[] = [];
  let unchanged = 0;
  let repeated = 0;
  for (const row of rows) {
    const twin = onPage.get(row.key);
    if (twin !== undefined && twin !== row.hash) throw keyNotUnique(row.key);
    const before = known.get(row.key);
    const isRepeat = twin !== undefined || before?.pass === pass;
    const isSame = twin !== undefined || before?.hash === row.hash;
    const isHandled = isSame && (mode === 'incremental' || isRepeat || (before?.pass ?? 0) >= firstPass);
    onPage.set(row.key, row.hash);
    if (isRepeat) repeated += 1;
    if (!isHandled) fresh.push({ ...row, isFirst: before === undefined });
    else if (!isRepeat) unchanged += 1;
  }
  return { fresh, seen: [...onPage].map(([key, hash]) => ({ key, hash })), unchanged, repeated };
}

/** New tasks of each route that nobody has taken yet. */
function countByRoute(tasks: readonly NewTask[], claims: readonly HandedBatch[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const handed = new Set(claims.flatMap((claim) => claim.tasks));
  for (const [index, task] of tasks.entries()) {
    if (task.state === 'new' && !handed.has(index)) counts.set(task.route, (counts.get(task.route) ?? 0) + 1);
  }
  return counts;
}

function keyNotUnique(key: string): SourceError {
  return new SourceError(
    'ERR_KEY_NOT_UNIQUE',
    `Two different records of one page have the key "${key}"; the entity's key in the connector needs another field`,
    { details: { key } },
  );
}

function incomplete(run: Run, announced: number, received: number): SourceError {
  return new SourceError(
    'ERR_RUN_INCOMPLETE',
    `The source announced ${announced} records and sent ${received}. What arrived is kept, the checkpoint stays, and the next run reads them all again`,
    { details: { incoming: run.incoming, announced, received } },
  );
}

function unstable(run: Run, most: number, last: number): SourceError {
  return new SourceError(
    'ERR_RUN_UNSTABLE',
    `The source announced between ${last} and ${most} records while they were read, ${MAX_PASSES} times over; the checkpoint stays`,
    { details: { incoming: run.incoming, most, last } },
  );
}
