import { ConfigError } from '../../core/errors.ts';
import type { DataRecord, Json } from '../../core/record.ts';
import type { Document, SavedTest } from '../kinds.ts';
import { stagesOf, TESTED_KINDS, type TestedKind } from './chains.ts';
import { type Difference, differencesOf } from './differences.ts';
import { type TestDeps, testStages, type TestedRecord } from './run-stages.ts';
import { givenOperation, givenReads, type TestGround } from './given-reads.ts';

/** What a saved test came to. */
export interface TestResult {
  readonly kind: TestedKind;
  readonly identifier: string;
  readonly test: string;
  readonly passed: boolean;
  /** Why it failed, in a sentence; missing where it passed. */
  readonly reason?: string;
  /** Where what came out differs from what was expected. */
  readonly differences: readonly Difference[];
}

/** A test brings along what there is to read. */
export type SavedTestDeps = Omit<TestDeps, 'reads' | 'operation'>;

/** Runs the saved tests of documents. Storages are empty but for what a test brings along. */
export async function runSavedTests(tested: readonly Document[], deps: SavedTestDeps): Promise<TestResult[]> {
  const results: TestResult[] = [];
  for (const document of tested) {
    if (!isTested(document.kind)) continue;
    for (const test of (document.spec['tests'] ?? []) as readonly SavedTest[]) {
      results.push(await runOne(document.kind, document.identifier, test, deps));
    }
  }
  return results;
}

function isTested(kind: string): kind is TestedKind {
  return (TESTED_KINDS as readonly string[]).includes(kind);
}

async function runOne(kind: TestedKind, identifier: string, test: SavedTest, deps: SavedTestDeps): Promise<TestResult> {
  const place = { kind, identifier, test: test.name };
  const reads = givenReads(test as TestGround);
  const stages = stagesOf(kind, identifier, deps.documents);
  const [result] = await testStages(stages, [test.input as DataRecord], { ...deps, reads, operation: givenOperation });
  if (!result) throw new Error('A test ran without a record');
  const failure = judge(test, result);
  return failure === undefined ? { ...place, passed: true, differences: [] } : { ...place, passed: false, ...failure };
}

interface Failure {
  readonly reason: string;
  readonly differences: readonly Difference[];
}

/** Why a test failed; undefined where it passed. */
function judge({ expected, dropped, error }: SavedTest, result: TestedRecord): Failure | undefined {
  if (error !== undefined) {
    if (!result.error) return { reason: `it was to fail with "${error}", and did not`, differences: [] };
    const isSame = result.error.message.includes(error);
    return isSame ? undefined : { reason: `it failed with "${result.error.message}"`, differences: [] };
  }
  if (result.error) return { reason: `it failed with "${result.error.message}"`, differences: [] };
  const wanted = dropped === true ? [] : ((expected ?? []) as readonly Json[]);
  const differences = differencesOf(wanted, result.output ?? []);
  if (differences.length === 0) return undefined;
  return { reason: describe(differences), differences };
}

/** The first differences as people read them. */
function describe(differences: readonly Difference[]): string {
  const lines = differences.slice(0, 3).map(({ path, expected, actual }) => {
    return `${path === '' ? 'the result' : path} is ${shown(actual)}, expected ${shown(expected)}`;
  });
  const more = differences.length - lines.length;
  return lines.join('; ') + (more > 0 ? `; and ${more} more` : '');
}

function shown(value: Json | undefined): string {
  if (value === undefined) return 'not there';
  const text = JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}

/** Throws ConfigError ERR_TESTS_FAILED that tells every test that failed; nothing where all passed. */
export function requirePassed(results: readonly TestResult[]): void {
  const failed = results.filter(({ passed }) => !passed);
  if (failed.length === 0) return;
  const lines = failed.map(
    ({ kind, identifier, test, reason = '' }) => `${kind} "${identifier}", test "${test}": ${reason}`,
  );
  throw new ConfigError('ERR_TESTS_FAILED', `Nothing was changed: ${lines.join('. ')}`, { details: { tests: failed } });
}
