import { randomUUID } from 'node:crypto';
import type { QueueBackend } from './backend.ts';
import { type BulkStore, workOnBulkActions } from './bulk-work.ts';
import { Lanes } from './lanes.ts';
import { POLL_QUEUE, type PollJob, PUBLISH_QUEUE, type PublishJob, type Queues } from './queues.ts';
import { reconcile, type ReconcilerDeps } from './reconciler.ts';
import { wakeRoutes, workOnRoute, workOnRun, type WorkDeps } from './work.ts';

/** A worker that does not renew for this long is taken for dead. */
const LEASE_MS = 15_000;
const RENEW_MS = 3000;
const RECONCILE_MS = 1000;
const MAINTAIN_MS = 10 * 60_000;
const POLL_CONCURRENCY = 4;
const PUBLISH_CONCURRENCY = 32;
const LANES_PER_ROUTE = 8;

/** How long finished history is kept. */
const RETENTION = { restMs: 30 * 86_400_000, failedMs: 90 * 86_400_000 };

export interface WorkersDeps
  extends Omit<WorkDeps, 'worker' | 'queues' | 'active'>, Omit<ReconcilerDeps, 'queues' | 'now' | 'worker' | 'active'> {
  readonly backend: QueueBackend;
  readonly queues: Queues;
  readonly role: string;
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
        prune(retention: { restMs: number; failedMs: number }): Promise<number>;
        vacuum(): Promise<void>;
      };
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
  await deps.store.workers.register(id, deps.role, LEASE_MS);
  const polling = new AbortController();
  const publishing = new AbortController();
  const active = { claims: new Set<number>(), runs: new Set<number>() };
  const lanes = new Lanes(LANES_PER_ROUTE);
  const work: WorkDeps = { ...deps, worker: id, active };

  const workers = [
    deps.backend.worker<PollJob>(POLL_QUEUE, (job) => workOnRun(job.data.run, work, polling.signal), POLL_CONCURRENCY),
    deps.backend.worker<PublishJob>(
      PUBLISH_QUEUE,
      (job) => lanes.run(job.data.route, () => workOnRoute(job.data.route, work, publishing.signal), polling.signal),
      PUBLISH_CONCURRENCY,
    ),
  ];
  for (const worker of workers) {
    worker.on('failed', (job, error) => {
      deps.log.error({ job: job?.id, err: error }, 'A job failed unexpectedly; the reconciler repeats it');
    });
  }

  const repeated = [
    repeat(RENEW_MS, () => renew(id, deps), deps),
    repeat(RECONCILE_MS, () => reconcile({ ...deps, worker: id, active, now: Date.now }), deps),
    repeat(RECONCILE_MS, () => workOnBulkActions(deps, (routes) => wakeRoutes(routes, work), polling.signal), deps),
    repeat(MAINTAIN_MS, () => maintain(deps), deps),
  ];

  return {
    id,
    async stop(graceMs) {
      polling.abort(new Error('stopping'));
      const cutOff = setTimeout(() => {
        publishing.abort(new Error('stopping'));
      }, graceMs);
      await Promise.all(workers.map((worker) => worker.close()));
      clearTimeout(cutOff);
      await Promise.all(repeated.map((each) => each.stop()));
      await deps.store.workers.leave(id);
    },
  };
}

/** A worker that was frozen past its lease has lost its claims; it goes on under a new lease. */
async function renew(id: string, { store, role, log }: WorkersDeps): Promise<void> {
  if (await store.workers.renew(id, LEASE_MS)) return;
  log.warn({ worker: id }, 'The lease of this worker was over; its work went to others');
  await store.workers.register(id, role, LEASE_MS);
}

async function maintain({ store }: WorkersDeps): Promise<void> {
  await store.maintenance.prune(RETENTION);
  await store.deliveries.forgetMarks();
  await store.errors.forget(RETENTION.failedMs);
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
