import type { SlotLease } from './types.ts';
import type { Slots } from './slots.ts';

/** How often a process that uses places renews its lease and says how many it wants. */
const RENEW_MS = 1000;
/** How soon it asks again while callers wait who got none: others may have given places back. */
const AGAIN_MS = 100;
/** Places that nobody used for this long are given back. */
const IDLE_MS = 1000;

type Lease = (wish: { readonly wanted: number; readonly busy: number }) => Promise<SlotLease>;

/**
 * Creates places that are lent to this process: a call takes one from the stock here and costs no round trip; the stock
 * is renewed, enlarged and given back by one request a second for all of them.
 *
 * A stock whose lease could not be renewed counts as gone, so that a process which is cut off starts no further calls.
 */
export function createSharedSlots(lease: Lease): Slots {
  return new Stock(lease);
}

interface Waiting {
  readonly serve: () => void;
  readonly fail: (error: unknown) => void;
}

class Stock implements Slots {
  readonly #lease: Lease;
  readonly #waiting = new Set<Waiting>();
  #granted = 0;
  #validUntil = 0;
  #busy = 0;
  /** Most places wanted at a time since the last request, and what that one asked for. */
  #peak = 0;
  #wanted = 0;
  #usedAt = 0;
  #isAsking = false;
  #timer: NodeJS.Timeout | undefined;
  /** When the timer asks. */
  #askAt = Infinity;

  constructor(lease: Lease) {
    this.#lease = lease;
  }

  async acquire(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#waiting.size === 0 && this.#hasPlace()) return this.#take();
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.delete(waiting);
        signal.removeEventListener('abort', onAbort);
      };
      const onAbort = (): void => {
        waiting.fail(signal.reason);
      };
      const waiting: Waiting = {
        serve: () => {
          leave();
          resolve(this.#take());
        },
        fail: (error) => {
          leave();
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      };
      this.#waiting.add(waiting);
      signal.addEventListener('abort', onAbort, { once: true });
      this.#notePeak();
      this.#askIn(this.#isShort() ? 0 : AGAIN_MS);
    });
  }

  /** Whether a request now could bring more than the last one. */
  #isShort(): boolean {
    return this.#busy + this.#waiting.size > this.#wanted || performance.now() >= this.#validUntil;
  }

  #hasPlace(): boolean {
    return this.#busy < this.#granted && performance.now() < this.#validUntil;
  }

  #take(): () => void {
    this.#busy += 1;
    this.#usedAt = performance.now();
    this.#notePeak();
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#busy -= 1;
      this.#usedAt = performance.now();
      this.#serve();
    };
  }

  #notePeak(): void {
    this.#peak = Math.max(this.#peak, this.#busy + this.#waiting.size);
  }

  #serve(): void {
    for (const waiting of this.#waiting) {
      if (!this.#hasPlace()) return;
      waiting.serve();
    }
  }

  #askIn(ms: number): void {
    const at = performance.now() + ms;
    if (this.#isAsking || this.#askAt <= at) return;
    clearTimeout(this.#timer);
    this.#askAt = at;
    this.#timer = setTimeout(() => void this.#ask(), ms);
    this.#timer.unref();
  }

  async #ask(): Promise<void> {
    const startedAt = performance.now();
    const isIdle = this.#busy + this.#waiting.size === 0 && startedAt - this.#usedAt >= IDLE_MS;
    const wish = isIdle ? { wanted: 0, busy: 0 } : { wanted: Math.max(1, this.#peak), busy: this.#busy };
    if (isIdle) this.#granted = 0;
    this.#peak = this.#busy + this.#waiting.size;
    this.#wanted = wish.wanted;
    this.#askAt = Infinity;
    this.#isAsking = true;
    try {
      const { granted, forMs } = await this.#lease(wish);
      if (!isIdle) {
        this.#granted = granted;
        this.#validUntil = startedAt + forMs;
      }
      this.#serve();
    } catch (error) {
      for (const waiting of this.#waiting) waiting.fail(error);
    } finally {
      this.#isAsking = false;
      if (!isIdle || this.#waiting.size > 0) this.#askIn(this.#waiting.size > 0 ? AGAIN_MS : RENEW_MS);
    }
  }
}
