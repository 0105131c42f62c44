import type { HandedBatch } from '../core/run.ts';
import type { Claim, NewTask } from '../core/task.ts';

/** Publishing in the process that polls: takes batches as they are made, without reading them back. */
export interface HandOver {
  /** Batches of a route that would be begun soon, and their size; 0 batches where it must not be handed any. */
  room(route: string): Promise<{ readonly batches: number; readonly size: number }>;
  take(route: string, claim: Claim): void;
}

/**
 * Chooses the tasks of a page that are claimed in the very transaction that makes them.
 *
 * Only first versions: a later one waits while an earlier one is open, which the claim from the database looks up.
 *
 * And only those that have been through the steps of their page: others keep where they stand with their task.
 *
 * @param shared Routes on which records of another incoming are open: there, a first version need not be the first.
 */
export async function batchesToHand(
  tasks: readonly NewTask[],
  handOver: HandOver,
  shared: ReadonlySet<string>,
): Promise<HandedBatch[]> {
  const byRoute = new Map<string, number[]>();
  for (const [index, { route, state, stage, isFirst }] of tasks.entries()) {
    if (state !== 'new' || stage !== 'ready' || !isFirst || shared.has(route)) continue;
    const own = byRoute.get(route) ?? [];
    own.push(index);
    byRoute.set(route, own);
  }
  const handed: HandedBatch[] = [];
  for (const [route, indices] of byRoute) {
    const { batches, size } = await handOver.room(route);
    for (let n = 0; n < Math.min(batches, Math.ceil(indices.length / size)); n += 1) {
      handed.push({ route, tasks: indices.slice(n * size, (n + 1) * size) });
    }
  }
  return handed;
}
