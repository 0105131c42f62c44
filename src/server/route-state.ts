import type { Route } from '../engine/workspace.ts';
import type { TaskRow } from '../store/task-reads.ts';
import { isoOrNull, readStored } from './json-text.ts';
import type { Platform } from './platform.ts';

/** How a route stands: what waits, whether that holds up reading, and what stops it. */
export async function routeState({ store }: Pick<Platform, 'store'>, route: Route): Promise<object> {
  const backlog = await store.tasks.backlog(route.id, route.backlogLimit);
  const stop = route.order === 'route-stop' ? await store.tasks.firstStop(route.id) : undefined;
  return {
    ...{ order: route.order, backlog, backlogLimit: route.backlogLimit },
    paused: backlog >= route.backlogLimit ? pausedBy(route.id) : null,
    stopped: stop ? stoppedBy(stop) : null,
  };
}

/** Why reading, and webhooks, of an incoming wait; null where they do not. */
export async function pauseOf(
  { store, configuration }: Pick<Platform, 'store' | 'configuration'>,
  incoming: string,
): Promise<string | null> {
  const { routes } = await configuration.current();
  for (const route of routes.values()) {
    if (route.incoming !== incoming || route.disabled) continue;
    if ((await store.tasks.backlog(route.id, route.backlogLimit)) >= route.backlogLimit) return pausedBy(route.id);
  }
  return null;
}

function pausedBy(route: string): string {
  return `paused: backlog of route ${route}`;
}

function stoppedBy({ id, key, state, error, updatedAt }: TaskRow): object {
  const known = error === null ? {} : { error: readStored(error) };
  const ways =
    state === 'waiting'
      ? 'resolve it if it arrived, retry it if not, or skip it'
      : 'correct what failed it and retry it, or skip it';
  const message = `Stopped at the record "${key}", which ${state === 'waiting' ? 'waits for a decision' : 'failed'}: ${ways}; then the route goes on`;
  return { task: String(id), key, state, since: isoOrNull(updatedAt), message, ...known };
}
