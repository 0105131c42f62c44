import type { StepRun } from '../../core/step-run.ts';
import type { Condition } from '../part.ts';
import { copyOf, type Php } from './array.ts';
import { compileGlobPattern, compileReplacement, setAt, unsetAt } from './pattern.ts';

/** What goes where. */
interface Transfer {
  readonly pattern: string;
  readonly replacement: string;
  /** Whether the values go from where they were. */
  readonly removes: boolean;
}

/**
 * Compiles a copy or move by pattern. All values are found before the first one goes, so that what has moved is not found
 * again; then each leaves its place and takes the new one.
 */
export function compileTransfer(
  { pattern, replacement, removes }: Transfer,
  holds: Condition,
): (root: Php, run: StepRun) => Php {
  const { find } = compileGlobPattern(pattern);
  const target = compileReplacement(replacement);
  return (root, run) => {
    const matches = find(root).filter(({ value }) => holds(value, run));
    if (removes) for (const { path } of matches) unsetAt(root, path);
    return matches.reduce((current, { captures, value }) => setAt(current, target(captures), copyOf(value)), root);
  };
}
