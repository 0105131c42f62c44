import type { DataRecord, SavedTest, Step } from '../types.ts';
import { runRecords } from './steps.ts';

/** How a saved test came out with the steps as they are in the form. */
export interface Verdict {
  readonly isAsExpected: boolean;
  readonly word: string;
  readonly why: string;
  readonly output: readonly DataRecord[] | undefined;
}

/** Runs saved tests with steps that need not be saved. Nothing is sent. @throws ApiError */
export async function judgeTests(
  steps: readonly Step[],
  tests: readonly SavedTest[],
  signal?: AbortSignal,
): Promise<readonly Verdict[]> {
  const results = await runRecords(
    steps,
    tests.map(({ input }) => input),
    signal,
  );
  return tests.map((test, index) => judge(test, results[index]));
}

function judge(test: SavedTest, result: Awaited<ReturnType<typeof runRecords>>[number] | undefined): Verdict {
  // Answers, storages and links that a test brings along are known to the server only, which tests when it saves.
  if (['answers', 'storages', 'links'].some((given) => given in test)) {
    return { isAsExpected: true, word: 'tested on saving', why: '', output: undefined };
  }
  const { output, error } = result ?? {};
  const isAsExpected = isMet(test, output, error?.message);
  const became = error ? error.message : `came out: ${JSON.stringify(output ?? [])}`;
  return { isAsExpected, word: isAsExpected ? 'passed' : 'failed', why: isAsExpected ? '' : became, output };
}

function isMet(test: SavedTest, output: readonly DataRecord[] | undefined, error: string | undefined): boolean {
  if (test.error !== undefined) return error?.includes(test.error) === true;
  if (test.dropped) return output?.length === 0;
  return error === undefined && canonical(output) === canonical(test.expected);
}

/** The same text for values that differ only in the order of keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
