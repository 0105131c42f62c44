/** How often and how patiently a call is tried. */
export interface RetryOptions {
  /** Tries of one call, the first included. */
  readonly attempts: number;
  /** Longest wait before the second try. */
  readonly baseMs: number;
  /** Longest wait before any try. */
  readonly maxMs: number;
}

/**
 * How long to wait after a try that failed: exponential, with full jitter, so that callers that failed together do
 * not come back together.
 *
 * @param tries  Tries so far, 1 or more.
 * @param random A number from 0 up to 1.
 */
export function backoffMs(tries: number, { baseMs, maxMs }: Omit<RetryOptions, 'attempts'>, random: number): number {
  return Math.round(Math.min(maxMs, baseMs * 2 ** (tries - 1)) * random);
}
