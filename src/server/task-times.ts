import type { NewExchange } from '../store/exchanges.ts';
import type { AttemptRow, TaskRow } from '../store/task-reads.ts';
import { isoOrNull, readStored } from './json-text.ts';

/** One thing that happened to a task. */
interface TaskEvent {
  readonly at: string | null;
  readonly event: 'fetched' | 'queued' | 'tried' | 'begun' | 'sent' | 'answered' | 'edited' | TaskRow['state'];
  readonly [fact: string]: unknown;
}

/**
 * The story of a task in the order of time, and where the time of its last try went.
 *
 * `queueMs` is from the moment it was due until a worker took it, `waitMs` from there until its call left: steps,
 * look-ups, sign-in and the client's limits. `callMs` is the call itself, `workMs` all from the taking to the end.
 */
export function taskTimes(
  task: TaskRow,
  attempts: readonly Omit<AttemptRow, 'task'>[],
  exchange: NewExchange | undefined,
): { readonly events: readonly TaskEvent[]; readonly times: object } {
  const { createdAt, startedAt, updatedAt, editedAt, state, stage } = task;
  // A call before the last try belongs to one of the tries before.
  const call = exchange && startedAt !== null && exchange.at >= startedAt ? exchange : undefined;
  const isAtRest = ['finished', 'failed', 'skipped', 'waiting'].includes(state);
  const lastTried = attempts.at(-1)?.at ?? 0;
  const dueAt = Math.max(createdAt, editedAt ?? 0, lastTried < (startedAt ?? 0) ? lastTried : 0);
  const own: readonly (readonly [
    at: number | null | undefined,
    event: TaskEvent['event'],
    facts?: object | undefined,
  ])[] = [
    [createdAt, 'fetched', task.delivery === null ? { run: String(task.run) } : { delivery: task.delivery }],
    [createdAt, 'queued', { stage }],
    [editedAt, 'edited'],
    ...attempts.map(({ at, error }) => [at, 'tried', { error: readStored(error) }] as const),
    [startedAt, 'begun'],
    [call?.at, 'sent', call && { method: call.method, url: call.url }],
    [call && call.at + call.durationMs, 'answered', call && { status: call.status ?? null }],
    [isAtRest ? updatedAt : undefined, state],
  ];
  const events = own
    .flatMap(([at, event, facts]) => (typeof at === 'number' ? [{ at, event, facts }] : []))
    .sort((a, b) => a.at - b.at)
    .map(({ at, event, facts }): TaskEvent => ({ at: isoOrNull(at), event, ...facts }));
  const span = (from: number | null | undefined, to: number | null | undefined): number | null =>
    typeof from === 'number' && typeof to === 'number' ? Math.max(0, to - from) : null;
  return {
    events,
    times: {
      queueMs: span(dueAt, startedAt),
      waitMs: span(startedAt, call?.at),
      callMs: call ? call.durationMs : null,
      workMs: isAtRest ? span(startedAt, updatedAt) : null,
    },
  };
}
