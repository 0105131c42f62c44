import type { OptionsSchema } from '../../core/component.ts';
import { isoOrNull } from '../json-text.ts';
import type { Platform } from '../platform.ts';
import { routeState } from '../route-state.ts';
import { errorGroupAnswer } from '../routes/errors.ts';
import { runAnswer } from '../run-answer.ts';
import type { Tool } from './tool.ts';

const LIMIT = { type: 'integer', minimum: 1, maximum: 100, default: 20 } as const;
const NOTHING = { type: 'object', properties: {}, additionalProperties: false } as const;
const READS = { isReadOnly: true, isDestructive: false } as const;

/** What the platform itself tells: how everything stands. */
export function platformTools(platform: Platform): Tool[] {
  return [clientsTool(platform), routesTool(platform), errorsTool(platform), runsTool(platform)];
}

function clientsTool({ configuration, health, store }: Platform): Tool {
  return {
    name: 'list_clients',
    title: 'List clients',
    description: 'The systems that are connected: identifier, connector, and whether calls work.',
    input: NOTHING,
    ...{ permission: 'configuration:read', ...READS, subject: 'mcp/list_clients' },
    async call() {
      const { clients } = await configuration.current();
      const items = [...clients.values()].map(async ({ identifier, connector }) => {
        const incident = await health.standstill(identifier);
        const { pausedUntil } = await store.clients.status(identifier);
        const isPaused = pausedUntil > Date.now();
        return {
          ...{ client: identifier, connector: connector.name, title: connector.manifest.title },
          health: incident?.state ?? (isPaused ? 'limited' : 'healthy'),
          ...(incident && { reason: incident.message }),
          ...(isPaused && { pausedUntil: isoOrNull(pausedUntil) }),
        };
      });
      return { clients: await Promise.all(items) };
    },
  };
}

function routesTool(platform: Platform): Tool {
  return {
    name: 'list_routes',
    title: 'List routes',
    description: 'The routes: from which incoming to which outgoing, their backlog, and what stops them.',
    input: NOTHING,
    ...{ permission: 'configuration:read', ...READS, subject: 'mcp/list_routes' },
    async call() {
      const { routes } = await platform.configuration.current();
      const items = [...routes.values()].map(async (route) => {
        const { id, incoming, outgoing, disabled } = route;
        return { ...{ route: id, incoming, outgoing, disabled }, ...(await routeState(platform, route)) };
      });
      return { routes: await Promise.all(items) };
    },
  };
}

const ERRORS_INPUT = {
  type: 'object',
  properties: { limit: LIMIT, route: { type: 'string', description: 'Only errors with tasks of this route.' } },
  additionalProperties: false,
} as const satisfies OptionsSchema;

function errorsTool(platform: Platform): Tool {
  return {
    name: 'list_errors',
    title: 'List errors',
    description: 'Failed and waiting records by their cause, the latest first: what is wrong, since when, how many.',
    input: ERRORS_INPUT,
    ...{ permission: 'tasks:read', ...READS, subject: 'mcp/list_errors' },
    async call({ limit, route }) {
      const groups = await platform.store.errors.list({ state: 'open', route: route as string | undefined });
      const shown = groups.slice(0, limit as number).map((group) => errorGroupAnswer(platform, group));
      return { found: groups.length, errors: await Promise.all(shown) };
    },
  };
}

const RUNS_INPUT = {
  type: 'object',
  properties: {
    limit: LIMIT,
    incoming: { type: 'string', description: 'Only runs of this incoming.' },
    status: { enum: ['running', 'succeeded', 'failed', 'cancelled'] },
  },
  additionalProperties: false,
} as const satisfies OptionsSchema;

function runsTool({ store }: Platform): Tool {
  return {
    name: 'list_runs',
    title: 'List runs',
    description:
      'Runs of incomings, newest first: what was announced, received, new and unchanged, and why one failed.',
    input: RUNS_INPUT,
    ...{ permission: 'runs:read', ...READS, subject: 'mcp/list_runs' },
    async call({ limit, incoming, status }) {
      const rows = await store.runs.list({
        limit: limit as number,
        ...(typeof incoming === 'string' && { incoming }),
        ...(status !== undefined && { status: status as 'running' }),
      });
      return { runs: rows.map(runAnswer) };
    },
  };
}
