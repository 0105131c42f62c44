import type { Transform } from '../core/component.ts';
import { fromJson, type Php, toRecord } from './php/array.ts';

/** A step that changes its own copy of the entity and gives what it has become. */
export function phpStep(change: (root: Php) => Php): Transform {
  return (record) => [toRecord(change(fromJson(record)))];
}

/** Like {@link phpStep}, for what has to wait. */
export function waitingPhpStep(change: (root: Php) => Promise<Php>): Transform {
  return async (record) => [toRecord(await change(fromJson(record)))];
}
