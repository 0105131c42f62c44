import { isPassingFault } from '../core/passing-fault.ts';
import type { Log } from './deps.ts';

/** What waiting needs. */
export interface PatienceDeps {
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly log: Log;
}

const FIRST_WAIT_MS = 50;
/** Short, so that results of calls are written before others could take the work of a process back whose lease ended. */
const LONGEST_WAIT_MS = 500;

/**
 * Does what a database keeps from being done, again and again until it answers: what is known of calls that went out must
 * not be lost because it was restarted at that moment.
 *
 * @param work May be done twice: of a statement whose connection broke nobody knows whether it took effect.
 * @throws What `work` throws else; the last fault when `signal` aborts.
 */
export async function withPatience<Result>(
  work: () => Promise<Result>,
  { sleep, log }: PatienceDeps,
  signal: AbortSignal,
): Promise<Result> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!isPassingFault(error) || signal.aborted) throw error;
      if (wait === FIRST_WAIT_MS) log.warn({ err: error }, 'The database could not do it now; it is asked again');
      await sleep(wait, signal).catch(() => undefined);
    }
  }
}
