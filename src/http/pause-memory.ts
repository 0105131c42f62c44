import type { CallBudget } from './types.ts';

/** How long a client that has only pauses to mind is taken for free of them. Another process may have paused it meanwhile. */
const FREE_MS = 100;

/**
 * Saves the question whether a client is paused where it has no windows: it is asked ten times a second and not for
 * each call. A pause of this process holds at once; one of another process may cost a call that is refused, and no attempt.
 */
export function withPauseMemory(budget: CallBudget, now: () => number = Date.now): CallBudget {
  const clients = new Map<string, Client>();
  const stateOf = (client: string): Client => {
    const state = clients.get(client) ?? { freeUntil: 0, asking: undefined };
    clients.set(client, state);
    return state;
  };
  const ask = async (client: string, state: Client): Promise<number> => {
    const askedAt = now();
    const asking = budget.take(client, []);
    state.asking = asking;
    try {
      const waitMs = await asking;
      // A pause that came meanwhile may not be in this answer.
      if (waitMs === 0 && state.asking === asking) state.freeUntil = askedAt + FREE_MS;
      return waitMs;
    } finally {
      if (state.asking === asking) state.asking = undefined;
    }
  };
  return {
    ...budget,
    async take(client, windows, calls) {
      if (windows.length > 0) return budget.take(client, windows, calls);
      const state = stateOf(client);
      if (state.freeUntil > now()) return 0;
      return state.asking ?? ask(client, state);
    },
    pause(client, ms) {
      const state = stateOf(client);
      state.freeUntil = 0;
      state.asking = undefined;
      return budget.pause(client, ms);
    },
  };
}

interface Client {
  /** Until when it is taken for free, epoch milliseconds. */
  freeUntil: number;
  /** The question that is under way; undefined once a pause came, which may not be in its answer. */
  asking: Promise<number> | undefined;
}
