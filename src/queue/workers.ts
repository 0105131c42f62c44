import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { ActiveWork } from '../engine/deps.ts';
import type { QueueBackend } from './backend.ts';
import { type BulkStore, workOnBulkActions } from './bulk-work.ts';
import { isKnownJob, POLL_QUEUE, type PollJob, PUBLISH_QUEUE, type PublishJob, type Queues } from './queues.ts';
import { reconcile, type ReconcilerDeps } from './reconciler.ts';
import { createLanes, wakeRoutes, workOnRun, type WorkDeps } from './work.ts';

/** Renewals in one length of a lease. */
const RENEWALS = 5;
const RECONCILE_MS = 1000;
/** Between two looks for what people are to be told. */
const NEWS_MS = 5000;
const POLL_CONCURRENCY = 4;
const PUBLISH_CONCURRENCY = 4;
const LANES_PER_ROUTE = 16;

/** How long and how much of finished history is kept; the store says more. */
interface Retention {
  readonly restMs: number;
  readonly failedMs: number;
  readonly maxTasks: number;
  readonly maxRuns: number;
  readonly maxBytes: number;
}

export interface WorkersDeps
  extends
    Omit<WorkDeps, 'worker' | 'queues' | 'active' | 'health'>,
    Omit<ReconcilerDeps, 'queues' | 'now' | 'worker' | 'active'> {
  readonly backend: QueueBackend;
  readonly queues: Queues;
  readonly role: string;
  readonly retention: Retention & { readonly auditMs: number; readonly everyMs: number };
  readonly files: { prune(): Promise<void> };
  /** Tells people what happened. */
  readonly tellNews: (signal: AbortSignal) => Promise<void>;
  readonly store: ReconcilerDeps['store'] &
    BulkStore & {
      readonly deliveries: { forgetMarks(): Promise<void> };
      readonly errors: ReconcilerDeps['store']['errors'] & { forget(unseenMs: number): Promise<void> };
      readonly workers: {
        register(id: string, role: string, leaseMs: number): Promise<void>;
        renew(id: string, leaseMs: number): Promise<boolean>;
        leave(id: string): Promise<void>;
      };
      readonly maintenance: {
        prune(retention: Retention): Promise<number>;
        vacuum(): Promise<void>;
      };
      readonly audit: { prune(beforeAt: number): Promise<number> };
    };
}

/** A running set of workers. */
export interface Workers {
  readonly id: string;
  /**
   * Stops: reading is handed back at once, what is being published may finish within `graceMs`, then it is cut off.
   */
  stop(graceMs: number): Promise<void>;
}

/**
 * Starts this process's workers.
 *
 * States: registered (a lease in the database, renewed every few seconds) → working → stopping (no new claims; polls
 * abort, batches finish) → left. A worker that is killed is never "left": its lease runs out and the reconciler of any
 * other process, or its own next start, takes its work back.
 */
