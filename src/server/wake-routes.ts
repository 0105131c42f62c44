import type { Platform } from './platform.ts';

/** How many jobs are added follows from the size of batches; an older one does no harm. */
const CONFIGURATION_AGE_MS = 500;

/**
 * Has tasks published that a person put back to work, and those that waited behind them.
 *
 * The tasks are durable already: where the queue is away, the reconciler finds them.
 */
export async function wakeRoutes(platform: Platform, tasks: readonly { readonly route: string }[]): Promise<void> {
  const counts = new Map<string, number>();
  for (const { route } of tasks) counts.set(route, (counts.get(route) ?? 0) + 1);
  await wakeCounts(platform, counts);
}

/** Like {@link wakeRoutes}, for tasks that were counted by their route. */
export async function wakeCounts(
  { configuration, queues, log }: Platform,
  counts: ReadonlyMap<string, number>,
): Promise<void> {
  const { routes, outgoings } = await configuration.current(CONFIGURATION_AGE_MS);
  for (const [id, count] of counts) {
    const outgoing = outgoings.get(routes.get(id)?.outgoing ?? '');
    // A route that is gone or not valid publishes nothing now; its tasks wait for it.
    if (!outgoing) continue;
    await queues.enqueueBatches(id, Math.ceil(count / outgoing.publisher.batchSize)).catch((error: unknown) => {
      log.warn({ route: id, err: error }, 'Publishing could not be enqueued; the reconciler will do it');
    });
  }
}
