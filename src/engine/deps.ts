import type { MatchIndex, MatchScan } from '../connector/publishing/types.ts';
import type { Exchange } from '../http/types.ts';

/** How a task looks to the engine. The store implements these interfaces. */
export interface NewTask {
  readonly route: string;
  readonly key: string;
  readonly state: 'new' | 'failed' | 'skipped';
  readonly payload: string | null;
  readonly stage: 'source' | 'ready';
  readonly error: string | null;
}

/** A run that this worker holds. */
export interface Run {
  readonly id: number;
  readonly incoming: string;
  readonly mode: 'full' | 'incremental';
  readonly progress: string | null;
  readonly received: number;
  readonly repeated: number;
}

export interface PageCommit {
  readonly run: { readonly id: number; readonly incoming: string };
  readonly worker: string;
  readonly pass: number;
  readonly seen: readonly { readonly key: string; readonly hash: string }[];
  readonly tasks: readonly NewTask[];
  readonly counts: { received: number; fresh: number; unchanged: number; repeated: number };
  readonly announced: number | null;
  readonly progress: string;
}

export interface RunEnd {
  readonly status: 'succeeded' | 'failed' | 'cancelled';
  readonly announced?: number | null;
  readonly error?: string | null;
  readonly cursor?: string | null;
}

export interface RunStore {
  claim(id: number, worker: string): Promise<Run | undefined>;
  release(id: number, worker: string): Promise<void>;
  checkpoint(incoming: string): Promise<string | undefined>;
  isCancelled(id: number): Promise<boolean>;
  nextPass(): Promise<number>;
  seen(incoming: string, keys: readonly string[]): Promise<Map<string, { hash: string; pass: number }>>;
  commitPage(page: PageCommit): Promise<'committed' | 'lost' | 'cancelled'>;
  restartPass(id: number, worker: string, progress: string): Promise<void>;
  finish(run: { id: number; incoming: string }, worker: string, end: RunEnd): Promise<boolean>;
}

export interface ClaimedTask {
  readonly id: number;
  readonly key: string;
  readonly payload: string;
  readonly stage: 'source' | 'ready';
  readonly attempts: number;
  readonly uncertainSince: number | null;
}

export interface TaskOutcome {
  readonly task: number;
  readonly state: 'new' | 'retrying' | 'waiting' | 'finished' | 'failed' | 'skipped';
  readonly error: string | null;
  readonly targetId: string | null;
  readonly exchange: number | null;
  readonly exchangeIndex: number | null;
  readonly nextAt: number;
  readonly uncertainSince: number | null;
  readonly countsAttempt: boolean;
}

export interface TaskStore {
  claim(
    route: string,
    worker: string,
    limit: number,
  ): Promise<{ readonly id: number; readonly tasks: readonly ClaimedTask[] } | undefined>;
  markSending(claim: number): Promise<boolean>;
  clearSending(claim: number): Promise<void>;
  recordExchange(exchange: Exchange & { readonly client: string }): Promise<number>;
  settle(
    claim: number,
    outcomes: readonly TaskOutcome[],
    links: { readonly outgoing: string; readonly learnt: readonly { key: string; targetId: string }[] },
  ): Promise<void>;
  release(claim: number): Promise<void>;
  backlog(route: string, cap: number): Promise<number>;
}

interface MatchScope {
  readonly client: string;
  readonly entity: string;
  readonly fields: string;
}

export interface LinkStore {
  links(outgoing: string, keys: readonly string[]): Promise<Map<string, string>>;
  forgetTarget(outgoing: string, key: string, client: string, entity: string, targetId: string): Promise<void>;
  scan(scope: MatchScope): ReturnType<MatchIndex['scan']>;
  writeScan(scope: MatchScope, scan: MatchScan): Promise<void>;
  addMatches(scope: MatchScope, entries: Parameters<MatchIndex['add']>[0]): Promise<void>;
  dropMovedMatches(scope: MatchScope, entries: Parameters<MatchIndex['add']>[0]): Promise<void>;
  matches(scope: MatchScope, values: readonly string[]): ReturnType<MatchIndex['find']>;
}

/** What this worker works on right now; what it has claimed and is not here is taken back from it. */
export interface ActiveWork {
  readonly claims: Set<number>;
  readonly runs: Set<number>;
}

/** Enough of a logger; records and credentials never go in. */
export interface Log {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}
