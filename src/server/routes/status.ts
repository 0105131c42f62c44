import type { Api } from '../api.ts';
import type { CountingPlatform } from '../task-counts.ts';
import { VERSION } from '../version.ts';

/** What runs here, and how it stands. */
export function statusRoutes(api: Api, { settings, configuration, countTasks }: CountingPlatform): void {
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
        configuration: { revision, problems },
        token: request.actor,
      };
    },
  );
}
