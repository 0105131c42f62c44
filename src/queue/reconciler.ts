import type { ClientHealth } from '../engine/client-health.ts';
import type { DiskGuard } from '../engine/disk-guard.ts';
import { nextTick } from '../engine/schedule.ts';
import type { Configuration } from '../engine/configuration.ts';
import type { Schedule } from '../engine/kinds.ts';
import type { ActiveWork, Log } from '../engine/deps.ts';
import type { Workspace } from '../engine/workspace.ts';
import type { OrphanedRun } from '../core/run.ts';
import { hintFor, type Queues } from './queues.ts';

/** What the reconciler reads and writes; the store implements it. */
export interface ReconcilerStore {
  readonly workers: {
    reclaim(
      own: { worker: string; claims: readonly number[]; runs: readonly number[] },
      maxDeaths: number,
    ): Promise<{ tasks: number; runs: number }>;
  };
  readonly runs: {
    orphans(): Promise<OrphanedRun[]>;
  };
  readonly tasks: {
    dueByRoute(cap: number): Promise<{ route: string; due: number }[]>;
    parkBehindWaiting(): Promise<void>;
  };
  readonly errors: { sortFailures(limit: number): Promise<number> };
  readonly schedules: {
    all(): Promise<ScheduleRow[]>;
    write(incoming: string, spec: string, nextAt: number): Promise<void>;
    remove(incoming: string): Promise<void>;
    takeTick(row: ScheduleRow, nextAt: number): Promise<{ run: number } | 'busy' | 'taken'>;
    skipTick(row: ScheduleRow, nextAt: number, reason: string): Promise<boolean>;
  };
}

interface ScheduleRow {
  readonly incoming: string;
  readonly spec: string;
  readonly nextAt: number;
  readonly skippedAt: number | null;
  readonly skipReason: string | null;
}

export interface ReconcilerDeps {
  readonly store: ReconcilerStore;
  readonly queues: Queues;
  readonly configuration: Pick<Configuration, 'current'>;
  readonly worker: string;
  readonly active: ActiveWork;
  readonly health: ClientHealth;
  readonly disk: DiskGuard;
  /** A worker that does not renew its lease for this long is taken for dead. */
  readonly leaseMs: number;
  /** Deaths of workers after which a record is failed. */
  readonly maxWorkerDeaths: number;
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
  const { store, configuration, worker, active, log } = deps;
  const own = { worker, claims: [...active.claims], runs: [...active.runs] };
  const reclaimed = await store.workers.reclaim(own, deps.maxWorkerDeaths);
  if (reclaimed.tasks + reclaimed.runs > 0) log.warn(reclaimed, 'Took work back from a worker that is gone');
  const workspace = await configuration.current();
  await deps.health.probe();
  await syncSchedules(store, workspace, deps.now());
  await startDueRuns(deps, workspace);
  await enqueueOrphans(deps);
  await store.tasks.parkBehindWaiting();
  await store.errors.sortFailures(SORTED_AT_ONCE);
  for (const { route, due } of await store.tasks.dueByRoute(DUE_CAP)) await refillRoute(workspace, deps, route, due);
}

async function enqueueOrphans({ store, queues, now, leaseMs }: ReconcilerDeps): Promise<void> {
  for (const { id, losses, idleSince } of await store.runs.orphans()) {
    await queues.enqueueRun(id, hintFor(losses, now() - idleSince, leaseMs));
  }
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

/**
 * Ticks that were missed while nothing ran, or while the client could not be called, are made up for by one run. A tick
 * during a run of the same incoming is passed over.
 */
async function startDueRuns(deps: ReconcilerDeps, workspace: Workspace): Promise<void> {
  const { store, log, queues, now } = deps;
  for (const row of await store.schedules.all()) {
    if (row.nextAt > now() && row.skippedAt === null) continue;
    const obstacle = await obstacleFor(deps, workspace, row.incoming);
    // Read now, not before the question: what that took would be missing between this tick and the next.
    const next = nextTick(JSON.parse(row.spec) as Schedule, now());
    if (next === undefined) continue;
    if (obstacle !== undefined) {
      await skipTick(deps, row, next, obstacle);
      continue;
    }
    const tick = await store.schedules.takeTick(row, next);
    if (tick === 'busy')
      log.info({ incoming: row.incoming }, 'The last run is still going on; this tick is passed over');
    else if (tick !== 'taken') await queues.enqueueRun(tick.run);
  }
}

/** Why reading would be in vain now. */
async function obstacleFor({ disk, health }: ReconcilerDeps, workspace: Workspace, id: string) {
  if (disk.isLow()) return 'There is hardly any space left on the disk';
  const client = workspace.incomings.get(id)?.client ?? '';
  const incident = await health.standstill(client);
  return incident && `The client "${client}" is ${incident.state}: ${incident.message}`;
}

async function skipTick({ store, log, now }: ReconcilerDeps, row: ScheduleRow, next: number, reason: string) {
  if (row.nextAt > now()) return;
  const isFirst = await store.schedules.skipTick(row, next, reason);
  if (isFirst) log.warn({ incoming: row.incoming }, `Ticks are passed over until this is over: ${reason}`);
}

async function refillRoute(
  workspace: Workspace,
  { queues, health }: ReconcilerDeps,
  id: string,
  due: number,
): Promise<void> {
  const route = workspace.routes.get(id);
  const outgoing = route && workspace.outgoings.get(route.outgoing);
  if (!route || !outgoing || route.disabled || outgoing.disabled) return;
  if (await health.standstill(outgoing.target.client, outgoing.id)) return;
  await queues.refill(id, Math.ceil(due / outgoing.publisher.batchSize));
}
