import type { Api } from '../api.ts';
import { incidentAnswer } from '../incident-answer.ts';
import { isoOrNull } from '../json-text.ts';
import type { CountingPlatform } from '../task-counts.ts';
import { VERSION } from '../version.ts';

const DAY_MS = 86_400_000;
/** A shorter time says nothing of a day. */
const LEAST_MS = 3_600_000;

/** Bytes that a day adds, by what has come so far; null while that is too little to tell. */
function growthPerDay(bytes: number, since: number | null): number | null {
  const forMs = since === null ? 0 : Date.now() - since;
  return forMs < LEAST_MS ? null : Math.round((bytes / forMs) * DAY_MS);
}

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
        publicUrl: settings.publicUrl ?? null,
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

  api.get(
    '/status/history',
    {
      config: { permission: 'status:read' },
      schema: { tags: ['status'], summary: 'What history takes on disk, what it will take, and what is kept' },
    },
    async () => {
      const { restMs, maxBytes, maxTasks } = settings.retention;
      const { bytes, since } = await store.maintenance.history();
      const perDay = growthPerDay(bytes, since);
      return {
        ...{ bytes, since: isoOrNull(since), bytesPerDay: perDay, keepDays: Math.round(restMs / DAY_MS) },
        ...{ maxBytes, maxTasks },
        expectedBytes: perDay === null ? null : Math.min(maxBytes, Math.round((perDay * restMs) / DAY_MS)),
      };
    },
  );
}
