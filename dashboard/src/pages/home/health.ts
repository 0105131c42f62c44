import { parseDuration } from '../../lib/time.ts';
import type { IncomingOverview, RouteBacklog, RouteOverview } from '../../types.ts';

/** One word on how a route is, why, and where it stands in a list with the worst first. */
export interface Health {
  readonly word: string;
  readonly tone: 'ok' | 'warn' | 'bad' | 'quiet' | 'info';
  readonly why: string;
  readonly order: number;
}

/** A scheduled route that has not run for this many intervals is silent. */
const SILENT_INTERVALS = 3;
const LEAST_SILENCE_MS = 120_000;

/** Judges a route by its document, the last run of its incoming, and what has not arrived. */
export function healthOf(
  route: RouteOverview,
  incoming: IncomingOverview | undefined,
  counts: RouteBacklog | undefined,
): Health {
  const [problem] = [...route.state.problems, ...(incoming?.state.problems ?? [])];
  const lastRun = incoming?.state.lastRun;
  if (problem) return { word: 'Not valid', tone: 'bad', why: problem.message, order: 0 };
  if (route.disabled === true || incoming?.disabled === true) {
    return { word: 'Off', tone: 'quiet', why: 'The route or its incoming is disabled', order: 6 };
  }
  if (lastRun?.status === 'failed') {
    return { word: 'Run failed', tone: 'bad', why: lastRun.error?.message ?? 'The last run failed', order: 1 };
  }
  if (incoming && isSilent(incoming)) {
    return { word: 'Silent', tone: 'bad', why: 'It should have run by now and did not', order: 2 };
  }
  if ((counts?.failed ?? 0) > 0)
    return { word: 'Failures', tone: 'warn', why: 'Some records did not arrive', order: 3 };
  if ((counts?.waiting ?? 0) > 0)
    return { word: 'Waiting', tone: 'warn', why: 'Some records need a decision', order: 3 };
  if (!lastRun) return { word: 'Never ran', tone: 'info', why: 'Its incoming has not run yet', order: 4 };
  return { word: 'Healthy', tone: 'ok', why: 'The last run succeeded and everything arrived', order: 5 };
}

function isSilent({ spec, state }: IncomingOverview): boolean {
  const every = parseDuration(spec.schedule?.every ?? '');
  const isOverdue = state.nextRunAt !== null && Date.now() - Date.parse(state.nextRunAt) > LEAST_SILENCE_MS;
  if (isOverdue) return true;
  if (every === undefined || !state.lastRun || state.lastRun.status === 'running') return false;
  const since = Date.now() - Date.parse(state.lastRun.startedAt);
  return since > Math.max(LEAST_SILENCE_MS, every * SILENT_INTERVALS);
}
