import type { RecordResult } from '../connector/publishing/types.ts';
import { parseDuration } from '../core/duration.ts';
import { type IntegrationError, RateLimitError, toErrorReport } from '../core/errors.ts';
import type { Incident } from '../core/incident.ts';
import { SETTLE_MS } from '../core/settle-time.ts';
import type { ClaimedTask, TaskOutcome } from '../core/task.ts';
import type { Outgoing, Route } from './workspace.ts';

/** Wait before a task is tried again whose route or outgoing is not valid at the moment. */
const NOT_VALID_WAIT_MS = 30_000;
/** A task of a client that cannot sign in is due at once; that nothing of the client is claimed meanwhile holds it. */
const BROKEN_WAIT_MS = 1000;

/** Clock (epoch milliseconds) and jitter. */
export interface JudgeDeps {
  readonly now: () => number;
  readonly random: () => number;
}

/** What the results of a task are judged by. */
export interface Circumstances {
  readonly route: Route;
  readonly outgoing: Outgoing;
  /** What is wrong with the target's client as a whole. */
  readonly standstill: Incident | undefined;
}

/** A task is finished when all of its records are; else the worst result decides what happens next. */
export function judgeResults(
  task: ClaimedTask,
  results: readonly RecordResult[],
  { route, outgoing, standstill }: Circumstances,
  deps: JudgeDeps,
): TaskOutcome {
  const worst = worstOf(results);
  switch (worst?.kind) {
    case 'uncertain':
      return judgeUncertain(task, worst, route, outgoing, deps);
    case 'failed': {
      const { targetId = null, error } = worst;
      const isWaiting = standstill?.state === 'broken' && WAITS_FOR_SIGN_IN.has(error.class);
      const judged = isWaiting ? postpone(task, error, BROKEN_WAIT_MS, deps) : judgeError(task, error, route, deps);
      return { ...judged, targetId, ...exchangeOf(worst) };
    }
    case 'postponed':
      return postpone(task, worst.error, worst.afterMs, deps);
    case 'skipped':
      return { ...outcome(task, 'skipped'), error: JSON.stringify(toErrorReport(worst.error)), ...exchangeOf(worst) };
    case 'done':
      return {
        ...outcome(task, 'finished'),
        ...exchangeOf(worst),
        targetId: worst.targetId ?? null,
        error: noteOf(results),
      };
    case undefined:
      return outcome(task, 'finished');
  }
}

/** Kinds of results, from the worst to the best. */
const KINDS = ['uncertain', 'failed', 'postponed', 'skipped', 'done'] as const satisfies RecordResult['kind'][];

/** The first of the worst results. */
function worstOf(results: readonly RecordResult[]): RecordResult | undefined {
  if (results.length < 2) return results[0];
  for (const kind of KINDS) {
    const found = results.find((result) => result.kind === kind);
    if (found) return found;
  }
  return undefined;
}

/** What is worth telling of a task that is finished. */
function noteOf(results: readonly RecordResult[]): string | null {
  const told = results.find((result) => result.kind === 'done' && result.note !== undefined);
  return told?.kind === 'done' && told.note ? JSON.stringify({ ...told.note, class: 'data' }) : null;
}

/** Classes of errors of a client that cannot sign in, also where nobody answers at the token URL. */
const WAITS_FOR_SIGN_IN: ReadonlySet<IntegrationError['class']> = new Set(['sign-in', 'network', 'system']);

/** Tried again after a while, without using up an attempt. */
function postpone(task: ClaimedTask, error: IntegrationError, afterMs: number, { now }: JudgeDeps): TaskOutcome {
  return {
    ...outcome(task, 'retrying'),
    error: JSON.stringify(toErrorReport(error)),
    nextAt: now() + afterMs,
    uncertainSince: task.uncertainSince,
    countsAttempt: false,
  };
}

