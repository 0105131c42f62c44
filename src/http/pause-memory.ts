import type { CallBudget } from './types.ts';

/** How long a client that has only pauses to mind is taken for free of them. Another process may have paused it meanwhile. */
const FREE_MS = 100;

/**
 * Saves the question whether a client is paused where it has no windows: it is asked ten times a second and not for
 * each call. A pause of this process holds at once; one of another process may cost a call that is refused, and no attempt.
 */
export function withPauseMemory(budget: CallBudget, now: () => number = Date.now): CallBudget {
  const clients = new Map<string, { freeUntil: number; pauses: number }>();
  const stateOf = (client: string): { freeUntil: number; pauses: number } => {
    const state = clients.get(client) ?? { freeUntil: 0, pauses: 0 };
    clients.set(client, state);
    return state;
  };
  return {
    ...budget,
    async take(client, windows, calls) {
      const state = stateOf(client);
      const askedAt = now();
      if (windows.length === 0 && state.freeUntil > askedAt) return 0;
      const { pauses } = state;
      const waitMs = await budget.take(client, windows, calls);
      // A pause that came meanwhile may not be in this answer.
      if (waitMs === 0 && state.pauses === pauses) state.freeUntil = askedAt + FREE_MS;
      return waitMs;
    },
    pause(client, ms) {
      const state = stateOf(client);
      state.freeUntil = 0;
      state.pauses += 1;
      return budget.pause(client, ms);
    },
  };
}
