import type { Transform } from '../core/component.ts';
import type { StepRun } from '../core/step-run.ts';
import { fromJson, type Php, toRecord } from './php/array.ts';

/** A step that changes its own copy of the entity and gives what it has become. */
export function phpStep(change: (root: Php, run: StepRun) => Php): Transform {
  return (record, run) => [toRecord(change(fromJson(record), run), record)];
}

/** Like {@link phpStep}, for what has to wait. */
export function waitingPhpStep(change: (root: Php, run: StepRun) => Promise<Php>): Transform {
  return async (record, run) => [toRecord(await change(fromJson(record), run), record)];
}
