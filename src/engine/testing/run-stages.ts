import { compileChain, type ChainDeps } from '../../core/chain.ts';
import { ConfigError, type ErrorReport, IntegrationError, toErrorReport } from '../../core/errors.ts';
import { didYouMean } from '../../core/nearest.ts';
import type { DataRecord, Json } from '../../core/record.ts';
import { transformThrough } from '../../core/each-record.ts';
import type { StepEffects } from '../../core/step-run.ts';
import type { RecordRun } from '../record-run.ts';
import { documentsIn } from '../environment.ts';
import type { Document } from '../kinds.ts';
import { type StepReads, StepSession } from '../step-session.ts';
import { findDocument, type Stage } from './chains.ts';
import { Stopped, TEST_LIMITS, type TestLimits, Trace, type TracedStep } from './trace.ts';

/** What a test of a chain works with. Nothing is sent, and nothing that steps leave is kept. */
export interface TestDeps extends Pick<ChainDeps, 'transformers' | 'variable' | 'operation' | 'scripts'> {
  /** What is there for steps to read. */
  readonly reads: StepReads;
  readonly documents: readonly Document[];
  /** Name of the environment, for documents that differ between environments. */
  readonly environment?: string | undefined;
  readonly limits?: TestLimits;
}

/** What became of one record. */
export interface TestedRecord {
  readonly input: DataRecord;
  /** What came out of the last step, or of the one that it was to stop at; missing where a step failed. */
  readonly output?: readonly DataRecord[];
  readonly error?: ErrorReport;
  /** Whether it stopped at the step that was asked for. */
  readonly stopped: boolean;
  readonly steps: readonly TracedStep[];
  /** What the steps would have left on the platform; missing where that is nothing. */
  readonly leaves?: Leavings;
}

/** What steps would have left, as people read it. */
export interface Leavings {
  /** Entries of storages that they would write, without `value` where they would remove one. */
  readonly entries: readonly { readonly storage: string; readonly key: string; readonly value?: Json }[];
  /** Values that value maps do not have. */
  readonly unmatched: readonly { readonly valueMap: string; readonly value: Json }[];
}

/**
 * Runs records through lists of steps, one record after the other, and writes down every step.
 *
 * @param until Path of a step, as the trace names it: the chain ends behind it.
 * @throws ConfigError where the steps are not as they should be, ERR_STEP_UNKNOWN where none stands at `until`.
 */
export async function testStages(
  stages: readonly Stage[],
  records: readonly DataRecord[],
  deps: TestDeps,
  until?: string,
): Promise<TestedRecord[]> {
  const results: TestedRecord[] = [];
  for (const record of records) results.push(await testRecord(stages, record, deps, until));
  return results;
}

async function testRecord(
  stages: readonly Stage[],
  input: DataRecord,
  deps: TestDeps,
  until: string | undefined,
): Promise<TestedRecord> {
  const trace = new Trace(deps.limits ?? TEST_LIMITS, until);
  const chains = stages.map(({ at, steps }) => compileChain(steps, at, { ...chainDeps(deps), around: trace.around }));
  checkUntil(until, trace.places);
  const session = new StepSession(deps.reads);
  try {
    const work = (_: unknown, run: RecordRun) => {
      run.task = TEST_TASK;
      return transformThrough(chains, [input], run);
    };
    const [output = []] = await session.each([{ key: '' }], work);
    return { input, output, stopped: false, steps: trace.steps, ...leavings(session.effects()) };
  } catch (error) {
    if (error instanceof Stopped) return { input, output: error.records, stopped: true, steps: trace.steps };
    if (!(error instanceof IntegrationError)) throw error;
    return { input, error: toErrorReport(error), stopped: false, steps: trace.steps };
  }
}

/** A chain that was to stop somewhere must not run past it because of a typing error. */
function checkUntil(until: string | undefined, places: readonly string[]): void {
  if (until === undefined || places.includes(until)) return;
  throw new ConfigError(
    'ERR_STEP_UNKNOWN',
    `"until" names no step that runs: there is none at "${until}"${didYouMean(until, places)}`,
    { details: { until } },
  );
}

/** What steps see as the id of their task. */
const TEST_TASK = 'test';

function leavings(effects: StepEffects | undefined): { leaves?: Leavings } {
  if (!effects) return {};
  const entries = effects.entries.map(({ storage, key, value }) => ({
    ...{ storage, key },
    ...(value !== null && { value: JSON.parse(value) as Json }),
  }));
  const unmatched = effects.unmatched.map(({ valueMap, value }) => ({ valueMap, value: JSON.parse(value) as Json }));
  return { leaves: { entries, unmatched } };
}

function chainDeps({ documents, transformers, variable, scripts, environment, operation }: TestDeps): ChainDeps {
  return {
    transformers,
    variable,
    scripts,
    ...(operation && { operation }),
    document: documentsIn(environment, (kind, identifier) => findDocument(kind, identifier, documents)),
    saved: (identifier) => findDocument('transformer', identifier, documents).spec['transformers'],
  };
}
