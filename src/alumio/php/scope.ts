import { TransformError } from '../../core/errors.ts';
import type { DataRecord } from '../../core/record.ts';
import type { StepRun } from '../../core/step-run.ts';
import { copyOf, fromJson, type Php, toRecord } from './array.ts';
import { getAt, type Keys, setAt } from './pattern.ts';

/** Reads what stands beside the record for a chain. Throws TransformError ERR_FIELD_MISSING where nothing does. */
type ReadScope = (run: StepRun) => Php;

/** The reader for what `@{…}` names, by its keys; undefined for what is not known here. */
export function readScope([place, ...keys]: Keys): ReadScope | undefined {
  if (place === 'globals' && keys.length > 0) return (run) => globalAt(run.globals, keys);
  if (place === 'scope' && keys.length === 1 && keys[0] === 'task') return taskOf;
  return undefined;
}

/** Sets a global variable for the steps behind, those of what becomes of the record. */
export function setGlobal(run: StepRun, keys: Keys, value: Php): void {
  run.globals = toRecord(setAt(fromJson(run.globals), keys, copyOf(value)));
}

function globalAt(globals: DataRecord, keys: Keys): Php {
  const value = getAt(fromJson(globals), keys);
  if (value !== undefined) return value;
  const name = keys.join('.');
  throw missing(`The global variable "${name}" is not set by a step before this one`, { variable: name });
}

function taskOf({ task }: StepRun): Php {
  if (task !== undefined) return task;
  throw missing('There is no task yet: only the steps of an outgoing have one');
}

function missing(message: string, details: Readonly<Record<string, string>> = {}): TransformError {
  return new TransformError(message, details, 'ERR_FIELD_MISSING');
}
