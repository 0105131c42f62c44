import { SourceError } from '../core/errors.ts';
import type { TaskStore } from './deps.ts';

/** A route whose records have to be there before those of an incoming are read. */
export interface FlowBefore {
  readonly route: string;
  readonly incoming: string;
}

/** What keeps the records of a route from being there. */
export interface NotArrived {
  /** Whether its incoming has ever read anything. */
  readonly hasRun: boolean;
  /** Records on their way, or waiting for a person. */
  readonly open: number;
  /** Records that failed, and the first of them, each with the values that its task is found by. */
  readonly failed: number;
  readonly samples: readonly { readonly key: string; readonly search: readonly string[] }[];
}

const SHOWN = 20;

/**
 * Refuses to read while records that these would refer to are missing in the target: devices of a customer that nobody
 * knows would end up nowhere, or with somebody else.
 *
 * @throws SourceError ERR_FLOW_BEFORE that names the records.
 */
export async function requireFlowsBefore(
  before: readonly FlowBefore[],
  tasks: Pick<TaskStore, 'notArrived'>,
): Promise<void> {
  for (const flow of before) {
    const found = await tasks.notArrived(flow.route, flow.incoming, SHOWN);
    const why = describe(flow, found);
    if (why === undefined) continue;
    throw new SourceError(
      'ERR_FLOW_BEFORE',
      `Nothing was read, because the route "${flow.route}" comes first: ${why}`,
      {
        details: { ...flow, ...found },
      },
    );
  }
}

function describe({ incoming }: FlowBefore, { hasRun, open, failed, samples }: NotArrived): string | undefined {
  if (!hasRun) return `its incoming "${incoming}" has read nothing yet; run it`;
  if (failed > 0) {
    const names = samples.map(({ key, search }) => (search.length === 0 ? key : `${key} (${search.join(', ')})`));
    const more = failed > samples.length ? `, and ${failed - samples.length} more` : '';
    return `${failed} of its records did not arrive: ${names.join('; ')}${more}. Correct and retry these, or skip them`;
  }
  return open > 0 ? `${open} of its records are still on their way` : undefined;
}
