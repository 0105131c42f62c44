import { api, queryClient } from '../api.ts';
import type { DataRecord, Step } from '../types.ts';

/** What one step made of the records that came to it. */
export interface StepTrace {
  readonly input: readonly DataRecord[];
  readonly output: readonly DataRecord[];
  readonly durationMs: number | null;
  readonly error: string | null;
}

/**
 * Runs steps on sample records, on the server and without sending anything.
 *
 * @returns One trace for each step, in order; undefined when this server cannot do it.
 */
export async function testSteps(
  steps: readonly Step[],
  records: readonly DataRecord[],
  signal?: AbortSignal,
): Promise<readonly StepTrace[] | undefined> {
  if (!(await canTest())) return undefined;
  const { results } = await api<{ results: readonly TestedRecord[] }>('POST', PATH, { steps, records }, signal);
  const traced = results.flatMap((result) => result.steps).filter(({ depth }) => depth === 0);
  return steps.map((_, index) => joined(traced.filter(({ path }) => path.endsWith(`[${index}]`))));
}

/** What steps make of records, each on its own; nothing is sent. @throws ApiError */
export async function runRecords(
  steps: readonly Step[],
  records: readonly DataRecord[],
  signal?: AbortSignal,
): Promise<readonly TestedRecord[]> {
  if (records.length === 0) return [];
  const { results } = await api<{ results: readonly TestedRecord[] }>('POST', PATH, { steps, records }, signal);
  return results;
}

/** What the server tells of a record, and of a step on it. */
interface TestedRecord {
  readonly output?: readonly DataRecord[];
  readonly error?: { readonly message: string };
  readonly steps: readonly TracedStep[];
}

interface TracedStep {
  readonly path: string;
  readonly depth: number;
  readonly input?: DataRecord;
  readonly output?: readonly DataRecord[];
  readonly error?: { readonly message: string };
  readonly ms: number;
}

/** One step on all records. */
function joined(traced: readonly TracedStep[]): StepTrace {
  return {
    input: traced.flatMap(({ input }) => (input ? [input] : [])),
    output: traced.flatMap(({ output }) => output ?? []),
    durationMs: traced.length === 0 ? null : traced.reduce((sum, { ms }) => sum + ms, 0),
    error: traced.find(({ error }) => error !== undefined)?.error?.message ?? null,
  };
}

const PATH = '/transformers/test';

/** Whether the API describes such a route: one that is not there is not called in vain. */
async function canTest(): Promise<boolean> {
  const { paths } = await queryClient.query({
    queryKey: ['/openapi.json'],
    queryFn: () => api<{ paths: Readonly<Record<string, unknown>> }>('GET', '/openapi.json'),
    staleTime: Infinity,
  });
  return Object.hasOwn(paths, `/api/v1${PATH}`);
}
