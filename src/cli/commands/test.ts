import type { Api } from '../api.ts';
import { columns } from '../columns.ts';

/** What a saved test came to, as the API tells it. */
interface TestResult {
  readonly kind: string;
  readonly identifier: string;
  readonly test: string;
  readonly passed: boolean;
  readonly differences: readonly { readonly path: string; readonly expected?: unknown; readonly actual?: unknown }[];
  readonly reason?: string;
}

/** `sluice test`: runs saved tests, all or those of some documents. */
export async function runSavedTests(
  api: Api,
  identifiers: readonly string[],
  { json }: { readonly json: boolean },
): Promise<{ lines: string[]; isGood: boolean }> {
  const { results } = await api.request<{ results: TestResult[] }>('POST', '/tests/run', { identifiers });
  const isGood = results.every(({ passed }) => passed);
  if (json) return { lines: [JSON.stringify({ ok: isGood, results })], isGood };
  const failed = results.filter(({ passed }) => !passed).length;
  const table = columns(
    results.map((each) => [each.passed ? 'passed' : 'failed', each.kind, each.identifier, each.test]),
  );
  const told = results.filter(({ passed }) => !passed).flatMap(failureLines);
  return { lines: [...table, ...told, `${results.length - failed} passed, ${failed} failed`], isGood };
}

function failureLines({ kind, identifier, test, reason = '', differences }: TestResult): string[] {
  const head = ['', `${kind} ${identifier}, ${test}: ${reason}`];
  return differences.reduce<string[]>((lines, { path, expected, actual }) => {
    const place = path === '' ? '(all)' : path;
    return [...lines, `  ${place}`, `    - ${shown(expected)}`, `    + ${shown(actual)}`];
  }, head);
}

function shown(value: unknown): string {
  return value === undefined ? '(not there)' : JSON.stringify(value);
}
