import type { CallBudget } from './types.ts';

interface Spent {
  /** Instants of the calls that may still count, oldest first. */
  calls: number[];
  pausedUntil: number;
}

/** A budget inside one process, as sliding windows: for tests and single commands. */
export function createMemoryCallBudget(now: () => number = Date.now): CallBudget {
  const clients = new Map<string, Spent>();

  const spentBy = (client: string): Spent => {
    const spent = clients.get(client) ?? { calls: [], pausedUntil: 0 };
    clients.set(client, spent);
    return spent;
  };

  return {
    take(client, windows) {
      const spent = spentBy(client);
      const at = now();
      const waits = windows.map(({ requests, perMs }) => waitFor(spent.calls.at(-requests), perMs, at));
      const waitMs = Math.max(0, spent.pausedUntil - at, ...waits);
      if (waitMs === 0) {
        const longestMs = Math.max(0, ...windows.map(({ perMs }) => perMs));
        spent.calls = [...spent.calls.filter((call) => call > at - longestMs), ...(longestMs > 0 ? [at] : [])];
      }
      return Promise.resolve(waitMs);
    },
    pause(client, ms) {
      const spent = spentBy(client);
      spent.pausedUntil = Math.max(spent.pausedUntil, now() + ms);
      return Promise.resolve();
    },
  };
}

/** How long until the call that fills a window has left it. */
function waitFor(call: number | undefined, perMs: number, at: number): number {
  return call === undefined ? 0 : Math.max(0, call + perMs - at);
}