function judgeUncertain(
  task: ClaimedTask,
  result: Extract<RecordResult, { kind: 'uncertain' }>,
  route: Route,
  outgoing: Outgoing,
  deps: JudgeDeps,
): TaskOutcome {
  const report = JSON.stringify(toErrorReport(result.error));
  const since = task.uncertainSince ?? result.since;
  const isLookedUp = outgoing.publisher.onUncertain === 'verify' && result.error.code !== 'ERR_UNCERTAIN';
  if (outgoing.publisher.onUncertain === 'hold' || !isLookedUp) {
    return { ...outcome(task, 'waiting'), error: explainWaiting(report), uncertainSince: since, ...exchangeOf(result) };
  }
  if (task.attempts >= route.retry.attempts) {
    return { ...outcome(task, 'failed'), error: report, uncertainSince: since, ...exchangeOf(result) };
  }
  const wait = Math.max(SETTLE_MS, backoff(task, route, deps));
  return {
    ...outcome(task, 'retrying'),
    error: report,
    nextAt: deps.now() + wait,
    uncertainSince: since,
    ...exchangeOf(result),
  };
}

/** Says to the person who decides what happened and what the choices are. */
function explainWaiting(report: string): string {
  const parsed = JSON.parse(report) as { code: string; message: string };
  if (parsed.code === 'ERR_UNCERTAIN') return report;
  const message = `No answer told whether the record arrived, and without a match rule it cannot be looked up (${parsed.message}). Look in the target: mark it as arrived if it is there, retry it if not`;
  return JSON.stringify({ ...parsed, code: 'ERR_UNCERTAIN', message, details: { cause: parsed.code } });
}

/** What an error means for its task: another try, later, or none. */
export function judgeError(task: ClaimedTask, error: IntegrationError, route: Route, deps: JudgeDeps): TaskOutcome {
  const report = JSON.stringify(toErrorReport(error));
  if (error instanceof RateLimitError) return postpone(task, error, error.retryAfterMs, deps);
  if (error.code === 'ERR_INCOMING_INVALID') return postpone(task, error, NOT_VALID_WAIT_MS, deps);
  // A refusal of credentials is not about the record: while others pass, it is tried again before it fails.
  const mayPass = error.retryable || error.class === 'sign-in';
  if (!mayPass || task.attempts >= route.retry.attempts) {
    return { ...outcome(task, 'failed'), error: report, uncertainSince: task.uncertainSince };
  }
  return {
    ...outcome(task, 'retrying'),
    error: report,
    nextAt: deps.now() + backoff(task, route, deps),
    uncertainSince: task.uncertainSince,
  };
}

/** Doubles each time, up to the route's ceiling; half of it is drawn by lot, so that tasks do not come back in step. */
function backoff(task: ClaimedTask, route: Route, { random }: JudgeDeps): number {
  const longest = Math.min(
    parseDuration(route.retry.delay) * 2 ** (task.attempts - 1),
    parseDuration(route.retry.maxDelay),
  );
  return Math.round(longest * (0.5 + random() / 2));
}

/** A bug: nobody knows how far it came. */
export function failed(task: ClaimedTask, error: unknown, since: number | undefined): TaskOutcome {
  return {
    ...outcome(task, 'failed'),
    error: JSON.stringify(toErrorReport(error)),
    uncertainSince: task.uncertainSince ?? since ?? null,
  };
}

/** A filter of the outgoing left the record out. */
export function filtered(task: ClaimedTask): TaskOutcome {
  const error = JSON.stringify({ code: 'FILTERED', class: 'data', message: 'Left out by a filter of the outgoing' });
  return { ...outcome(task, 'skipped'), error };
}

function outcome(task: ClaimedTask, state: TaskOutcome['state']): TaskOutcome {
  return {
    task: task.id,
    state,
    error: null,
    targetId: null,
    exchange: null,
    exchangeIndex: null,
    nextAt: 0,
    uncertainSince: null,
    countsAttempt: true,
  };
}

function exchangeOf(result: RecordResult): { exchange: number | null; exchangeIndex: number | null } {
  if (result.kind === 'postponed') return { exchange: null, exchangeIndex: null };
  return { exchange: result.exchange ?? null, exchangeIndex: ('index' in result ? result.index : undefined) ?? null };
}
