import type { MatchIndex, MatchScan } from '../connector/publishing/types.ts';
import type { PageCommit, RunEnd, RunMode } from '../core/run.ts';
import type { Claim, ClaimOrder, Link, TaskOutcome } from '../core/task.ts';
import type { Exchange } from '../http/types.ts';

/** A run that this worker holds. */
export interface Run {
  readonly id: number;
  readonly incoming: string;
  readonly mode: RunMode;
  readonly progress: string | null;
  readonly received: number;
  readonly repeated: number;
}

/** Where runs are kept. The store implements these interfaces. */
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

export interface TaskStore {
  claim(route: string, worker: string, limit: number, order: ClaimOrder): Promise<Claim | undefined>;
  markSending(claim: number): Promise<boolean>;
  clearSending(claim: number): Promise<void>;
  recordExchange(exchange: Exchange & { readonly client: string }): Promise<number>;
  settle(
    claim: number,
    outcomes: readonly TaskOutcome[],
    links: { readonly outgoing: string; readonly learnt: readonly Link[] },
    place: { readonly route: string; readonly target?: string; readonly order?: ClaimOrder },
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