export async function startWorkers(deps: WorkersDeps): Promise<Workers> {
  const id = `${deps.role}-${randomUUID()}`;
  await deps.store.workers.register(id, deps.role, deps.leaseMs);
  const polling = new AbortController();
  const active = { claims: new Set<number>(), runs: new Set<number>() };
  const work: WorkDeps = { ...deps, worker: id, active };
  const lanes = createLanes(LANES_PER_ROUTE, work);

  const workers: readonly QueueWorker[] = [
    deps.backend.worker<PollJob>(
      POLL_QUEUE,
      ({ id: job, data }) =>
        isKnownJob(data, 'run') ? workOnRun(data.run, work, lanes, polling.signal) : leaveAside(job, deps),
      POLL_CONCURRENCY,
    ),
    deps.backend.worker<PublishJob>(
      PUBLISH_QUEUE,
      ({ id: job, data }) => {
        if (!isKnownJob(data, 'route')) return leaveAside(job, deps);
        lanes.wake(data.route);
        return Promise.resolve();
      },
      PUBLISH_CONCURRENCY,
    ),
  ];
  for (const worker of workers) {
    worker.on('failed', (job, error) => {
      deps.log.error({ job: job?.id, err: error }, 'A job failed unexpectedly; the reconciler repeats it');
    });
  }

  const repeated = [
    repeat(deps.leaseMs / RENEWALS, () => renew(id, deps), deps),
    repeat(RECONCILE_MS, () => reconcile({ ...deps, worker: id, active, now: Date.now }), deps),
    repeat(RECONCILE_MS, () => workOnBulkActions(deps, (routes) => wakeRoutes(routes, work), polling.signal), deps),
    repeat(NEWS_MS, () => deps.tellNews(polling.signal), deps),
    repeat(deps.retention.everyMs, () => maintain(deps), deps),
  ];

  return {
    id,
    async stop(graceMs) {
      polling.abort(new Error('stopping'));
      const cutOff = setTimeout(() => {
        lanes.cutOff.abort(new Error('stopping'));
      }, graceMs);
      await Promise.all([lanes.close(), closeWorkers(workers, () => isStuck(deps, active), graceMs)]);
      await lanes.idle();
      clearTimeout(cutOff);
      await Promise.all(repeated.map((each) => each.stop()));
      await deps.store.workers.leave(id);
    },
  };
}

/** As much of a worker as stopping needs. */
interface QueueWorker {
  on(event: 'failed', listener: (job: { id?: string } | undefined, error: Error) => void): unknown;
  close(force?: boolean): Promise<void>;
}

/** How long what was cut off may take to hand back. */
const CUT_OFF_MS = 3000;
const LOOK_MS = 100;

/** A queue that is away would be waited for as long as it is; what is still worked on does not need it. */
function isStuck({ backend }: WorkersDeps, { claims, runs }: ActiveWork): boolean {
  return !backend.isUp() && claims.size + runs.size === 0;
}

/** Lets what is worked on finish, and gives up on what is stuck or takes longer than the grace. */
async function closeWorkers(workers: readonly QueueWorker[], stuck: () => boolean, graceMs: number): Promise<void> {
  const closing = Promise.all(workers.map((worker) => worker.close())).then(() => true);
  const deadline = Date.now() + graceMs + CUT_OFF_MS;
  for (;;) {
    const isClosed = await Promise.race([closing, wait(LOOK_MS, false)]);
    if (isClosed) return;
    if (stuck() || Date.now() > deadline) break;
  }
  await Promise.all(workers.map((worker) => worker.close(true)));
}

/** A worker that was frozen past its lease has lost its claims; it goes on under a new lease. */
async function renew(id: string, { store, role, log, leaseMs }: WorkersDeps): Promise<void> {
  if (await store.workers.renew(id, leaseMs)) return;
  log.warn({ worker: id }, 'The lease of this worker was over; its work went to others');
  await store.workers.register(id, role, leaseMs);
}

/** What a newer version put into the queue, while both work during an upgrade. */
function leaveAside(job: string | undefined, { log }: WorkersDeps): Promise<void> {
  log.warn({ job }, 'A job of another version is left aside; what it stands for is in the database');
  return Promise.resolve();
}

async function maintain({ store, retention, files }: WorkersDeps): Promise<void> {
  await store.maintenance.prune(retention);
  await store.deliveries.forgetMarks();
  await store.errors.forget(retention.failedMs);
  await files.prune();
  await store.audit.prune(Date.now() - retention.auditMs);
  await store.maintenance.vacuum();
}

/** Runs `work` again and again, `ms` after the last time; an error is logged and the next time tries again. */
function repeat(ms: number, work: () => Promise<void>, { log }: WorkersDeps): { stop(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let isStopped = false;
  const next = (): void => {
    timer = setTimeout(() => {
      running = work()
        .catch((error: unknown) => {
          if (!isStopped) log.warn({ err: error }, 'Housekeeping failed; it is tried again');
        })
        .finally(() => {
          if (!isStopped) next();
        });
    }, ms);
  };
  next();
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
