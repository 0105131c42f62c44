import { Readable } from 'node:stream';
import type { JSONSchema } from 'json-schema-to-ts';
import { didYouMean } from '../../core/nearest.ts';
import { type PlanEnd, type PlanLine, planRoute, type Planning } from '../../engine/plan.ts';
import type { Workspace } from '../../engine/workspace.ts';
import type { Api } from '../api.ts';
import { closingSignal, goneSignal } from '../calling.ts';
import { toErrorAnswer } from '../error-answer.ts';
import { linesOf } from '../find-client.ts';
import { ID, IDENTIFIER_PARAMS } from '../parameters.ts';
import type { Platform } from '../platform.ts';
import { notFound, RequestError } from '../request-error.ts';

/** What a plan is asked for. */
export const PLAN_OPTIONS = {
  mode: {
    enum: ['full', 'incremental'],
    default: 'incremental',
    description: 'What kind of run is planned: every record, or what is new and changed.',
  },
  limit: {
    type: 'integer',
    minimum: 1,
    description: 'Most records of the source that are looked at; all by default.',
  },
} as const;

const PLAN_BODY = {
  type: 'object',
  properties: {
    ...PLAN_OPTIONS,
    file: {
      ...ID,
      description: 'Number of the uploaded file that alone is looked at, as text; also one that is held.',
    },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Plan: what a run would do with each record of a route. */
export function planRoutes(api: Api, platform: Platform): void {
  const closing = closingSignal(api);
  api.post(
    '/routes/:id/plan',
    {
      config: { permission: 'routes:plan' },
      schema: {
        tags: ['runs'],
        summary: 'Tells what a run would do with each record of a route, and changes nothing',
        description:
          'Answers JSON lines: one for each record, and a last one with "totals", or with "error" where the plan broke off.',
        params: IDENTIFIER_PARAMS,
        body: PLAN_BODY,
      },
    },
    async ({ params: { id }, body: { mode, limit, file }, id: request }, reply) => {
      const { store, steps } = platform;
      const planning = requirePlannable(await platform.configuration.current(), id);
      const wanted = { mode, limit, file: file === undefined ? undefined : Number(file) };
      const lines = planRoute(planning, wanted, { ...store, steps }, goneSignal(reply, closing));
      // What fails before the first record is an error like any other.
      const first = await lines.next();
      return reply
        .type('application/x-ndjson; charset=utf-8')
        .send(Readable.from(jsonLines(first, lines, request), { objectMode: false }));
    },
  );
}

type Step = IteratorResult<PlanLine, PlanEnd>;

/** Lines of a plan as JSON; the last tells the totals, or why it broke off. */
export async function* jsonLines(
  first: Step,
  lines: AsyncGenerator<PlanLine, PlanEnd>,
  request: string,
): AsyncGenerator<string> {
  try {
    for (let step = first; ; step = await lines.next()) {
      yield `${JSON.stringify(step.value)}\n`;
      if (step.done === true) return;
    }
  } catch (error) {
    // The status has left; the last line says that the plan is not whole.
    const { code, message } = toErrorAnswer(error, request).body;
    yield `${JSON.stringify({ error: { code, message } })}\n`;
  } finally {
    await lines.return({ totals: NOTHING, isComplete: false });
  }
}

const NOTHING = { create: 0, update: 0, unchanged: 0, delete: 0, skip: 0, fail: 0 };

/** The route with both of its ends, or which of the three is not there or not valid. */
export function requirePlannable(workspace: Workspace, id: string): Planning {
  const route = workspace.routes.get(id) ?? missing(workspace, 'route', id, [...workspace.routes.keys()]);
  const incoming = workspace.incomings.get(route.incoming) ?? missing(workspace, 'incoming', route.incoming, []);
  const outgoing = workspace.outgoings.get(route.outgoing) ?? missing(workspace, 'outgoing', route.outgoing, []);
  return { route, incoming, outgoing };
}

function missing({ problems }: Workspace, kind: string, id: string, known: readonly string[]): never {
  const broken = problems.find((each) => each.kind === kind && each.identifier === id);
  if (!broken) throw notFound(`There is no ${kind} "${id}"${didYouMean(id, known)}`);
  throw new RequestError(
    400,
    kind === 'incoming' ? 'ERR_INCOMING_INVALID' : 'ERR_ROUTE_INVALID',
    `The ${kind} "${id}" is not valid: ${linesOf(broken.problems)}`,
    { problems: broken.problems },
  );
}
