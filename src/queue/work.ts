import type { HealthGate } from '../engine/client-health.ts';
import { type DiskGuard, isDiskFull } from '../engine/disk-guard.ts';
import { withPatience } from '../engine/patience.ts';
import { poll } from '../engine/poll.ts';
import { type BatchReport, publishBatch, type Publishing } from '../engine/publish.ts';
import type { ActiveWork, LinkStore, Log, Run, RunStore, TaskStore } from '../engine/deps.ts';
import type { Configuration } from '../engine/configuration.ts';
import type { StepReads } from '../engine/step-session.ts';
import type { DocumentProblems, Workspace } from '../engine/workspace.ts';
import { ConfigError, toErrorReport } from '../core/errors.ts';
import type { Claim } from '../core/task.ts';
import { Lanes, type LaneSent } from './lanes.ts';
import type { Queues } from './queues.ts';

/** A batch may go out by a configuration that another process changed this long ago. */
const CONFIGURATION_AGE_MS = 500;

/** Records that one call claims at least, where batches are small: about what the lanes of a route do in a moment. */
const RECORDS_CLAIMED = 32;

/** Between two looks whether there is space again. */
const DISK_WAIT_MS = 500;

/** What jobs work with. */
export interface WorkDeps {
  readonly configuration: Pick<Configuration, 'current'>;
  readonly runs: RunStore;
  readonly tasks: TaskStore;
  readonly links: LinkStore;
  readonly steps: StepReads;
  readonly queues: Queues;
  readonly worker: string;
  readonly active: ActiveWork;
  readonly health: HealthGate;
  readonly disk: DiskGuard;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly log: Log;
}

/** Job "poll": takes a run and reads its incoming to the end. */
export async function workOnRun(id: number, deps: WorkDeps, lanes: Lanes, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const run = await deps.runs.claim(id, deps.worker);
  if (!run) return;
  deps.active.runs.add(id);
  try {
    await readIncoming(run, deps, lanes, signal);
  } finally {
    deps.active.runs.delete(id);
  }
}

async function readIncoming(run: Run, deps: WorkDeps, lanes: Lanes, signal: AbortSignal): Promise<void> {
  const workspace = await deps.configuration.current();
  const incoming = workspace.incomings.get(run.incoming);
  if (!incoming) {
    const error = JSON.stringify(toErrorReport(notValid(workspace, run.incoming)));
    await deps.runs.finish(run, deps.worker, { status: 'failed', error });
    return;
  }
  const invalid = workspace.problems.find((each) => each.incoming === incoming.id);
  if (invalid) {
    // Reading on would pass records over that belong to it.
    await deps.runs.finish(run, deps.worker, {
      status: 'failed',
      error: JSON.stringify(toErrorReport(routeNotValid(invalid))),
    });
    return;
  }
  const routes = [...workspace.routes.values()].filter((route) => route.incoming === incoming.id && !route.disabled);
  await poll(
    run,
    { incoming, routes },
    {
      ...deps,
      runs: waitingForSpace(run, deps, signal),
      wake: async (counts) => {
        for (const [route, count] of counts) await wakeRoute(workspace, route, count, deps);
      },
      handOver: {
        room: (route) => roomOf(route, deps, lanes),
        take: (route, claim) => {
          lanes.hand(route, [claim]);
        },
      },
    },
    signal,
  );
}

/** Pages that find no place on the disk are kept back until there is space; behind them a few more are read at most. */
function waitingForSpace(run: Run, { runs, disk, sleep }: WorkDeps, signal: AbortSignal): RunStore {
  return {
    ...runs,
    async commitPage(page) {
      for (;;) {
        while (disk.isLow()) {
          if (await runs.isCancelled(run.id)) return { result: 'cancelled' };
          await sleep(DISK_WAIT_MS, signal);
        }
        try {
          return await runs.commitPage(page);
        } catch (error) {
          if (!isDiskFull(error)) throw error;
          disk.noteFull();
        }
      }
    },
  };
}

/** What the lanes do: claim and publish batches of routes. */
export function createLanes(limit: number, deps: WorkDeps): Lanes {
  return new Lanes(limit, {
    claim: async (id, batches) => {
      const publishing = await findPublishing(id, deps);
      if (!publishing) return [];
      const { order } = publishing.route;
      const size = publishing.outgoing.publisher.batchSize;
      const most = order.startsWith('route') ? 1 : Math.max(batches, Math.ceil(RECORDS_CLAIMED / size));
      return deps.tasks.claim(id, deps.worker, size, most, order);
    },
    publish: (id, claim, signal) => publishClaim(id, claim, deps, signal),
    release: (claim) => deps.tasks.release(claim.id),
    active: deps.active,
    log: deps.log,
  });
}

