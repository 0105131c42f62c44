import { useQuery } from '@tanstack/react-query';
import { stepSummary } from '../../lib/step-summary.ts';
import { testSteps } from '../../lib/steps.ts';
import { useIncomings, useRoutes } from '../../queries.ts';
import type { DataRecord, Step, TaskStory } from '../../types.ts';

/** A place where a record can be taken up again. */
export interface Start {
  readonly label: string;
  /** The record as it comes there. */
  readonly record: DataRecord;
  /** Steps that follow before it is sent. */
  readonly rest: readonly Step[];
}

/**
 * Where the record of a task can be taken up: where it failed, before each step that follows, and right before it is
 * sent. Empty for one that is past its steps.
 */
export function useStarts(task: TaskStory): readonly Start[] {
  const { stage, record } = task;
  const route = useRoutes().data?.items.find(({ identifier }) => identifier === task.route)?.spec;
  const incoming = useIncomings().data?.items.find(({ identifier }) => identifier === task.incoming)?.spec;
  const first = stage === 'source' ? (incoming?.transformers ?? []) : [];
  const steps = [...first, ...(route?.transformers ?? [])];
  const isPossible = (stage === 'source' || stage === 'route') && record !== null && steps.length > 0;
  const traces = useQuery({
    queryKey: ['replay starts', task.id, steps],
    queryFn: ({ signal }) => testSteps(steps, [record ?? {}], signal),
    enabled: isPossible,
    retry: false,
  });
  if (!isPossible) return [];
  const whole: Start = { label: 'With the first step', record, rest: steps };
  const later = (traces.data ?? []).flatMap(({ input, output, error }, index): Start[] => {
    const step = steps[index];
    const place = step ? `${index + 1}, ${step.type}: ${stepSummary(step)}` : '';
    const [came] = input;
    const [went] = output;
    const before = index > 0 && came ? [{ label: `Before step ${place}`, record: came, rest: steps.slice(index) }] : [];
    // What fails leaves nothing behind: one may go on with what came to it, as if it had passed.
    const left = error === null ? went : came;
    const isLast = index === steps.length - 1 || error !== null;
    return isLast && left ? [...before, { label: 'Ready to be sent', record: left, rest: [] }] : before;
  });
  return [whole, ...later];
}

/** Runs a record through steps without sending anything. @throws Error where not exactly one record comes out. */
export async function passSteps(steps: readonly Step[], record: DataRecord): Promise<DataRecord> {
  if (steps.length === 0) return record;
  const traces = (await testSteps(steps, [record])) ?? [];
  const failed = traces.find(({ error }) => error !== null)?.error;
  if (failed !== undefined && failed !== null) throw new Error(failed);
  const made = traces.at(-1)?.output ?? [];
  const [only] = made;
  if (only && made.length === 1) return only;
  throw new Error(
    made.length === 0
      ? 'A step leaves this record out, so there is nothing to send'
      : `The steps make ${made.length} records of it; begin with the first step to send them all`,
  );
}
