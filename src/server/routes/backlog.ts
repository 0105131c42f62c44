import type { Api } from '../api.ts';
import { isoOrNull } from '../json-text.ts';
import type { Platform } from '../platform.ts';

/** What routes have not yet brought to its goal: the numbers of an overview, cheap enough to be asked every few seconds. */
export function backlogRoutes(api: Api, { store, configuration }: Platform): void {
  api.get(
    '/backlog',
    {
      config: { permission: 'tasks:read' },
      schema: { tags: ['tasks'], summary: 'Open, waiting and failed tasks of each route, and since when it is behind' },
    },
    async () => {
      const routes = (await configuration.export()).filter(({ kind }) => kind === 'route');
      const rows = await store.backlog.byRoute(routes.map(({ identifier }) => identifier));
      return { items: rows.map((row) => ({ ...row, oldestAt: isoOrNull(row.oldestAt) })), nextCursor: null };
    },
  );
}
