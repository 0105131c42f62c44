import type { DataRecord } from './record.ts';

/** What a person sees of a record on a route. */
export type TaskState = 'new' | 'processing' | 'retrying' | 'waiting' | 'finished' | 'failed' | 'skipped';

export const TASK_STATES: readonly TaskState[] = [
  'new',
  'processing',
  'retrying',
  'waiting',
  'finished',
  'failed',
  'skipped',
];

/**
 * What the record of a task is. 'event': a webhook's words, the record is still to be read; 'source': the record as it
 * came, no step has been applied; 'route': after the incoming's steps; 'ready': after the route's steps.
 */
export type TaskStage = 'event' | 'source' | 'route' | 'ready';

/**
 * What may be claimed. 'key': versions of one record one after the other; 'none': the newest version of each record;
 * 'route-stop': one batch at a time in source order, nothing behind a record that failed; 'route-continue': the same, a
 * failed record is passed over.
 */
export type ClaimOrder = 'key' | 'none' | 'route-stop' | 'route-continue';

/** A task as it is made from a record. */
export interface NewTask {
  readonly route: string;
  readonly key: string;
  /** No version of the record was read before, so none can be open. */
  readonly isFirst: boolean;
  readonly state: 'new' | 'failed' | 'skipped';
  readonly record: DataRecord;
  /** {@link record} as JSON text. */
  readonly payload: string;
  readonly stage: 'source' | 'route' | 'ready';
  /** Error report as JSON text, for tasks that are born failed or skipped. */
  readonly error: string | null;
  /** What it is found by besides its key, in lower case. */
  readonly search?: readonly string[];
}

/** A task that this worker may publish now. */
export interface ClaimedTask {
  readonly id: number;
  readonly key: string;
  readonly record: DataRecord;
  readonly stage: TaskStage;
  readonly attempts: number;
  /** When an earlier try began that may have taken effect without us knowing; null when there is none. */
  readonly uncertainSince: number | null;
  /** When it was due, epoch milliseconds; 0 where it was due at once. */
  readonly nextAt: number;
}

/** Tasks claimed together; nobody else works on them while the worker lives. */
export interface Claim {
  readonly id: number;
  /** Its tasks stand in the claim: they are no rows of their own yet. */
  readonly isHanded?: boolean;
  readonly tasks: readonly ClaimedTask[];
}

/** How one claimed task ends, for now. */
export interface TaskOutcome {
  readonly task: number;
  readonly state: TaskState;
  readonly error: string | null;
  readonly targetId: string | null;
  readonly exchange: number | null;
  readonly exchangeIndex: number | null;
  readonly nextAt: number;
  readonly uncertainSince: number | null;
  /** False gives the attempt back: the try did not count. */
  readonly countsAttempt: boolean;
}

/** A source key and the id of the target record that came of it. */
export interface Link {
  readonly key: string;
  readonly targetId: string;
}

/** A task that follows from another one's answer. */
export interface NewFollowUp {
  /** Task that it follows from; without that one's result it is not made. */
  readonly after: number;
  readonly route: string;
  readonly key: string;
  /** The record as JSON text; the steps of its route are still to be applied. */
  readonly payload: string;
}

/** Where tasks stand: failures are counted by it. */
export interface TaskPlace {
  readonly route: string;
  /** Client of the target. */
  readonly target?: string;
  readonly order?: ClaimOrder;
}
