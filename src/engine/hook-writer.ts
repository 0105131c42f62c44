import { setImmediate, setTimeout } from 'node:timers/promises';
import { RateLimitError } from '../core/errors.ts';
import type { NewHookEvent } from '../core/hook.ts';

/** What the writer works with. */
export interface HookWriterDeps {
  /** Makes events durable in one transaction; answers the places of those that were new. */
  readonly commit: (events: readonly NewHookEvent[]) => Promise<readonly number[]>;
  /** Enqueues publishing for routes that got tasks. Only a hint: what is lost here, the reconciler finds. */
  readonly wake: (tasks: ReadonlyMap<string, number>) => Promise<void>;
  /** Waits between two wakes; for tests. */
  readonly pause?: () => Promise<unknown>;
}

/** Makes the events of many senders durable together. */
export interface HookWriter {
  /**
   * Waits until all events are durable.
   *
   * @returns How many of them were new.
   * @throws RateLimitError when too much waits already; what the database said when it did not take them.
   */
  write(events: readonly NewHookEvent[]): Promise<number>;
}

/** Events of one transaction at most. */
const MOST_EVENTS = 500;
/** Characters of events that may wait for the database at most: memory is bounded, the sender tries again. */
const MOST_WAITING = 64 * 1024 * 1024;
const TRIES = 3;
/**
 * Between two wakes, in milliseconds. An event after a quiet moment wakes its route at once; of many a second some gather,
 * and are claimed and sent together, which takes a fifth less of the processor's time at 200 and at 1,000 a second.
 */
const GATHER_MS = 10;

interface Waiting {
  readonly event: NewHookEvent;
  readonly done: (isNew: boolean) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * While one transaction is on its way the next events gather, so that a thousand senders a second need few
 * transactions, and a single one waits for none.
 *
 * Events are written in the order they came. Two of one record never stand in one transaction: each is compared with
 * the content before it.
 */
export function createHookWriter(deps: HookWriterDeps): HookWriter {
  const waiting: Waiting[] = [];
  const woken = new Map<string, number>();
  let waitingSize = 0;
  let isWriting = false;
  let isWaking = false;
  const pause = deps.pause ?? (() => setTimeout(GATHER_MS));

  async function writeAll(): Promise<void> {
    if (isWriting) return;
    isWriting = true;
    try {
      while (waiting.length > 0) {
        // Requests that have arrived meanwhile are read first: an embedded database lets nobody in while it writes.
        await setImmediate();
        await writeSome(takeBatch(waiting));
      }
    } finally {
      isWriting = false;
    }
  }

  async function writeSome(batch: readonly Waiting[]): Promise<void> {
    for (const { event } of batch) waitingSize -= event.text.length;
    try {
      const fresh = new Set(await commitPatiently(deps, batch));
      for (const [index, { event }] of batch.entries()) {
        if (!fresh.has(index)) continue;
        for (const { route } of event.routes) woken.set(route, (woken.get(route) ?? 0) + 1);
      }
      for (const [index, { done }] of batch.entries()) done(fresh.has(index));
      void wakeAll();
    } catch (error) {
      // What one event cannot do must not be held against the others of its transaction.
      if (batch.length > 1 && isAboutData(error)) for (const each of batch) await writeSome([withSize(each)]);
      else for (const { failed } of batch) failed(error);
    }
  }

  const withSize = (each: Waiting): Waiting => {
    waitingSize += each.event.text.length;
    return each;
  };

  async function wakeAll(): Promise<void> {
    if (isWaking) return;
    isWaking = true;
    while (woken.size > 0) {
      const counts = new Map(woken);
      woken.clear();
      await deps.wake(counts).catch(() => undefined);
      await pause();
    }
    isWaking = false;
  }

  return {
    async write(events) {
      const size = events.reduce((sum, { text }) => sum + text.length, 0);
      if (waitingSize + size > MOST_WAITING && waitingSize > 0) {
        throw new RateLimitError('Too many events wait for the database; send it again later', 1000);
      }
      const written = events.map(
        (event) =>
          new Promise<boolean>((done, failed) => {
            waiting.push(withSize({ event, done, failed }));
          }),
      );
      void writeAll();
      // All of them are awaited: one that fails must not leave others unheard.
      const results = await Promise.allSettled(written);
      const refused = results.find((result) => result.status === 'rejected');
      if (refused) throw refused.reason;
      return results.filter((result) => result.status === 'fulfilled' && result.value).length;
    },
  };
}

/** The next events in order, up to the first that stands for a record or delivery of one before it. */
function takeBatch(waiting: Waiting[]): Waiting[] {
  const names = new Set<string>();
  let count = 0;
  for (const { event } of waiting) {
    const { incoming, key, mark } = event;
    const own = [`k ${incoming} ${key}`, ...(mark === undefined ? [] : [`m ${incoming} ${mark}`])];
    if (count >= MOST_EVENTS || own.some((name) => names.has(name))) break;
    for (const name of own) names.add(name);
    count += 1;
  }
  return waiting.splice(0, count);
}

async function commitPatiently({ commit }: HookWriterDeps, batch: readonly Waiting[]): Promise<readonly number[]> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await commit(batch.map(({ event }) => event));
    } catch (error) {
      if (tries >= TRIES || !isCollision(error)) throw error;
    }
  }
}

/** Two transactions stood in each other's way (SQLSTATE class 40); nothing was written. */
function isCollision(error: unknown): boolean {
  return stateOf(error).startsWith('40');
}

function isAboutData(error: unknown): boolean {
  return stateOf(error).startsWith('22');
}

function stateOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : '';
}
