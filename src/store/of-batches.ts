import { coalesce } from '../core/coalesce.ts';

/** Batches that are served together at most, and how long they may wait for each other, milliseconds. */
const MOST_BATCHES = 200;
const GATHER_MS = 10;

/**
 * What batches that are published at the same time ask for, or leave, in one statement for all of them.
 *
 * @param run Does it for several batches; answers one result for each, in order.
 */
export function ofBatches<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
): (item: Item) => Promise<Result> {
  return coalesce(run, MOST_BATCHES, GATHER_MS);
}
