import { nextTick } from '../engine/schedule.ts';
import type { Configuration } from '../engine/configuration.ts';
import type { Schedule } from '../engine/kinds.ts';
import type { ActiveWork, Log } from '../engine/deps.ts';
import type { Workspace } from '../engine/workspace.ts';
import type { Queues } from './queues.ts';

/** What the reconciler reads and writes; the store implements it. */
export interface ReconcilerStore {
  readonly workers: {
    reclaim(own: {
      worker: string;
      claims: readonly number[];
      runs: readonly number[];
    }): Promise<{ tasks: number; runs: number }>;
  };
  readonly runs: {
    orphans(): Promise<number[]>;
    start(incoming: string, mode: 'full' | 'incremental', cause: string): Promise<{ id: number } | undefined>;
  };
  readonly tasks: {
    dueByRoute(cap: number): Promise<{ route: string; due: number }[]>;
    parkBehindWaiting(): Promise<void>;
  };
  readonly errors: { sortFailures(limit: number): Promise<number> };
  readonly schedules: {
    all(): Promise<{ incoming: string; spec: string; nextAt: number }[]>;
    write(incoming: string, spec: string, nextAt: number): Promise<void>;
    remove(incoming: string): Promise<void>;
    takeTick(row: { incoming: string; spec: string; nextAt: number }, nextAt: number): Promise<boolean>;
  };
}

export interface ReconcilerDeps {
  readonly store: ReconcilerStore;
  readonly queues: Queues;
  readonly configuration: Pick<Configuration, 'current'>;
  readonly worker: string;
  readonly active: ActiveWork;
  readonly now: () => number;
  readonly log: Log;
}

/** Due tasks counted at most; more do not change what is enqueued. */
const DUE_CAP = 2000;
/** Failures without a cause whose cause is found at once. */
const SORTED_AT_ONCE = 5000;

/**
 * Makes queue and schedules agree with the database, once.
 *
 * Takes work back from workers that are gone, enqueues runs and tasks that no job points at, and starts what is due.
 * Every step may run in any number of processes at once: each change is a compare-and-set, and each job a hint.
 */
export async function reconcile(deps: ReconcilerDeps): Promise<void> {
  const { store, queues, configuration, worker, active, now, log } = deps;
  const reclaimed = await store.workers.reclaim({ worker, claims: [...active.claims], runs: [...active.runs] });
  if (reclaimed.tasks + reclaimed.runs > 0) log.warn(reclaimed, 'Took work back from a worker that is gone');
  const workspace = await configuration.current();
  await syncSchedules(store, workspace, now());
  await startDueRuns(store, now(), log);
  for (const run of await store.runs.orphans()) await queues.enqueueRun(run);
  await store.tasks.parkBehindWaiting();
  await store.errors.sortFailures(SORTED_AT_ONCE);
  for (const { route, due } of await store.tasks.dueByRoute(DUE_CAP)) await refillRoute(workspace, queues, route, due);
}

/** A deleted or disabled schedule goes, a new or changed one is written with its next tick. */
async function syncSchedules(store: ReconcilerStore, workspace: Workspace, now: number): Promise<void> {
  const rows = new Map((await store.schedules.all()).map((row) => [row.incoming, row]));
  for (const incoming of workspace.incomings.values()) {
    const spec = incoming.schedule === undefined || incoming.disabled ? undefined : JSON.stringify(incoming.schedule);
    const row = rows.get(incoming.id);
    rows.delete(incoming.id);
    if (spec === undefined) {
      if (row) await store.schedules.remove(incoming.id);
    } else if (row?.spec !== spec) {
      const next = nextTick(JSON.parse(spec) as Schedule, now);
      if (next !== undefined) await store.schedules.write(incoming.id, spec, next);
    }
  }
  const invalid = new Set(workspace.problems.filter((each) => each.kind === 'incoming').map((each) => each.identifier));
  for (const incoming of rows.keys()) if (!invalid.has(incoming)) await store.schedules.remove(incoming);
}

/** Ticks that were missed while nothing ran are made up for by one run. A tick during a run of the same incoming is passed over. */
async function startDueRuns(store: ReconcilerStore, now: number, log: Log): Promise<void> {
  for (const row of await store.schedules.all()) {
    if (row.nextAt > now) continue;
    const next = nextTick(JSON.parse(row.spec) as Schedule, now);
    if (next === undefined || !(await store.schedules.takeTick(row, next))) continue;
    const run = await store.runs.start(row.incoming, 'incremental', 'schedule');
    if (!run) log.info({ incoming: row.incoming }, 'The last run is still going on; this tick is passed over');
  }
}

async function refillRoute(workspace: Workspace, queues: Queues, id: string, due: number): Promise<void> {
  const route = workspace.routes.get(id);
  const outgoing = route && workspace.outgoings.get(route.outgoing);
  if (!route || !outgoing || route.disabled || outgoing.disabled) return;
  await queues.refill(id, Math.ceil(due / outgoing.publisher.batchSize));
}
