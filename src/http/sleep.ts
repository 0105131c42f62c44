import { setTimeout as wait } from 'node:timers/promises';

/** Waits; injected wherever something waits, so that tests do not. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;

/** Waits for real. Rejects with the signal's reason as soon as it is aborted. */
export const sleep: Sleep = async (ms, signal) => {
  signal?.throwIfAborted();
  try {
    await wait(ms, undefined, signal && { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
};
