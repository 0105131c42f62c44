import type { Queue } from 'bullmq';
import type { QueueBackend } from './backend.ts';

interface PollJob {
  readonly run: number;
}

interface PublishJob {
  readonly route: string;
}

export const POLL_QUEUE = 'sluice-poll';
export const PUBLISH_QUEUE = 'sluice-publish';

/** Most publish jobs that one call adds for a route; the rest is found again by the reconciler. */
const MOST_JOBS = 64;

/**
 * The two queues. Jobs carry ids and timing, never records: a job says "look there", and what is to be done is read
 * from the database. A job too many finds nothing, a job too few is added by the reconciler.
 */
export class Queues {
  readonly #poll: Queue<PollJob>;
  readonly #publish: Queue<PublishJob>;

  readonly #onError: (error: Error) => void;

  /** @param onError Told when a job could not be added. Nothing is lost by that: the reconciler adds it later. */
  constructor(backend: QueueBackend, onError: (error: Error) => void) {
    this.#onError = onError;
    this.#poll = backend.queue(POLL_QUEUE);
    this.#publish = backend.queue(PUBLISH_QUEUE);
  }

  /** Asks a worker to take a run; asking twice is the same as asking once. */
  async enqueueRun(run: number): Promise<void> {
    await this.#hint(this.#poll.add('poll', { run }, { jobId: `run-${run}` }));
  }

  /** Asks workers to publish `batches` batches of a route. */
  async enqueueBatches(route: string, batches: number): Promise<void> {
    const count = Math.min(batches, MOST_JOBS);
    await this.#hint(
      this.#publish.addBulk(Array.from({ length: count }, () => ({ name: 'publish', data: { route } }))),
    );
  }

  /** Like {@link enqueueBatches}, but adds nothing while what was added by it before is still there. */
  async refill(route: string, batches: number): Promise<void> {
    const count = Math.min(batches, MOST_JOBS);
    const jobs = Array.from({ length: count }, (_, index) => ({
      name: 'publish',
      data: { route },
      opts: { jobId: `fill-${route}-${index}` },
    }));
    await this.#hint(this.#publish.addBulk(jobs));
  }

  /** Asks for one batch of a route at a later time. */
  async enqueueLater(route: string, at: number): Promise<void> {
    const second = Math.ceil(at / 1000);
    const delay = Math.max(0, at - Date.now());
    await this.#hint(this.#publish.add('publish', { route }, { jobId: `later-${route}-${second}`, delay }));
  }

  async #hint(adding: Promise<unknown>): Promise<void> {
    await adding.catch((error: unknown) => {
      this.#onError(error instanceof Error ? error : new Error(String(error)));
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.#poll.close(), this.#publish.close()]);
  }
}

export type { PollJob, PublishJob };
