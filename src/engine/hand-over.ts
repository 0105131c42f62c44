import type { HandedBatch } from '../core/run.ts';
import type { Claim, NewTask } from '../core/task.ts';

/** Publishing in the process that polls: takes batches as they are made, without reading them back. */
export interface HandOver {
  /** Batches of a route that would be begun soon, and their size; 0 batches where it must not be handed any. */
  room(route: string): { readonly batches: number; readonly size: number };
  take(route: string, claim: Claim): void;
}

/**
 * Chooses the tasks of a page that are claimed in the very transaction that makes them.
 *
 * Only first versions: a later one waits while an earlier one is open, which the claim from the database looks up.
 *
 * @param shared Routes on which records of another incoming are open: there, a first version need not be the first.
 */
export function batchesToHand(
  tasks: readonly NewTask[],
  handOver: HandOver,
  shared: ReadonlySet<string>,
): HandedBatch[] {
  const byRoute = new Map<string, number[]>();
  for (const [index, { route, state, isFirst }] of tasks.entries()) {
    if (state !== 'new' || !isFirst || shared.has(route)) continue;
    const own = byRoute.get(route) ?? [];
    own.push(index);
    byRoute.set(route, own);
  }
  return [...byRoute].flatMap(([route, indices]) => {
    const { batches, size } = handOver.room(route);
    const most = Math.min(batches, Math.ceil(indices.length / size));
    return Array.from({ length: Math.max(0, most) }, (_, n) => ({
      route,
      tasks: indices.slice(n * size, (n + 1) * size),
    }));
  });
}
