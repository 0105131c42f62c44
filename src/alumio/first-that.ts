import type { StepRun } from '../core/step-run.ts';
import type { Filter } from './part.ts';
import type { Php } from './php/array.ts';

/** Asks filters until one answers `wanted`, and tells whether one did. Without a promise on the way, none is made. */
export function firstThat(
  filters: readonly Filter[],
  root: Php,
  wanted: boolean,
  run: StepRun,
): boolean | Promise<boolean> {
  for (const [index, filter] of filters.entries()) {
    const holds = filter(root, run);
    if (holds instanceof Promise) {
      return holds.then((each) => each === wanted || firstThat(filters.slice(index + 1), root, wanted, run));
    }
    if (holds === wanted) return true;
  }
  return false;
}
