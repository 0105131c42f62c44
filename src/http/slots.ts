/** A number of places, taken in the order of asking. */
export interface Slots {
  /**
   * Waits for a place.
   *
   * @returns Gives the place back; calling it again does nothing.
   * @throws The signal's reason when it is aborted while waiting.
   */
  acquire(signal: AbortSignal): Promise<() => void>;
}

/** Creates `size` places for one process. */
export function createSlots(size: number): Slots {
  let taken = 0;
  const waiting = new Set<() => void>();

  const take = (): (() => void) => {
    taken += 1;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      taken -= 1;
      const [next] = waiting;
      next?.();
    };
  };

  return {
    async acquire(signal) {
      signal.throwIfAborted();
      if (taken < size) return take();
      return new Promise((resolve, reject) => {
        const leave = (): void => {
          waiting.delete(onTurn);
          signal.removeEventListener('abort', onAbort);
        };
        const onTurn = (): void => {
          leave();
          resolve(take());
        };
        const onAbort = (): void => {
          leave();
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a signal's reason can be anything
          reject(signal.reason);
        };
        waiting.add(onTurn);
        signal.addEventListener('abort', onAbort, { once: true });
      });
    },
  };
}
