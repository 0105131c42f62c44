import type { Queue } from 'bullmq';
import type { QueueBackend } from './backend.ts';

interface PollJob {
  readonly v: number;
  readonly run: number;
}

interface PublishJob {
  readonly v: number;
  readonly route: string;
}

/** Form of the jobs' data. Raised when workers of the version before could take a job for something else. */
const VERSION = 1;

/**
 * Whether a worker of this version understands a job. A job of a newer one is left aside: it carries no truth, and the
 * reconciler of this version makes the jobs that this version knows.
 */
export function isKnownJob(data: unknown, key: 'run' | 'route'): boolean {
  if (typeof data !== 'object' || data === null) return false;
  const { v = VERSION, [key]: id } = data as Record<string, unknown>;
  const isId = key === 'run' ? Number.isSafeInteger(id) : typeof id === 'string';
  return isId && typeof v === 'number' && v <= VERSION;
}

export const POLL_QUEUE = 'sluice-poll';
export const PUBLISH_QUEUE = 'sluice-publish';

/** Hint for a run that nobody was asked to take yet. */
const FIRST_HINT = '0-0';

/**
 * Hint for a run that still nobody has.
 *
 * The job of a worker that died or froze stays locked for a while and must not keep others from the run. So each loss has
 * a job of its own, and so has a run that waits for longer than a lease, then twice, four times as long: a worker that is
 * frozen may have been given the job before it could take the run. Doubling keeps the jobs few while all workers are busy.
 *
 * @param idleMs How long nobody has had the run.
 */
export function hintFor(losses: number, idleMs: number, leaseMs: number): string {
  return `${losses}-${Math.floor(Math.log2(1 + Math.max(0, idleMs) / leaseMs))}`;
}

/** Most publish jobs that one call adds for a route: each wakes lanes, which go on until nothing is due. */
const MOST_JOBS = 16;

/**
 * The two queues. Jobs carry ids and timing, never records: a job says "look there", and what is to be done is read
 * from the database. A job too many finds nothing, a job too few is added by the reconciler.
 */
export class Queues {
  readonly #poll: Queue<PollJob>;
  readonly #publish: Queue<PublishJob>;

  readonly #backend: QueueBackend;
  readonly #onError: (error: Error) => void;

  /** @param onError Told when a job could not be added. Nothing is lost by that: the reconciler adds it later. */
  constructor(backend: QueueBackend, onError: (error: Error) => void) {
    this.#backend = backend;
    this.#onError = onError;
    this.#poll = backend.queue(POLL_QUEUE);
    this.#publish = backend.queue(PUBLISH_QUEUE);
  }

  /**
   * Asks a worker to take a run; asking twice with the same `hint` is the same as asking once.
   *
   * @param hint Another one asks again although the job before is still there: who took it may be dead or frozen.
   */
  async enqueueRun(run: number, hint = FIRST_HINT): Promise<void> {
    await this.#hint(() => this.#poll.add('poll', { v: VERSION, run }, { jobId: `run-${run}-${hint}` }));
  }

  /** Asks workers to publish `batches` batches of a route. */
  async enqueueBatches(route: string, batches: number): Promise<void> {
    const count = Math.min(batches, MOST_JOBS);
    await this.#hint(() =>
      this.#publish.addBulk(Array.from({ length: count }, () => ({ name: 'publish', data: { v: VERSION, route } }))),
    );
  }

  /** Like {@link enqueueBatches}, but adds nothing while what was added by it before is still there. */
  async refill(route: string, batches: number): Promise<void> {
    const count = Math.min(batches, MOST_JOBS);
    const jobs = Array.from({ length: count }, (_, index) => ({
      name: 'publish',
      data: { v: VERSION, route },
      opts: { jobId: `fill-${route}-${index}` },
    }));
    await this.#hint(() => this.#publish.addBulk(jobs));
  }

  /** Asks for one batch of a route at a later time. */
  async enqueueLater(route: string, at: number): Promise<void> {
    const second = Math.ceil(at / 1000);
    const delay = Math.max(0, at - Date.now());
    const opts = { jobId: `later-${route}-${second}`, delay };
    await this.#hint(() => this.#publish.add('publish', { v: VERSION, route }, opts));
  }

  async #hint(add: () => Promise<unknown>): Promise<void> {
    try {
      // The first connection is waited for by the queue itself, whatever its settings say.
      if (!this.#backend.isUp()) throw new Error('The queue does not answer');
      await add();
    } catch (error) {
      this.#onError(error instanceof Error ? error : new Error(String(error)));
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#poll.close(), this.#publish.close()]);
  }
}

export type { PollJob, PublishJob };
