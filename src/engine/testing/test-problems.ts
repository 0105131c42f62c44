import type { Problem } from '../../core/validation.ts';
import { isObject } from '../../core/record.ts';

const ENDINGS = ['expected', 'dropped', 'error'];

/** What is wrong with saved tests beside what their schema says: each needs one ending, and a name of its own. */
export function testProblems(tests: unknown): Problem[] {
  if (!Array.isArray(tests)) return [];
  const names = new Set<unknown>();
  return (tests as readonly unknown[]).filter(isObject).flatMap((test, index) => {
    const at = `spec.tests[${index}]`;
    const problems: Problem[] = [];
    const given = ENDINGS.filter((ending) => ending in test);
    if (given.length !== 1) {
      const message = 'needs one of "expected", "dropped" and "error": a test that expects nothing cannot fail';
      problems.push({ path: at, message });
    }
    if (names.has(test['name'])) problems.push({ path: `${at}.name`, message: 'another test has this name' });
    names.add(test['name']);
    return problems;
  });
}
