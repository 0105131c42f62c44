import type { FastifyRequest } from 'fastify';
import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { IntegrationError } from '../../core/errors.ts';
import { compileEdits, FIELD_EDITS } from '../../core/field-edits.ts';
import type { DataRecord } from '../../core/record.ts';
import { diffRecords } from '../../core/record-diff.ts';
import type { BulkActionRow, BulkFilter } from '../../store/bulk-actions.ts';
import { possibleTasks, statesFor } from '../../store/bulk-actions.ts';
import type { Api } from '../api.ts';
import { isoOrNull, readStored } from '../json-text.ts';
import { ID, ID_PARAMS } from '../parameters.ts';
import { PAGE_QUERY, readIdCursor, toPage } from '../paging.ts';
import { mayDo, type Permission, rolesWith } from '../permissions.ts';
import type { Platform } from '../platform.ts';
import { notFound, requestInvalid, RequestError } from '../request-error.ts';
import { taskAnswer } from '../task-answer.ts';

/** More are not counted; the action itself has no bound. */
const MOST_COUNTED = 1_000_000;
const SAMPLE = 5;

const ACTION = {
  enum: ['retry', 'skip', 'resolve', 'replay'],
  description: 'replay is a retry with edited records.',
} as const satisfies JSONSchema;

const FILTER = {
  type: 'object',
  description: 'Which tasks; everything that is given has to hold.',
  properties: {
    state: { type: 'string', description: 'States with commas; by default failed, and waiting for "resolve".' },
    route: { type: 'string' },
    incoming: { type: 'string' },
    run: ID,
    key: { type: 'string' },
    error: { type: 'string', description: 'Id of a group of errors.' },
    q: { type: 'string', minLength: 1, maxLength: 200, description: 'As in the search of tasks.' },
    ids: { type: 'array', items: ID, minItems: 1, maxItems: 10_000 },
  },
  additionalProperties: false,
  minProperties: 1,
} as const satisfies JSONSchema;

const PREVIEW_BODY = {
  type: 'object',
  properties: { action: ACTION, filter: FILTER, edits: FIELD_EDITS },
  required: ['action', 'filter'],
  additionalProperties: false,
} as const satisfies JSONSchema;

const START_BODY = {
  ...PREVIEW_BODY,
  properties: {
    ...PREVIEW_BODY.properties,
    name: { type: 'string', minLength: 1, maxLength: 200, description: 'What it is for; people find it by this.' },
  },
  required: ['action', 'filter', 'name'],
} as const satisfies JSONSchema;

type Asked = FromSchema<typeof PREVIEW_BODY>;

