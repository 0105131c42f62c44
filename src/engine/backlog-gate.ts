import type { Route } from './workspace.ts';

/** How long a count is good for: a burst may pass the limit by what comes in that time. */
const AGE_MS = 250;

/** Tells which route takes no more for now; counts each route's open tasks now and then, not for every delivery. */
export function createBacklogGate(
  backlog: (route: string, cap: number) => Promise<number>,
  now: () => number = Date.now,
): (routes: readonly Route[]) => Promise<Route | undefined> {
  const known = new Map<string, { readonly until: number; readonly isFull: Promise<boolean> }>();

  const isFull = (route: Route): Promise<boolean> => {
    const before = known.get(route.id);
    if (before && before.until > now()) return before.isFull;
    const asked = backlog(route.id, route.backlogLimit).then((count) => count >= route.backlogLimit);
    known.set(route.id, { until: now() + AGE_MS, isFull: asked });
    asked.catch(() => known.delete(route.id));
    return asked;
  };
  return async (routes) => {
    for (const route of routes) if (await isFull(route)) return route;
    return undefined;
  };
}
