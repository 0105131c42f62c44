import type { JSONSchema } from 'json-schema-to-ts';
import { didYouMean } from '../../core/nearest.ts';
import type { DataRecord } from '../../core/record.ts';
import { diffRecords } from '../../core/record-diff.ts';
import { TASK_STATES } from '../../core/task.ts';
import { ACTIONS, type RecordEdit, type TaskAction } from '../../store/task-actions.ts';
import type { AttemptRow, TaskRow } from '../../store/task-reads.ts';
import type { Api } from '../api.ts';
import { isoOrNull, readStored } from '../json-text.ts';
import { ID, ID_PARAMS } from '../parameters.ts';
import { PAGE_QUERY, readIdCursor, toPage } from '../paging.ts';
import type { Platform } from '../platform.ts';
import { notFound, requestInvalid, RequestError } from '../request-error.ts';
import { exchangeAnswer, TASK_SCHEMA, taskAnswer } from '../task-answer.ts';
import { waitingFor } from '../waiting-for.ts';
import { taskTimes } from '../task-times.ts';
import { wakeRoutes } from '../wake-routes.ts';

const LIST_QUERY = {
  type: 'object',
  properties: {
    ...PAGE_QUERY,
    state: { type: 'string', description: `One of ${TASK_STATES.join(', ')}, or several with commas.` },
    route: { type: 'string' },
    incoming: { type: 'string' },
    run: ID,
    key: { type: 'string', description: 'Key of the record, exactly: finds its story on all routes.' },
    error: { type: 'string', description: 'Id of a group of errors: the tasks that failed for this cause.' },
    q: {
      type: 'string',
      minLength: 1,
      maxLength: 200,
      description:
        'Finds a record on all routes: the beginning of its key, or a whole value of a search field, whatever its case. Each task comes with its history.',
    },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

const REPLAY_TEXT =
  'The record in its place. At stage "source" it goes through the steps of incoming and route again, at "ready" it is published as it is.';

/** Places between lists of steps, in the order that records pass them. */
const STAGES = ['source', 'route', 'ready'] as const;

const REPLAY_BODY = {
  type: 'object',
  properties: {
    record: { type: 'object', additionalProperties: true, description: REPLAY_TEXT },
    stage: {
      enum: STAGES,
      description:
        'Where it is taken up: before the steps of the incoming, before those of the route, or before those of the outgoing. Not before the place that it failed at the latest; without it, there.',
    },
  },
  required: ['record'],
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Tasks: find a record, read its story, put it back to work or set it aside. */
export function taskRoutes(api: Api, platform: Platform): void {
  const { store } = platform;

  api.get(
    '/tasks',
    {
      config: { permission: 'tasks:read' },
      schema: {
        tags: ['tasks'],
        summary: 'Lists tasks, newest first',
        querystring: LIST_QUERY,
        response: { 200: LIST_ANSWER },
      },
    },
    async ({ query: { limit, cursor, run, state, ...filter } }) => {
      const rows = await store.tasks.list({
        ...filter,
        state: checkStates(state),
        run: run === undefined ? undefined : Number(run),
        before: readIdCursor(cursor),
        limit: limit + 1,
      });
      const waiting = await waitingFor(platform);
      const page = toPage(
        rows,
        limit,
        (row) => row.id,
        (row) => row,
      );
      const histories = filter.q === undefined ? undefined : await historiesOf(platform, page.items);
      return {
        ...page,
        items: page.items.map((row) => ({ ...taskAnswer(row), ...waiting(row), ...histories?.(row) })),
      };
    },
  );

  api.get(
    '/tasks/:id',
    {
      config: { permission: 'tasks:read' },
      schema: { tags: ['tasks'], summary: 'A task with its record, its tries and its last call', params: ID_PARAMS },
    },
    async ({ params: { id } }) => storyOf(platform, await findTask(platform, Number(id))),
  );

  api.get(
    '/exchanges/:id',
    {
      config: { permission: 'tasks:read' },
      schema: { tags: ['tasks'], summary: 'A call as it was kept: redacted and cut', params: ID_PARAMS },
    },
    async ({ params: { id } }) => {
      const exchange = await store.tasks.exchange(Number(id));
      if (!exchange) throw notFound(`There is no exchange ${id}; exchanges are removed when their time is over`);
      return exchangeAnswer(exchange);
    },
  );

  for (const action of ['retry', 'skip', 'resolve'] as const) {
    api.post(
      `/tasks/:id/${action}`,
      {
        config: { permission: `tasks:${action}` },
        schema: { tags: ['tasks'], summary: SUMMARIES[action], params: ID_PARAMS },
      },
      ({ params: { id } }) => act(platform, Number(id), action),
    );
  }

  api.post(
    '/tasks/:id/replay',
    {
      config: { permission: 'tasks:replay' },
      schema: {
        tags: ['tasks'],
        summary: 'Puts a task back to work with an edited record',
        params: ID_PARAMS,
        body: REPLAY_BODY,
      },
    },
    async ({ params: { id }, body: { record, stage } }) => {
      if (stage !== undefined) requireLater(await findTask(platform, Number(id)), stage);
      return act(platform, Number(id), 'retry', { payload: JSON.stringify(record), stage });
    },
  );
}

const LIST_ANSWER = {
  type: 'object',
  description: 'One page.',
  properties: { items: { type: 'array', items: TASK_SCHEMA }, nextCursor: { type: ['string', 'null'] } },
  required: ['items', 'nextCursor'],
} as const satisfies JSONSchema;

const SUMMARIES: Readonly<Record<TaskAction, string>> = {
  retry: 'Puts a failed, waiting or skipped task back to work',
  skip: 'Sets a task aside that is not finished',
  resolve: 'Marks a waiting task as arrived, as a person found out',
};

/** @throws RequestError for a state that there is not. */
function checkStates(states: string | undefined): string | undefined {
  const known: readonly string[] = TASK_STATES;
  const unknown = states?.split(',').find((state) => !known.includes(state));
  if (unknown === undefined) return states;
  throw requestInvalid([{ path: 'query.state', message: `unknown state "${unknown}"${didYouMean(unknown, known)}` }]);
}

async function findTask({ store }: Platform, id: number): Promise<TaskRow> {
  const task = await store.tasks.get(id);
  if (!task) throw notFound(`There is no task ${id}; tasks are removed when their time to be kept is over`);
  return task;
}

async function historiesOf(
  { store }: Platform,
  tasks: readonly TaskRow[],
): Promise<(task: TaskRow) => { history: object[] }> {
  const attempts = await store.tasks.attemptsOf(tasks.map((task) => task.id));
  return (task) => ({ history: attempts.filter((attempt) => attempt.task === task.id).map(attemptAnswer) });
}

async function storyOf(platform: Platform, task: TaskRow): Promise<Record<string, unknown>> {
  const { store } = platform;
  const waiting = await waitingFor(platform);
  const attempts = await store.tasks.attempts(task.id);
  const exchange = task.exchange === null ? undefined : await store.tasks.exchange(task.exchange);
  return {
    ...taskAnswer(task),
    ...waiting(task),
    stage: task.stage,
    record: task.payload === null ? null : readStored(task.payload),
    ...editedOf(task),
    history: attempts.map(attemptAnswer),
    ...taskTimes(task, attempts, exchange),
    exchange: exchange
      ? { ...exchangeAnswer(exchange), ...(task.exchangeIndex !== null && { index: task.exchangeIndex }) }
      : null,
  };
}

function attemptAnswer({ at, error, exchange }: Omit<AttemptRow, 'task'>): object {
  return { at: isoOrNull(at), error: readStored(error), exchange: exchange === null ? null : String(exchange) };
}

/** What a person changed in the record, beside the record as it was. */
function editedOf({ original, payload, editedAt }: TaskRow): object {
  if (original === null || payload === null) return {};
  const [before, after] = [readStored(original), readStored(payload)] as [DataRecord, DataRecord];
  return { original: before, edited: { at: isoOrNull(editedAt), diff: diffRecords(before, after) } };
}

async function act(
  platform: Platform,
  id: number,
  action: TaskAction,
  edit?: Omit<RecordEdit, 'id'>,
): Promise<Record<string, unknown>> {
  const changed = await platform.store.tasks.act([id], action, edit);
  const task = await findTask(platform, id);
  if (changed.length === 0) throw refusalOf(task, action);
  await wakeRoutes(platform, [task]);
  return taskAnswer(task);
}

/** The steps behind a task are not gone through again: what it holds is what they made. @throws RequestError */
function requireLater({ stage }: TaskRow, wanted: (typeof STAGES)[number]): void {
  const known = STAGES.findIndex((each) => each === stage);
  const possible = STAGES.slice(Math.max(0, known));
  if (possible.includes(wanted)) return;
  const message = `must be ${possible.join(' or ')}: the task is past the steps before`;
  throw requestInvalid([{ path: 'body.stage', message }]);
}

function refusalOf({ id, state, payload }: TaskRow, action: TaskAction): RequestError {
  const { from } = ACTIONS[action];
  if (from.includes(state) && payload === null) {
    return new RequestError(409, 'ERR_TASK_STATE', `The task ${id} holds no record; replay it with one`, { state });
  }
  return new RequestError(
    409,
    'ERR_TASK_STATE',
    `The task ${id} is ${state}; ${VERBS[action]} works for tasks that are ${from.join(', ')}`,
    { state, possible: from },
  );
}

const VERBS: Readonly<Record<TaskAction, string>> = { retry: 'a retry', skip: 'skipping', resolve: 'resolving' };
