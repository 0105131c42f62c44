import { compileChain } from '../../src/core/chain.ts';
import { TransformError } from '../../src/core/errors.ts';
import { bareRun } from '../../src/core/step-run.ts';
import type { ScriptRunner } from '../../src/core/component.ts';
import type { DataRecord } from '../../src/core/record.ts';
import { transformers } from '../../src/transformers/index.ts';

/** What came of a record: the records, or the code and message of the error. */
export type StepOutcome = readonly DataRecord[] | { readonly code: string; readonly message: string };

/** Compiles one step; the answer runs it on records. */
export function stepRunner(step: object, scripts: ScriptRunner): (record?: DataRecord) => Promise<StepOutcome> {
  const chain = compileChain([step], 'transformers', {
    transformers,
    saved: () => [],
    variable: () => undefined,
    scripts,
  });
  return async (record = {}) => {
    try {
      return await chain(record, bareRun());
    } catch (error) {
      if (!(error instanceof TransformError)) throw error;
      return { code: error.code, message: error.message };
    }
  };
}
