import type { ScriptProgram, ScriptRunner } from '../core/component.ts';
import { TransformError } from '../core/errors.ts';
import { isRecord, type DataRecord, type Json } from '../core/record.ts';
import type { StepRun } from '../core/step-run.ts';
import { kindOf } from '../core/value-kinds.ts';

/**
 * What a program gave, as records: one, those of a list, or none for null.
 *
 * @throws TransformError ERR_SCRIPT_RESULT for anything else.
 */
export function recordsOfResult(result: Json): readonly DataRecord[] {
  if (result === null) return [];
  if (!Array.isArray(result)) return [requireRecord(result, 'The result')];
  return (result as readonly Json[]).map((item, index) => requireRecord(item, `Item ${index} of the result`));
}

/**
 * Runs a program on a record. Other records go on meanwhile, so that those of a page reach the processes together.
 *
 * @throws TransformError ERR_SCRIPT_UNAVAILABLE where nothing runs programs, and what {@link ScriptRunner.run} throws.
 */
export async function runProgram(
  scripts: ScriptRunner | undefined,
  program: ScriptProgram,
  record: DataRecord,
  run: StepRun,
): Promise<Json> {
  if (!scripts) throw new TransformError('Programs are not run here', {}, 'ERR_SCRIPT_UNAVAILABLE');
  run.stepAside();
  return scripts.run(program, { record, variables: run.variables });
}

function requireRecord(value: Json, what: string): DataRecord {
  if (isRecord(value)) return value;
  const message = `${what} is ${kindOf(value)}; a program gives a record, a list of records, or null to drop the record`;
  throw new TransformError(message, {}, 'ERR_SCRIPT_RESULT');
}
