import type { JSONSchema } from 'json-schema-to-ts';
import { didYouMean } from '../../core/nearest.ts';
import type { Workspace } from '../../engine/workspace.ts';
import type { RunRow } from '../../store/runs.ts';
import type { Api } from '../api.ts';
import { ID_PARAMS, IDENTIFIER_PARAMS } from '../parameters.ts';
import { PAGE_QUERY, readIdCursor, toPage } from '../paging.ts';
import type { Platform } from '../platform.ts';
import { notFound, RequestError } from '../request-error.ts';
import { pauseOf } from '../route-state.ts';
import { RUN_SCHEMA, runAnswer } from '../run-answer.ts';

const START_BODY = {
  type: 'object',
  properties: {
    mode: {
      enum: ['full', 'incremental'],
      default: 'incremental',
      description: 'full: every record, whatever is known; incremental: as the incoming says.',
    },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

const LIST_QUERY = {
  type: 'object',
  properties: {
    ...PAGE_QUERY,
    incoming: { type: 'string' },
    status: { enum: ['running', 'succeeded', 'failed', 'cancelled'] },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Runs: start, list, look at, cancel. */
export function runRoutes(api: Api, platform: Platform): void {
  const { store } = platform;

  api.post(
    '/incomings/:id/runs',
    {
      config: { permission: 'runs:start' },
      schema: {
        tags: ['runs'],
        summary: 'Starts a run of an incoming',
        params: IDENTIFIER_PARAMS,
        body: START_BODY,
        response: { 202: { ...RUN_SCHEMA, description: 'The run, which goes on by itself.' } },
      },
    },
    async ({ params: { id }, body: { mode } }, reply) => {
      requireRunnable(await platform.configuration.current(), id);
      return reply.code(202).send(runAnswer(await startRun(platform, id, mode)));
    },
  );

  api.get(
    '/runs',
    { config: { permission: 'runs:read' }, schema: { tags: ['runs'], summary: 'Lists runs', querystring: LIST_QUERY } },
    async ({ query: { limit, cursor, ...filter } }) => {
      const before = readIdCursor(cursor);
      const rows = await store.runs.list({ ...filter, ...(before !== undefined && { before }), limit: limit + 1 });
      return toPage(rows, limit, (row) => row.id, runAnswer);
    },
  );

  api.get(
    '/runs/:id',
    {
      config: { permission: 'runs:read' },
      schema: {
        tags: ['runs'],
        summary: 'A run, and its tasks by state',
        params: ID_PARAMS,
        response: { 200: { ...RUN_SCHEMA, description: 'The run.' } },
      },
    },
    async ({ params: { id } }) => {
      const row = await findRun(platform, Number(id));
      const tasks = await store.tasks.countByState({ run: row.id });
      const paused = row.status === 'running' ? await pauseOf(platform, row.incoming) : null;
      return { ...runAnswer(row), tasks, ...(paused !== null && { paused }) };
    },
  );

  api.post(
    '/runs/:id/cancel',
    {
      config: { permission: 'runs:cancel' },
      schema: { tags: ['runs'], summary: 'Asks a run to stop after its page', params: ID_PARAMS },
    },
    async ({ params: { id } }) => {
      const { status } = await findRun(platform, Number(id));
      if (status !== 'running') {
        throw new RequestError(409, 'ERR_RUN_OVER', `The run ${id} is over already: it ${ENDS[status]}`, { status });
      }
      await store.runs.cancel(Number(id));
      return runAnswer(await findRun(platform, Number(id)));
    },
  );
}

const ENDS = { succeeded: 'succeeded', failed: 'failed', cancelled: 'was cancelled' } as const;

function requireRunnable({ incomings, problems }: Workspace, id: string): void {
  const incoming = incomings.get(id);
  if (incoming?.disabled) {
    throw new RequestError(409, 'ERR_DISABLED', `The incoming "${id}" is disabled; enable it first`);
  }
  if (incoming) return;
  const broken = problems.find((each) => each.kind === 'incoming' && each.identifier === id);
  if (!broken) throw notFound(`There is no incoming "${id}"${didYouMean(id, [...incomings.keys()])}`);
  const reasons = broken.problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
  throw new RequestError(400, 'ERR_INCOMING_INVALID', `The incoming "${id}" is not valid: ${reasons}`, {
    problems: broken.problems,
  });
}

async function startRun({ store, queues, log }: Platform, id: string, mode: RunRow['mode']): Promise<RunRow> {
  const run = await store.runs.start(id, mode, 'api');
  if (!run) {
    const [active] = await store.runs.list({ incoming: id, status: 'running', limit: 1 });
    throw new RequestError(
      409,
      'ERR_RUN_ACTIVE',
      `The incoming "${id}" is running already`,
      active && { run: String(active.id) },
    );
  }
  // The run is durable already. A queue that is away costs the reconciler's few seconds, not the run.
  await queues.enqueueRun(run.id).catch((error: unknown) => {
    log.warn({ run: run.id, err: error }, 'A run could not be enqueued; the reconciler will do it');
  });
  return run;
}

async function findRun({ store }: Platform, id: number): Promise<RunRow> {
  const run = await store.runs.get(id);
  if (!run) throw notFound(`There is no run ${id}; runs are removed when their time to be kept is over`);
  return run;
}