async function publishClaim(id: string, claim: Claim, deps: WorkDeps, signal: AbortSignal): Promise<LaneSent> {
  const publishing = await withPatience(() => findPublishing(id, deps), deps, signal);
  if (!publishing) return { settled: deps.tasks.release(claim.id) };
  const { settled } = await publishBatch(claim, publishing, { ...deps, now: Date.now, random: Math.random }, signal);
  const ended = settled.then((report) => wakeAfter(id, publishing, report, deps));
  // The next batch of a route in order cannot be claimed before.
  if (publishing.route.order.startsWith('route')) await ended;
  return { settled: ended };
}

/** Has published what a batch left to do: its records that are tried again, and those that follow from it. */
async function wakeAfter(
  id: string,
  { afterwards }: Publishing,
  { againAt, followUps = 0 }: BatchReport,
  deps: WorkDeps,
): Promise<void> {
  if (afterwards && followUps > 0) {
    await wakeRoute(await deps.configuration.current(CONFIGURATION_AGE_MS), afterwards.id, followUps, deps);
  }
  if (againAt !== undefined) await deps.queues.enqueueLater(id, againAt);
}

/** Batches that may be handed over. Where a webhook brings records too, others may be open that the reading knows nothing of. */
async function roomOf(id: string, deps: WorkDeps, lanes: Lanes): Promise<{ batches: number; size: number }> {
  const publishing = await findPublishing(id, deps);
  const isOrdered = publishing?.route.order.startsWith('route') ?? true;
  if (!publishing || isOrdered || publishing.incoming?.webhook) return { batches: 0, size: 1 };
  const size = publishing.outgoing.publisher.batchSize;
  return { batches: lanes.room(id, size), size };
}

/** A route with both of its ends; undefined where it may not publish now. */
async function findPublishing(id: string, deps: WorkDeps): Promise<Publishing | undefined> {
  const workspace = await deps.configuration.current(CONFIGURATION_AGE_MS);
  const route = workspace.routes.get(id);
  const outgoing = route && workspace.outgoings.get(route.outgoing);
  if (!route || !outgoing || route.disabled || outgoing.disabled) return undefined;
  if (await deps.health.standstill(outgoing.target.client, outgoing.id)) return undefined;
  const afterwards = outgoing.afterwards === undefined ? undefined : workspace.routes.get(outgoing.afterwards);
  // What follows from answers would be lost; the tasks wait until that route is valid.
  if (outgoing.afterwards !== undefined && !afterwards) return undefined;
  return { route, outgoing, incoming: workspace.incomings.get(route.incoming), afterwards };
}

/** Has routes published that tasks were put back to work of; each stands there as often as it has tasks. */
export async function wakeRoutes(
  routes: readonly string[],
  deps: Pick<WorkDeps, 'configuration' | 'queues'>,
): Promise<void> {
  const workspace = await deps.configuration.current(CONFIGURATION_AGE_MS);
  for (const route of new Set(routes)) {
    await wakeRoute(workspace, route, routes.filter((each) => each === route).length, deps);
  }
}

async function wakeRoute(
  workspace: Workspace,
  id: string,
  count: number,
  deps: Pick<WorkDeps, 'queues'>,
): Promise<void> {
  await deps.queues.enqueueBatches(id, Math.ceil(count / batchSizeOf(workspace, id)));
}

function batchSizeOf(workspace: Workspace, id: string): number {
  const route = workspace.routes.get(id);
  return (route && workspace.outgoings.get(route.outgoing)?.publisher.batchSize) ?? 1;
}

function routeNotValid({ identifier, problems }: DocumentProblems): ConfigError {
  const reason = problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
  return new ConfigError(
    'ERR_ROUTE_INVALID',
    `The route "${identifier}" of this incoming is not valid, and its records must not be passed over: ${reason}. Correct or disable it`,
  );
}

function notValid(workspace: Workspace, incoming: string): ConfigError {
  const found = workspace.problems.find((each) => each.kind === 'incoming' && each.identifier === incoming);
  const reason = found?.problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
  return new ConfigError(
    'ERR_INCOMING_INVALID',
    `The incoming "${incoming}" is ${reason ? `not valid: ${reason}` : 'not there any more'}`,
  );
}
