import type { Api } from '../api.ts';
import { incidentAnswer } from '../incident-answer.ts';
import type { CountingPlatform } from '../task-counts.ts';
import { VERSION } from '../version.ts';

/** What runs here, and how it stands. */
export function statusRoutes(api: Api, { settings, store, configuration, disk, countTasks }: CountingPlatform): void {
  api.get(
    '/status',
    {
      config: { permission: 'status:read' },
      schema: { tags: ['status'], summary: 'Version, engines, uptime, tasks by state' },
    },
    async (request) => {
      const { revision, problems } = await configuration.current();
      return {
        version: VERSION,
        engines: {
          database: settings.databaseUrl === undefined ? 'pglite' : 'postgres',
          queue: settings.redisUrl === undefined ? 'postgres' : 'redis',
        },
        uptimeSeconds: Math.round(process.uptime()),
        memoryBytes: process.memoryUsage().rss,
        tasks: await countTasks(),
        disk: { isLow: disk.isLow(), freeBytes: disk.freeBytes() ?? null, minFreeBytes: settings.minFreeBytes },
        incidents: (await store.incidents.open()).map(incidentAnswer),
        configuration: { revision, problems },
        token: request.actor && { name: request.actor.name, role: request.actor.role },
      };
    },
  );
}
