import type { Platform } from './platform.ts';

/**
 * Has tasks published that a person put back to work, and those that waited behind them.
 *
 * The tasks are durable already: where the queue is away, the reconciler finds them.
 */
export async function wakeRoutes(
  { configuration, queues, log }: Platform,
  tasks: readonly { readonly route: string }[],
): Promise<void> {
  const counts = new Map<string, number>();
  for (const { route } of tasks) counts.set(route, (counts.get(route) ?? 0) + 1);
  const { routes, outgoings } = await configuration.current();
  for (const [id, count] of counts) {
    const outgoing = outgoings.get(routes.get(id)?.outgoing ?? '');
    // A route that is gone or not valid publishes nothing now; its tasks wait for it.
    if (!outgoing) continue;
    await queues.enqueueBatches(id, Math.ceil(count / outgoing.publisher.batchSize)).catch((error: unknown) => {
      log.warn({ route: id, err: error }, 'Publishing could not be enqueued; the reconciler will do it');
    });
  }
}
