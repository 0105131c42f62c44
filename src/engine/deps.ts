import type { MatchIndex, MatchScan } from '../connector/publishing/types.ts';
import type { CommittedPage, DeletionCommit, PageCommit, RunEnd, RunMode } from '../core/run.ts';
import type { StepEffects } from '../core/step-run.ts';
import type { Claim, ClaimOrder, Link, NewFollowUp, TaskOutcome, TaskPlace } from '../core/task.ts';
import type { Exchange } from '../http/types.ts';
import type { NotArrived } from './flows-before.ts';

/** A run that this worker holds. */
export interface Run {
  readonly id: number;
  readonly incoming: string;
  readonly mode: RunMode;
  readonly progress: string | null;
  readonly received: number;
  readonly repeated: number;
}

/** A record that was seen: its key, and all of it where that is kept. */
export interface SeenRecord {
  readonly key: string;
  readonly body: string | null;
}

/** Where runs are kept. The store implements these interfaces. */
export interface RunStore {
  claim(id: number, worker: string): Promise<Run | undefined>;
  release(id: number, worker: string): Promise<void>;
  checkpoint(incoming: string): Promise<string | undefined>;
  isCancelled(id: number): Promise<boolean>;
  nextPass(): Promise<number>;
  seen(incoming: string, keys: readonly string[]): Promise<Map<string, { hash: string; pass: number }>>;
  commitPage(page: PageCommit): Promise<CommittedPage>;
  routesWithOthers(incoming: string, routes: readonly string[]): Promise<ReadonlySet<string>>;
  /** Known records, how many were not seen since a pass, and these by the order of their keys. */
  countSeen(incoming: string): Promise<number>;
  countAbsent(incoming: string, pass: number): Promise<number>;
  absent(incoming: string, pass: number, limit: number): Promise<SeenRecord[]>;
  seenAfter(incoming: string, key: string, limit: number): Promise<(SeenRecord & { readonly pass: number })[]>;
  /** Number of the first pass of the `nth` last reading of everything that got all; undefined before there were so many. */
  completeReading(incoming: string, nth: number): Promise<number | undefined>;
  commitDeletions(deletions: DeletionCommit): Promise<'committed' | 'lost' | 'cancelled'>;
  restartPass(id: number, worker: string, progress: string): Promise<void>;
  finish(run: { id: number; incoming: string }, worker: string, end: RunEnd): Promise<boolean>;
}

export interface TaskStore {
  /** Claims up to `batches` batches of due tasks, in the route's order. */
  claim(route: string, worker: string, size: number, batches: number, order: ClaimOrder): Promise<readonly Claim[]>;
  markSending(claim: number): Promise<boolean>;
  clearSending(claim: number): Promise<void>;
  recordExchange(exchange: Exchange & { readonly client: string }): Promise<number>;
  settle(
    claim: Claim,
    outcomes: readonly TaskOutcome[],
    links: { readonly outgoing: string; readonly learnt: readonly Link[] },
    place: TaskPlace,
    followUps?: readonly NewFollowUp[],
    effects?: StepEffects,
  ): Promise<void>;
  release(claim: number): Promise<void>;
  backlog(route: string, cap: number): Promise<number>;
  /** What keeps records of a route from being in the target; later versions of a record speak for it. */
  notArrived(route: string, incoming: string, samples: number): Promise<NotArrived>;
}

interface MatchScope {
  readonly client: string;
  readonly entity: string;
  readonly fields: string;
}

export interface LinkStore {
  links(outgoing: string, keys: readonly string[]): Promise<Map<string, string>>;
  /** Source keys that these target records belong to, by target id. */
  owners(outgoing: string, targetIds: readonly string[]): Promise<Map<string, string>>;
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
