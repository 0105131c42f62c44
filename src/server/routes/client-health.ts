import { clientSubject } from '../../core/incident.ts';
import type { Api } from '../api.ts';
import { findClient } from '../find-client.ts';
import { incidentAnswer } from '../incident-answer.ts';
import { isoOrNull, readStored } from '../json-text.ts';
import { IDENTIFIER_PARAMS } from '../parameters.ts';
import type { Platform } from '../platform.ts';

const PAST_INCIDENTS = 10;
/** Tasks counted at most. */
const QUEUE_CAP = 100_000;

/** How a client stands: its state and why, what it has spent, who shares it, what it called last. */
export function clientHealthRoutes(api: Api, platform: Platform): void {
  api.get(
    '/clients/:id/health',
    {
      config: { permission: 'configuration:read' },
      schema: {
        tags: ['clients'],
        summary: 'State, token, budgets, queue, routes and last calls of a client',
        params: IDENTIFIER_PARAMS,
      },
    },
    async ({ params: { id } }) => {
      const { problems } = await findClient(platform, id);
      const { store, health } = platform;
      const [{ pausedUntil, tokenExpiresAt }, usage, incident, incidents, calls] = await Promise.all([
        store.clients.status(id),
        store.clients.usage(id),
        health.standstill(id),
        store.incidents.list({ subject: clientSubject(id), limit: PAST_INCIDENTS }),
        store.recentCalls.list(id),
      ]);
      const isPaused = pausedUntil > Date.now();
      return {
        client: id,
        state: incident?.state ?? (isPaused ? 'limited' : 'healthy'),
        since: incident ? isoOrNull(incident.startedAt) : null,
        reason: incident?.message ?? (isPaused ? `Told to wait until ${isoOrNull(pausedUntil) ?? ''}` : null),
        ...(incident && { code: incident.code, nextTryAt: isoOrNull(incident.nextProbeAt) }),
        problems,
        token: { expiresAt: isoOrNull(tokenExpiresAt) },
        pausedUntil: isPaused ? isoOrNull(pausedUntil) : null,
        windows: usage.windows,
        concurrency: usage.slots,
        ...(await workOf(platform, id)),
        incidents: incidents.map(incidentAnswer),
        calls: calls.map(callAnswer),
      };
    },
  );
}

/** Everything that reads or writes through the client, and how much waits for it. */
async function workOf({ store, configuration }: Platform, client: string): Promise<object> {
  const { incomings, outgoings, routes } = await configuration.current();
  const own = [...routes.values()].filter(({ outgoing }) => outgoings.get(outgoing)?.target.client === client);
  const waiting = await Promise.all(own.map(({ id }) => store.tasks.backlog(id, QUEUE_CAP)));
  return {
    queueLength: waiting.reduce((sum, each) => sum + each, 0),
    routes: own.map(({ id }) => id),
    incomings: [...incomings.values()].filter((each) => each.client === client).map(({ id }) => id),
  };
}

function callAnswer({ at, body }: { readonly at: number; readonly body: string }): object {
  return { ...(readStored(body) as object), at: isoOrNull(at) };
}
