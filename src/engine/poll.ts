import type { SourcePage, Subscriber } from '../connector/subscribing.ts';
import { IntegrationError, toErrorReport } from '../core/errors.ts';
import { isPassingFault } from '../core/passing-fault.ts';
import type { HandedBatch, PageCommit } from '../core/run.ts';
import type { NewTask } from '../core/task.ts';
import { deletedRecord, DELETIONS_AT_A_TIME, missingSince, requireBelowCeiling } from './deletions.ts';
import type { Log, Run, RunStore, TaskStore } from './deps.ts';
import { requireFlowsBefore } from './flows-before.ts';
import { type CommitEnd, PageWriter, type ReadPage } from './page-writer.ts';
import { withPatience } from './patience.ts';
import { batchesToHand, type HandOver } from './hand-over.ts';
import {
  advance,
  beginAgain,
  judgeReading,
  nextCheckpoint,
  NOT_STARTED,
  type Progress,
  requireComplete,
} from './reading-progress.ts';
import { routePage, type SourceRecord } from './route-page.ts';
import { type SeenMark, type SortedPage, sortPage, toSourceRecords, withBodies } from './sort-page.ts';
import { windowOfRun } from './source-window.ts';
import { type StepReads, StepSession } from './step-session.ts';
import type { Incoming, Route } from './workspace.ts';

/** Readings of a source whose announced number changes under the reader, before the run is given up. */
const MAX_PASSES = 3;
/** Pages between two looks at the backlog, at least. */
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

/** How one reading ended. */
type PassEnd = 'complete' | 'unstable' | 'short' | 'lost' | 'cancelled';

