import type { JSONSchema } from 'json-schema-to-ts';
import { CAUSE_CLASSES } from '../../core/error-cause.ts';
import type { ErrorGroup, GroupState } from '../../store/error-groups.ts';
import type { Api } from '../api.ts';
import { isoOrNull } from '../json-text.ts';
import { PAGE_QUERY, readCursor, toPage } from '../paging.ts';
import type { Platform } from '../platform.ts';
import { notFound } from '../request-error.ts';
import { taskAnswer } from '../task-answer.ts';

const LIST_QUERY = {
  type: 'object',
  properties: {
    ...PAGE_QUERY,
    state: { enum: ['open', 'resolved', 'ignored', 'all'], default: 'open' },
    class: { enum: CAUSE_CLASSES },
    route: { type: 'string', description: 'Groups that have tasks of this route.' },
    target: { type: 'string', description: 'Client that was written to.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

const PARAMS = {
  type: 'object',
  properties: { id: { type: 'string', pattern: '^[0-9a-f]{16}$', description: 'Id of a group of errors.' } },
  required: ['id'],
  additionalProperties: false,
} as const satisfies JSONSchema;

const DECISION = {
  type: 'object',
  properties: { reason: { type: 'string', maxLength: 1000, description: 'Why; shown with the group.' } },
  additionalProperties: false,
} as const satisfies JSONSchema;

const DECISIONS = [
  { path: 'resolve', state: 'resolved', summary: 'Marks the cause as repaired; it is open again when it comes back' },
  { path: 'ignore', state: 'ignored', summary: 'Hides the cause, also when it comes again' },
  { path: 'reopen', state: 'open', summary: 'Takes a decision back' },
] as const;

/** Failures by their cause: what is wrong, since when, for how many records. */
export function errorRoutes(api: Api, platform: Platform): void {
  const { store } = platform;

  api.get(
    '/errors',
    {
      config: { permission: 'tasks:read' },
      schema: {
        tags: ['errors'],
        summary: 'Failed and waiting tasks by their cause, the latest first',
        querystring: LIST_QUERY,
      },
    },
    async ({ query: { limit, cursor, state, ...filter } }) => {
      const start = Number(readCursor(cursor) ?? 0) || 0;
      await store.errors.sortFailures(SORTED_AT_ONCE);
      const groups = await store.errors.list({ ...filter, ...(state !== 'all' && { state }) });
      const rest = groups.slice(start).map((group, index) => ({ group, place: start + index + 1 }));
      const page = toPage(
        rest,
        limit,
        ({ place }) => place,
        ({ group }) => group,
      );
      return { ...page, items: await Promise.all(page.items.map((group) => errorGroupAnswer(platform, group))) };
    },
  );

  api.get(
    '/errors/:id',
    {
      config: { permission: 'tasks:read' },
      schema: { tags: ['errors'], summary: 'A group of errors', params: PARAMS },
    },
    async ({ params: { id } }) => errorGroupAnswer(platform, await find(platform, id)),
  );

  for (const { path, state, summary } of DECISIONS) {
    api.post(
      `/errors/:id/${path}`,
      {
        config: { permission: 'tasks:resolve' },
        schema: { tags: ['errors'], summary, params: PARAMS, body: DECISION },
      },
      ({ params: { id }, body, actor }) => decide(platform, id, state, actor?.name ?? '', body.reason),
    );
  }
}

/** Failures whose cause is found while somebody waits; the workers find those of the rest. */
const SORTED_AT_ONCE = 500;

async function decide(
  platform: Platform,
  id: string,
  state: GroupState,
  actor: string,
  reason: string | undefined,
): Promise<object> {
  if (!(await platform.store.errors.decide(id, state, actor, reason))) throw unknownGroup(id);
  return errorGroupAnswer(platform, await find(platform, id));
}

async function find({ store }: Platform, id: string): Promise<ErrorGroup> {
  const [group] = await store.errors.list({ id });
  if (!group) throw unknownGroup(id);
  return group;
}

function unknownGroup(id: string): Error {
  return notFound(`There is no group of errors "${id}"; groups without tasks are forgotten after a while`);
}

/** A group of errors as it is shown, with one of its tasks. */
export async function errorGroupAnswer({ store }: Platform, group: ErrorGroup): Promise<object> {
  const { id, class: kind, code, message, target, state, actor, reason, count, routes } = group;
  const sample = group.sample === null ? undefined : await store.tasks.get(group.sample);
  return {
    ...{ id, state, class: kind, code, message, target, count, routes },
    firstAt: isoOrNull(group.firstAt),
    lastAt: isoOrNull(group.lastAt),
    ...(group.stateAt > 0 && { decision: { at: isoOrNull(group.stateAt), by: actor, reason } }),
    sample: sample ? taskAnswer(sample) : null,
  };
}
