import type { StepEffects } from './step-run.ts';
import type { Claim, NewTask } from './task.ts';

export type RunStatus = 'running' | 'succeeded' | 'failed' | 'cancelled';

/** "full": every record of every run; "incremental": only what is new or changed. */
export type RunMode = 'full' | 'incremental';

/** What a page of a run adds, or a few of them together. */
export interface PageCommit {
  readonly run: { readonly id: number; readonly incoming: string };
  readonly worker: string;
  readonly pass: number;
  /** Keys and hashes to remember as seen in this pass. */
  readonly seen: readonly { readonly key: string; readonly hash: string; readonly body?: string }[];
  readonly tasks: readonly NewTask[];
  readonly counts: {
    readonly pages: number;
    readonly received: number;
    readonly fresh: number;
    readonly unchanged: number;
    readonly repeated: number;
  };
  readonly announced: number | null;
  readonly progress: string;
  /** Tasks that this worker claims as they are made, batch by batch; empty leaves all to whoever claims them. */
  readonly claims: readonly HandedBatch[];
  /** What steps leave on the platform, in the same transaction. */
  readonly effects?: StepEffects | undefined;
}

/** New tasks of one route that are claimed together, by their place among those of the page. */
export interface HandedBatch {
  readonly route: string;
  readonly tasks: readonly number[];
}

/** What became of a page. */
export type CommittedPage =
  | { readonly result: 'lost' | 'cancelled' }
  /** Claims in the order of the batches; fewer where this worker's lease was over. */
  | { readonly result: 'committed'; readonly claims: readonly (Claim & { readonly route: string })[] };

/** Records that the source has no more: their tasks, and their keys, which are forgotten. */
export interface DeletionCommit {
  readonly run: { readonly id: number; readonly incoming: string };
  readonly worker: string;
  readonly keys: readonly string[];
  readonly tasks: readonly NewTask[];
  readonly effects?: StepEffects | undefined;
}

/** How a run ends. `cursor` moves the checkpoint and is given only by a run that got everything. */
export interface RunEnd {
  readonly status: Exclude<RunStatus, 'running'>;
  readonly announced?: number | null;
  readonly error?: string | null;
  readonly cursor?: string | null;
}

/** A run that goes on and that no worker has; times in epoch milliseconds. */
export interface OrphanedRun {
  readonly id: number;
  /** Workers that died of it. */
  readonly losses: number;
  readonly idleSince: number;
}