/**
 * Reads what is new in the source and makes tasks of it.
 *
 * Tasks, marks, counts and position of pages are one transaction, so a crash reads them again and never loses or
 * doubles them. The checkpoint moves only when everything that was announced has arrived.
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
  /** Tasks that may be made before the backlog is looked at again. */
  #roomLeft = 0;
  /** Marks of pages that are not written yet, in their order. */
  readonly #unwritten = new Map<SortedPage, ReadonlyMap<string, SeenMark>>();

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
    this.#progress = beginAgain(this.#progress, await runs.nextPass());
    this.#distinct = 0;
    await runs.restartPass(this.#run.id, worker, JSON.stringify(this.#progress));
  }

  async #readPass(signal: AbortSignal): Promise<PassEnd> {
    const { subscriber } = this.#polling.incoming;
    const writer = new PageWriter({ write: (read) => this.#commit(read, signal), sleep: this.#deps.sleep });
    const request = {
      since: this.#progress.since ?? undefined,
      state: this.#progress.state ?? undefined,
      position: this.#progress.position ?? undefined,
      written: this.#polling.routes.length > 0 ? async () => (await writer.allWritten()) === 'committed' : undefined,
      received: () => this.#distinct,
    };
    let end: CommitEnd = 'committed';
    let pages = 0;
    try {
      for await (const page of subscriber.read(request, signal)) {
        // What is known of this page is looked up while the pages before it are written.
        const sorted = await this.#sortPage(page, subscriber);
        if ((await writer.add({ page, sorted })) !== 'committed') break;
        pages += 1;
        const isTimeToLook = this.#roomLeft <= 0 && pages % PAGES_PER_BACKLOG_CHECK === 0;
        if (isTimeToLook && !(await this.#waitForBacklog(signal))) return 'cancelled';
      }
    } finally {
      // Nothing of this reading goes on behind it, and what is wrong with the database comes before what is wrong with the source.
      end = await writer.allWritten();
    }
    return end === 'committed' ? judgeReading(this.#progress, this.#distinct) : end;
  }

  /** A few pages: what is new becomes tasks, and everything about the pages becomes durable at once. */
  async #commit(read: readonly ReadPage[], signal: AbortSignal): Promise<CommitEnd> {
    const { runs, worker, wake, steps } = this.#deps;
    const { subscriber } = this.#polling.incoming;
    const session = new StepSession(steps, { signal });
    const sorted = read.map((each) => each.sorted);
    const tasks = await routePage(
      sorted.flatMap(({ fresh }) => fresh),
      this.#polling,
      session,
    );
    const progress = read.reduce((before, { page }) => advance(before, page, subscriber), this.#progress);
    const claims = await batchesToHand(tasks, this.#deps.handOver, this.#shared);
    const committed = await runs.commitPage({
      run: this.#run,
      worker,
      pass: progress.pass,
      seen: lastOfEach(sorted.flatMap(({ seen }) => seen)),
      tasks,
      counts: countRows(read),
      announced: progress.announcedLast,
      progress: JSON.stringify(progress),
      claims,
      effects: session.effects(),
    });
    if (committed.result !== 'committed') return committed.result;
    this.#progress = progress;
    this.#roomLeft -= tasks.length;
    for (const each of sorted) this.#unwritten.delete(each);
    for (const claim of committed.claims) this.#deps.handOver.take(claim.route, claim);
    await wake(countByRoute(tasks, claims));
    return committed.result;
  }

  /** Counts what a page has of new, changed and known records. Pages before it may not be written yet: their marks count already. */
  async #sortPage(page: SourcePage, subscriber: Subscriber): Promise<SortedPage> {
    const { incoming, routes } = this.#polling;
    const rows = toSourceRecords(page.rows, subscriber);
    // Also those that are written by the time of the answer, which need not know of them.
    const unwritten = [...this.#unwritten.values()];
    const known = await this.#deps.runs.seen(this.#run.incoming, [...new Set(rows.map((row) => row.key))]);
    for (const marks of unwritten) addMarks(known, marks, rows);
    const sorted = sortPage(rows, known, this.#progress, this.#mode);
    this.#distinct += page.rows.length - sorted.repeated;
    // Without a route nothing is taken over, so nothing may count as seen.
    if (routes.length === 0) return { ...sorted, seen: [] };
    const { pass } = this.#progress;
    const kept = incoming.deletions ? withBodies(sorted, rows) : sorted;
    this.#unwritten.set(kept, new Map(kept.seen.map(({ key, hash }) => [key, { hash, pass }])));
    return kept;
  }

  async #conclude(end: 'complete' | 'unstable' | 'short'): Promise<void> {
    requireComplete(end, this.#run, this.#progress, this.#distinct);
    const deletions = await this.#takeDeletions();
    if (deletions !== 'committed') {
      if (deletions === 'cancelled') await this.#finish({ status: 'cancelled' });
      return;
    }
    const movesCheckpoint = this.#polling.routes.length > 0 && this.#polling.incoming.subscriber.hasDelta;
    const before = movesCheckpoint ? await this.#deps.runs.checkpoint(this.#run.incoming) : undefined;
    const cursor = movesCheckpoint ? nextCheckpoint(this.#progress, before) : null;
    await this.#finish({ status: 'succeeded', cursor });
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

  async #finish(end: Parameters<RunStore['finish']>[2]): Promise<void> {
    await this.#deps.runs.finish(this.#run, this.#deps.worker, { announced: this.#progress.announcedLast, ...end });
  }

  /**
   * Reading waits while publishing is behind, so that a slow target costs no memory and no disk.
   *
   * @returns false when the run was cancelled meanwhile.
   */
  async #waitForBacklog(signal: AbortSignal): Promise<boolean> {
    const { tasks, runs, sleep } = this.#deps;
    this.#roomLeft = Infinity;
    for (const { id, backlogLimit } of this.#polling.routes) {
      let backlog = await tasks.backlog(id, backlogLimit);
      while (backlog >= backlogLimit) {
        if (await runs.isCancelled(this.#run.id)) return false;
        await sleep(BACKLOG_WAIT_MS, signal);
        backlog = await tasks.backlog(id, backlogLimit);
      }
      // Half of it, because others may make tasks as well.
      this.#roomLeft = Math.min(this.#roomLeft, (backlogLimit - backlog) / 2);
    }
    return true;
  }
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

function addMarks(
  known: Map<string, SeenMark>,
  marks: ReadonlyMap<string, SeenMark>,
  rows: readonly SourceRecord[],
): void {
  for (const { key } of rows) {
    const mark = marks.get(key);
    if (mark) known.set(key, mark);
  }
}

/** Marks of several pages; of a record that comes on more than one of them, the last. */
function lastOfEach(seen: PageCommit['seen']): PageCommit['seen'] {
  return [...new Map(seen.map((mark) => [mark.key, mark])).values()];
}

function countRows(read: readonly ReadPage[]): PageCommit['counts'] {
  const sum = (of: (read: ReadPage) => number): number => read.reduce((total, each) => total + of(each), 0);
  return {
    pages: read.length,
    received: sum(({ page }) => page.rows.length),
    fresh: sum(({ sorted }) => sorted.fresh.length),
    unchanged: sum(({ sorted }) => sorted.unchanged),
    repeated: sum(({ sorted }) => sorted.repeated),
  };
}
