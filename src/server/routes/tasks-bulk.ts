import type { JSONSchema } from 'json-schema-to-ts';
import { TASK_STATES } from '../../core/task.ts';
import { ACTIONS } from '../../store/task-actions.ts';
import type { TaskRow } from '../../store/task-reads.ts';
import type { Api } from '../api.ts';
import { ID } from '../parameters.ts';
import type { Platform } from '../platform.ts';
import { requestInvalid, RequestError } from '../request-error.ts';
import { taskAnswer } from '../task-answer.ts';
import { wakeRoutes } from '../wake-routes.ts';

/** Most tasks of one call; for more it is called again until nothing matches. */
const MOST = 10_000;
const SAMPLE = 5;

const BULK_BODY = {
  type: 'object',
  properties: {
    ids: { type: 'array', items: ID, minItems: 1, maxItems: MOST },
    filter: {
      type: 'object',
      description:
        'Without a state, failed tasks: those that wait may have arrived, and others were left out on purpose.',
      properties: { state: { enum: TASK_STATES }, route: { type: 'string' }, run: ID },
      additionalProperties: false,
      minProperties: 1,
    },
    dryRun: { type: 'boolean', default: false, description: 'Counts, and changes nothing.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

const BULK_ANSWER = {
  type: 'object',
  description: 'What was found and changed.',
  properties: {
    matched: { type: 'integer', description: 'Tasks that were asked for and that the action is possible for.' },
    changed: { type: 'integer' },
    hasMore: { type: 'boolean', description: `More than ${MOST} matched: call again.` },
    sample: {
      type: 'array',
      items: { type: 'object', additionalProperties: true },
      description: 'Some, as they were.',
    },
  },
  required: ['matched', 'changed', 'hasMore', 'sample'],
} as const satisfies JSONSchema;

type BulkAction = 'retry' | 'skip';
interface BulkFilter {
  readonly state?: TaskRow['state'];
  readonly route?: string;
  readonly run?: string;
}

/** Many tasks at once, with a preview. */
export function bulkTaskRoutes(api: Api, platform: Platform): void {
  for (const action of ['retry', 'skip'] as const) {
    api.post(
      `/tasks/${action}`,
      {
        config: { permission: `tasks:${action}` },
        schema: {
          tags: ['tasks'],
          summary: action === 'retry' ? 'Puts many tasks back to work' : 'Sets many tasks aside',
          body: BULK_BODY,
          response: { 200: BULK_ANSWER },
        },
      },
      async ({ body: { ids, filter, dryRun } }) => {
        const found = await matching(platform, action, ids, filter);
        const tasks = found.slice(0, MOST);
        const changed = dryRun ? [] : await actOn(platform, action, tasks);
        return {
          matched: tasks.length,
          changed: changed.length,
          hasMore: found.length > MOST,
          sample: tasks.slice(0, SAMPLE).map(taskAnswer),
        };
      },
    );
  }
}

function matching(
  { store }: Platform,
  action: BulkAction,
  ids: readonly string[] | undefined,
  filter: BulkFilter | undefined,
): Promise<TaskRow[]> {
  if ((ids === undefined) === (filter === undefined)) {
    throw requestInvalid([{ path: '', message: 'name either "ids" or a "filter"' }]);
  }
  return store.tasks.list({
    ids: ids?.map(Number),
    route: filter?.route,
    run: filter?.run === undefined ? undefined : Number(filter.run),
    state: (filter ? [possibleState(action, filter.state ?? 'failed')] : ACTIONS[action].from).join(','),
    limit: MOST + 1,
  });
}

function possibleState(action: BulkAction, wanted: TaskRow['state']): TaskRow['state'] {
  const { from } = ACTIONS[action];
  if (from.includes(wanted)) return wanted;
  throw new RequestError(
    409,
    'ERR_TASK_STATE',
    `Tasks that are ${wanted} cannot be ${action === 'retry' ? 'retried' : 'skipped'}; those that are ${from.join(', ')} can`,
    { state: wanted, possible: from },
  );
}

async function actOn(platform: Platform, action: BulkAction, tasks: readonly TaskRow[]): Promise<readonly number[]> {
  if (tasks.length === 0) return [];
  const changed = await platform.store.tasks.act(
    tasks.map((task) => task.id),
    action,
  );
  const isChanged = new Set(changed);
  await wakeRoutes(
    platform,
    tasks.filter((task) => isChanged.has(task.id)),
  );
  return changed;
}
