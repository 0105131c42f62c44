const FIRST_MS = 5_000;
const LONGEST_MS = 60_000;
const SHORTEST_ASKED_MS = 1_000;
const LONGEST_ASKED_MS = 3_600_000;

/** Decides how long a client stays silent after "too many requests". */
export interface PauseLength {
  /**
   * Length of the pause after a refused call.
   *
   * @param askedMs What the server asked for; undefined where it did not say.
   * @param sentAt  When the call was sent. Calls of one burst are refused together and count as one.
   */
  after(askedMs: number | undefined, sentAt: number, now: number): number;
  /** A call that was sent after the last refusal went through: the next pause is short again. */
  reset(sentAt: number): void;
}

/**
 * Creates the memory of one client: as long as the server asks, from 1 s to 1 h; else 5 s, doubled to 60 s while
 * refusals follow each other. Five seconds again and again were too short for Halo (reference, section 5).
 */
export function createPauseLength(): PauseLength {
  let currentMs = FIRST_MS;
  let nextMs = FIRST_MS;
  let declaredAt = -Infinity;
  return {
    after(askedMs, sentAt, now) {
      if (askedMs !== undefined) return Math.min(Math.max(askedMs, SHORTEST_ASKED_MS), LONGEST_ASKED_MS);
      if (sentAt < declaredAt) return currentMs;
      declaredAt = now;
      currentMs = nextMs;
      nextMs = Math.min(nextMs * 2, LONGEST_MS);
      return currentMs;
    },
    reset(sentAt) {
      if (sentAt >= declaredAt) nextMs = FIRST_MS;
    },
  };
}
