import type { Publisher } from '../connector/publishing/types.ts';
import { createSlots, type Slots } from '../http/slots.ts';

/** So many records may wait for their results to be kept while the next calls are made. */
const RECORDS_BEHIND = 32;

/**
 * Creates places for the batches of an outgoing that a crash of this process would leave in doubt: as many as its target
 * takes calls at the same time, and where batches are small, some more.
 *
 * Without that, a database that is slower than the target lets answers pile up whose results only memory knows.
 */
export function placesInDoubt({ callsAtOnce = Infinity, batchSize }: Publisher): Slots {
  return createSlots(callsAtOnce + Math.floor(RECORDS_BEHIND / batchSize));
}

/** One batch on its way: no doubt → in doubt, from before its first call → no doubt, once its results are durable. */
export class InDoubt {
  readonly #places: Slots;
  readonly #signal: AbortSignal;
  #entered: Promise<() => void> | undefined;

  constructor(places: Slots, signal: AbortSignal) {
    this.#places = places;
    this.#signal = signal;
  }

  /**
   * Waits for a place, at the first call of the batch.
   *
   * @throws The signal's reason when it is aborted while waiting.
   */
  async enter(): Promise<void> {
    this.#entered ??= this.#places.acquire(this.#signal);
    await this.#entered;
  }

  /** Gives the place back, where there is one. */
  async leave(): Promise<void> {
    const release = await this.#entered?.catch(() => undefined);
    release?.();
  }
}
