import type { JSONSchema } from 'json-schema-to-ts';
import type { Document, Kind } from '../../engine/kinds.ts';
import type { Api } from '../api.ts';
import { incidentAnswer } from '../incident-answer.ts';
import { isoOrNull } from '../json-text.ts';
import { PAGE_QUERY, readCursor, toPage } from '../paging.ts';
import type { Platform } from '../platform.ts';
import { pauseOf, routeState } from '../route-state.ts';
import { runAnswer } from '../run-answer.ts';

/** Lists by kind, as they stand in addresses. */
const VIEWS: readonly { readonly path: string; readonly kind: Kind }[] = [
  { path: '/clients', kind: 'client' },
  { path: '/incomings', kind: 'incoming' },
  { path: '/outgoings', kind: 'outgoing' },
  { path: '/routes', kind: 'route' },
  { path: '/transformers', kind: 'transformer' },
  { path: '/storages', kind: 'storage' },
  { path: '/value-maps', kind: 'value-map' },
  { path: '/notifications', kind: 'notification' },
];

const LIST_QUERY = {
  type: 'object',
  properties: PAGE_QUERY,
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Documents by kind, each with how it stands: what is wrong with it, when it ran and will run, what it waits for. */
export function overviewRoutes(api: Api, platform: Platform): void {
  for (const { path, kind } of VIEWS) {
    api.get(
      path,
      {
        config: { permission: 'configuration:read' },
        schema: {
          tags: ['configuration'],
          summary: `Lists documents of kind ${kind} with their state`,
          querystring: LIST_QUERY,
        },
      },
      async ({ query: { limit, cursor } }) => {
        const after = readCursor(cursor);
        const all = (await platform.configuration.export()).filter((each) => each.kind === kind);
        const rest = all.filter(({ identifier }) => after === undefined || identifier > after);
        const page = toPage(
          rest,
          limit,
          ({ identifier }) => identifier,
          (document) => document,
        );
        return { ...page, items: await addStates(platform, kind, page.items) };
      },
    );
  }
}

async function addStates(platform: Platform, kind: Kind, documents: readonly Document[]): Promise<object[]> {
  const { problems } = await platform.configuration.current();
  const stateOf = await stateReader(platform, kind);
  return Promise.all(
    documents.map(async (document) => {
      const own = problems.find((each) => each.kind === kind && each.identifier === document.identifier);
      return { ...document, state: { problems: own?.problems ?? [], ...(await stateOf(document.identifier)) } };
    }),
  );
}

async function stateReader(platform: Platform, kind: Kind): Promise<(id: string) => Promise<object>> {
  const { store, health } = platform;
  if (kind === 'client') {
    return async (id) => {
      const { pausedUntil, tokenExpiresAt } = await store.clients.status(id);
      const isPaused = pausedUntil > Date.now();
      const incident = await health.standstill(id);
      return {
        health: incident?.state ?? (isPaused ? 'limited' : 'healthy'),
        ...(incident && { incident: incidentAnswer(incident) }),
        pausedUntil: isPaused ? isoOrNull(pausedUntil) : null,
        tokenExpiresAt: isoOrNull(tokenExpiresAt),
      };
    };
  }
  if (kind === 'incoming') {
    const schedules = new Map((await store.schedules.all()).map((row) => [row.incoming, row]));
    return async (id) => {
      const [lastRun] = await store.runs.list({ incoming: id, limit: 1 });
      const { nextAt = null, skippedAt = null, skipReason = null } = schedules.get(id) ?? {};
      return {
        nextRunAt: isoOrNull(nextAt),
        ...(skipReason !== null && { skipped: { since: isoOrNull(skippedAt), reason: skipReason } }),
        lastRun: lastRun ? runAnswer(lastRun) : null,
        paused: await pauseOf(platform, id),
      };
    };
  }
  if (kind === 'notification') {
    const { notifications } = await platform.configuration.current();
    return async (id) => {
      const { waiting, sentAt, nextAt, tries } = await store.notifications.standing(id);
      return {
        host: notifications.get(id)?.host ?? null,
        ...{ waiting, failedTries: tries, sentAt: isoOrNull(sentAt === 0 ? null : sentAt) },
        nextTryAt: tries > 0 ? isoOrNull(nextAt) : null,
      };
    };
  }
  if (kind === 'route') {
    const { routes } = await platform.configuration.current();
    return (id) => {
      const route = routes.get(id);
      return route ? routeState(platform, route) : Promise.resolve({});
    };
  }
  return () => Promise.resolve({});
}
