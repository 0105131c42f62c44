import { poll } from '../engine/poll.ts';
import { publishBatch } from '../engine/publish.ts';
import type { ActiveWork, LinkStore, Log, Run, RunStore, TaskStore } from '../engine/deps.ts';
import type { Configuration } from '../engine/configuration.ts';
import type { DocumentProblems, Workspace } from '../engine/workspace.ts';
import { ConfigError, toErrorReport } from '../core/errors.ts';
import type { Queues } from './queues.ts';

/** A batch may go out by a configuration that another process changed this long ago. */
const CONFIGURATION_AGE_MS = 500;

/** What jobs work with. */
export interface WorkDeps {
  readonly configuration: Pick<Configuration, 'current'>;
  readonly runs: RunStore;
  readonly tasks: TaskStore;
  readonly links: LinkStore;
  readonly queues: Queues;
  readonly worker: string;
  readonly active: ActiveWork;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly log: Log;
}

/** Job "poll": takes a run and reads its incoming to the end. */
export async function workOnRun(id: number, deps: WorkDeps, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const run = await deps.runs.claim(id, deps.worker);
  if (!run) return;
  deps.active.runs.add(id);
  try {
    await readIncoming(run, deps, signal);
  } finally {
    deps.active.runs.delete(id);
  }
}

async function readIncoming(run: Run, deps: WorkDeps, signal: AbortSignal): Promise<void> {
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
      wake: async (counts) => {
        for (const [route, count] of counts) await wakeRoute(workspace, route, count, deps);
      },
    },
    signal,
  );
}

/** Batches of one job at most, where a job does more than one. */
const MOST_BATCHES = 50;

/**
 * Job "publish": publishes one batch of a route.
 *
 * Where tasks stand behind others, the jobs of those that had to wait have found nothing and are gone: there the job
 * goes on while it finds work.
 */
export async function workOnRoute(id: string, deps: WorkDeps, signal: AbortSignal): Promise<void> {
  for (let batches = 1; await publishOnce(id, deps, signal); batches += 1) {
    if (batches < MOST_BATCHES) continue;
    await deps.queues.enqueueBatches(id, 1);
    return;
  }
}

/** @returns Whether there may be more that stood behind what was published. */
async function publishOnce(id: string, deps: WorkDeps, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  const workspace = await deps.configuration.current(CONFIGURATION_AGE_MS);
  const route = workspace.routes.get(id);
  const outgoing = route && workspace.outgoings.get(route.outgoing);
  if (!route || !outgoing || route.disabled || outgoing.disabled) return false;
  const incoming = workspace.incomings.get(route.incoming);
  const report = await publishBatch(
    { route, incoming, outgoing },
    { ...deps, now: Date.now, random: Math.random },
    signal,
  );
  if (report.againAt !== undefined) await deps.queues.enqueueLater(id, report.againAt);
  return report.claimed > 0 && (route.order !== 'key' || incoming?.webhook !== undefined);
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
  const route = workspace.routes.get(id);
  const batchSize = (route && workspace.outgoings.get(route.outgoing)?.publisher.batchSize) ?? 1;
  await deps.queues.enqueueBatches(id, Math.ceil(count / batchSize));
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
