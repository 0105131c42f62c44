import type { OutgoingRecord } from '../connector/publishing/types.ts';
import type { Transform } from '../core/component.ts';
import { transformThrough } from '../core/each-record.ts';
import { ConfigError, IntegrationError } from '../core/errors.ts';
import type { DataRecord } from '../core/record.ts';
import type { Eventually } from '../core/step-run.ts';
import type { ClaimedTask } from '../core/task.ts';
import { keepMark } from './deletion-mark.ts';
import { partKey } from './part-key.ts';
import type { RecordRun } from './record-run.ts';
import type { Incoming, Outgoing, Route } from './workspace.ts';

/** A route with both of its ends. */
export interface Publishing {
  readonly route: Route;
  readonly incoming: Incoming | undefined;
  readonly outgoing: Outgoing;
}

/** What a task needs to be prepared. */
export type TaskToPrepare = Pick<ClaimedTask, 'key' | 'record' | 'stage' | 'attempts' | 'uncertainSince' | 'nextAt'>;

/** The records that a task stands for, or its outcome already. */
export type Prepared =
  { readonly records: readonly OutgoingRecord[] } | { readonly outcome: 'filtered' | IntegrationError };

/**
 * Applies the steps that a task has not seen yet: those of its incoming and route, where it has seen none, and the outgoing's.
 *
 * What steps left is taken back where one fails.
 */
export function prepareTask(task: TaskToPrepare, publishing: Publishing, run: RecordRun): Eventually<Prepared> {
  const refused = (error: unknown): Prepared => {
    run.rollBack(0);
    if (error instanceof IntegrationError) return { outcome: error };
    throw error;
  };
  run.notBefore = task.nextAt;
  try {
    const made = transformThrough(stepsFor(task, publishing), [task.record], run);
    if (made instanceof Promise) return made.then((records) => preparedOf(task, records, run), refused);
    return preparedOf(task, made, run);
  } catch (error) {
    return refused(error);
  }
}

function preparedOf(task: TaskToPrepare, made: readonly DataRecord[], run: RecordRun): Prepared {
  const records = keepMark(task.record, made);
  if (records.length === 0) return { outcome: 'filtered' };
  return {
    records: records.map((record, index) => ({
      key: partKey(task.key, index),
      record,
      uncertainSince: task.uncertainSince ?? undefined,
      dueAt: task.nextAt,
      attempt: task.attempts,
      run,
    })),
  };
}

function stepsFor({ stage }: TaskToPrepare, { route, incoming, outgoing }: Publishing): readonly Transform[] {
  switch (stage) {
    case 'ready':
      return [outgoing.transform];
    case 'event': {
      const { webhook, transform } = requireIncoming(incoming, route);
      // The webhook told only which record it is; it is read now.
      return [...(webhook?.read ? [webhook.read] : []), transform, route.transform, outgoing.transform];
    }
    case 'route':
      return [route.transform, outgoing.transform];
    case 'source':
      return [requireIncoming(incoming, route).transform, route.transform, outgoing.transform];
  }
}

function requireIncoming(incoming: Incoming | undefined, route: Route): Incoming {
  if (incoming) return incoming;
  throw new ConfigError(
    'ERR_INCOMING_INVALID',
    `The incoming "${route.incoming}" of this route is not valid; correct it, then retry`,
  );
}
