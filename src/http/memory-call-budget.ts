import type { CallBudget, CallWindow } from './types.ts';

interface Spent {
  /** Instants of the calls that may still count, oldest first, by the scope of their window. */
  readonly calls: Map<string, number[]>;
  pausedUntil: number;
}

/** A budget inside one process, as sliding windows: for tests and single commands. */
export function createMemoryCallBudget(now: () => number = Date.now): CallBudget {
  const clients = new Map<string, Spent>();

  const spentBy = (client: string): Spent => {
    const spent = clients.get(client) ?? { calls: new Map(), pausedUntil: 0 };
    clients.set(client, spent);
    return spent;
  };

  return {
    take(client, windows, calls = 1) {
      const spent = spentBy(client);
      const at = now();
      const waits = windows.map((window) => waitFor(window, spent.calls.get(window.scope ?? '') ?? [], calls, at));
      const waitMs = Math.max(0, spent.pausedUntil - at, ...waits);
      if (waitMs === 0) spend(spent.calls, windows, calls, at);
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
function waitFor({ requests, perMs }: CallWindow, spent: readonly number[], calls: number, at: number): number {
  const filling = spent.at(-Math.max(1, requests - calls + 1));
  return filling === undefined ? 0 : Math.max(0, filling + perMs - at);
}

function spend(spent: Map<string, number[]>, windows: readonly CallWindow[], calls: number, at: number): void {
  for (const scope of new Set(windows.map((window) => window.scope ?? ''))) {
    const longestMs = Math.max(...windows.filter((window) => (window.scope ?? '') === scope).map(({ perMs }) => perMs));
    const kept = (spent.get(scope) ?? []).filter((call) => call > at - longestMs);
    spent.set(scope, [...kept, ...Array.from({ length: calls }, () => at)]);
  }
}
