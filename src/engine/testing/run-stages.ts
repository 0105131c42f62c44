import { compileChain, type ChainDeps } from '../../core/chain.ts';
import { type ErrorReport, IntegrationError, toErrorReport } from '../../core/errors.ts';
import type { DataRecord } from '../../core/record.ts';
import type { Document } from '../kinds.ts';
import { findDocument, type Stage } from './chains.ts';
import { Stopped, TEST_LIMITS, type TestLimits, Trace, type TracedStep } from './trace.ts';

/** What a test of a chain works with. Nothing is sent, and what storages are given decides what is kept. */
export interface TestDeps extends Pick<ChainDeps, 'transformers' | 'variable' | 'storages'> {
  readonly documents: readonly Document[];
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
}

/**
 * Runs records through lists of steps, one record after the other, and writes down every step.
 *
 * @param until Path of a step, as the trace names it: the chain ends behind it.
 * @throws ConfigError where the steps are not as they should be.
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
  try {
    let records: readonly DataRecord[] = [input];
    for (const chain of chains) {
      const next: DataRecord[] = [];
      for (const record of records) next.push(...(await chain(record)));
      records = next;
    }
    return { input, output: records, stopped: false, steps: trace.steps };
  } catch (error) {
    if (error instanceof Stopped) return { input, output: error.records, stopped: true, steps: trace.steps };
    if (!(error instanceof IntegrationError)) throw error;
    return { input, error: toErrorReport(error), stopped: false, steps: trace.steps };
  }
}

function chainDeps({ documents, transformers, variable, storages }: TestDeps): ChainDeps {
  return {
    transformers,
    variable,
    storages,
    saved: (identifier) => findDocument('transformer', identifier, documents).spec['transformers'],
  };
}