const LIST_QUERY = {
  type: 'object',
  properties: PAGE_QUERY,
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Many tasks at once: looked at first, then done in the background, with progress and a stop. */
export function bulkActionRoutes(api: Api, platform: Platform): void {
  const { store } = platform;
  // Those who may put tasks back to work may look; the action has a permission of its own besides.
  const config = { permission: 'tasks:retry' } as const;

  api.post(
    '/tasks/bulk/preview',
    {
      config,
      schema: { tags: ['tasks'], summary: 'What a bulk action would do, without doing it', body: PREVIEW_BODY },
    },
    async ({ body, actor }) => {
      requirePermission(body.action, actor);
      return preview(platform, body);
    },
  );

  api.post(
    '/bulk-actions',
    {
      config,
      schema: { tags: ['tasks'], summary: 'Starts a bulk action, which goes on in the background', body: START_BODY },
    },
    async ({ body, actor }, reply) => {
      requirePermission(body.action, actor);
      checkEdits(body);
      const filter = filterOf(body);
      const matched = await store.tasks.count(possibleTasks(body.action, filter), MOST_COUNTED);
      const row = await store.bulkActions.start({
        ...{ name: body.name, action: body.action, actor: actor?.name ?? '', matched },
        filter: JSON.stringify(filter),
        edits: body.edits === undefined ? null : JSON.stringify(body.edits),
      });
      return reply.code(202).send(bulkAnswer(row));
    },
  );

  api.get(
    '/bulk-actions',
    {
      config: { permission: 'tasks:read' },
      schema: { tags: ['tasks'], summary: 'Bulk actions, newest first', querystring: LIST_QUERY },
    },
    async ({ query: { limit, cursor } }) => {
      const rows = await store.bulkActions.list({ before: readIdCursor(cursor), limit: limit + 1 });
      return toPage(rows, limit, (row) => row.id, bulkAnswer);
    },
  );

  api.get(
    '/bulk-actions/:id',
    {
      config: { permission: 'tasks:read' },
      schema: { tags: ['tasks'], summary: 'A bulk action and how far it is', params: ID_PARAMS },
    },
    async ({ params: { id } }) => bulkAnswer(await find(platform, Number(id))),
  );

  api.delete(
    '/bulk-actions/:id',
    {
      config,
      schema: {
        tags: ['tasks'],
        summary: 'Stops a bulk action after its batch; what is done stays done',
        params: ID_PARAMS,
      },
    },
    async ({ params: { id }, actor }) => {
      const { action, status } = await find(platform, Number(id));
      requirePermission(action, actor);
      if (!(await store.bulkActions.stop(Number(id)))) {
        throw new RequestError(409, 'ERR_BULK_ACTION_OVER', `The bulk action ${id} is over already: ${status}`, {
          status,
        });
      }
      return bulkAnswer(await find(platform, Number(id)));
    },
  );
}

async function preview(platform: Platform, asked: Asked): Promise<object> {
  const { tasks } = platform.store;
  const edit = checkEdits(asked);
  const filter = possibleTasks(asked.action, filterOf(asked));
  const count = await tasks.count(filter, MOST_COUNTED);
  const sample = await tasks.list({ ...filter, limit: SAMPLE });
  const items = await Promise.all(
    sample.map(async (row) => ({ ...taskAnswer(row), ...(edit && (await changesOf(platform, row.id, edit))) })),
  );
  const routes = [...new Set(sample.map((row) => row.route))];
  const { finished, spanMs } = await tasks.recentRate(routes);
  const perSecond = finished > 1 && spanMs > 0 ? Math.max(0.01, Math.round((finished / spanMs) * 100_000) / 100) : null;
  return {
    ...{ count, isCapped: count === MOST_COUNTED, sample: items, perSecond },
    seconds: perSecond === null ? null : Math.ceil(count / perSecond),
  };
}

/** What the edits would change in a task's record, or why they do not fit it. */
async function changesOf({ store }: Platform, id: number, edit: (record: DataRecord) => DataRecord): Promise<object> {
  const payload = (await store.tasks.get(id))?.payload ?? null;
  if (payload === null) return { diff: [], refusal: 'The task holds no record' };
  const record = readStored(payload) as DataRecord;
  try {
    return { diff: diffRecords(record, edit(record)) };
  } catch (error) {
    if (!(error instanceof IntegrationError)) throw error;
    return { diff: [], refusal: error.message };
  }
}

/** @throws RequestError for edits without a replay or the reverse; ConfigError for a path that is none. */
function checkEdits({ action, edits }: Asked): ((record: DataRecord) => DataRecord) | undefined {
  if ((action === 'replay') === (edits === undefined)) {
    throw requestInvalid([{ path: 'body.edits', message: 'is needed for "replay", and for nothing else' }]);
  }
  return edits === undefined ? undefined : compileEdits(edits);
}

function filterOf({ action, filter }: Asked): BulkFilter {
  const { ids, run, state, ...rest } = filter;
  const possible = statesFor(action);
  const wanted = state ?? (ids === undefined ? (action === 'resolve' ? 'waiting' : 'failed') : possible.join(','));
  const impossible = wanted.split(',').find((each) => !possible.includes(each));
  if (impossible !== undefined) {
    throw new RequestError(409, 'ERR_TASK_STATE', `"${action}" is not possible for tasks that are ${impossible}`, {
      ...{ state: impossible, possible },
    });
  }
  return {
    ...rest,
    state: wanted,
    ...(ids !== undefined && { ids: ids.map(Number) }),
    ...(run !== undefined && { run: Number(run) }),
  };
}

function requirePermission(action: BulkActionRow['action'], actor: FastifyRequest['actor']): void {
  const permission: Permission = `tasks:${action}`;
  if (actor !== null && mayDo(actor, permission)) return;
  const roles = rolesWith(permission);
  throw new RequestError(403, 'ERR_FORBIDDEN', `This needs one of the roles ${roles.join(', ')}`, {
    permission,
    roles,
  });
}

async function find({ store }: Platform, id: number): Promise<BulkActionRow> {
  const row = await store.bulkActions.get(id);
  if (!row) throw notFound(`There is no bulk action ${id}`);
  return row;
}

function bulkAnswer(row: BulkActionRow): Record<string, unknown> {
  const { id, name, action, filter, edits, actor, status, matched, done, changed, refused, error } = row;
  return {
    ...{ id: String(id), name, action, status, actor, matched, done, changed, refused },
    filter: readStored(filter),
    ...(edits !== null && { edits: readStored(edits) }),
    ...(error !== null && { error: readStored(error) }),
    createdAt: isoOrNull(row.createdAt),
    updatedAt: isoOrNull(row.updatedAt),
  };
}
