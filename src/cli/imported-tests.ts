import type { Import, ImportedDocument } from '../alumio/import/import.ts';
import type { ImportedTest } from '../alumio/import/tests.ts';
import type { ScriptRunner } from '../core/component.ts';
import type { DataRecord } from '../core/record.ts';
import type { Document } from '../engine/kinds.ts';
import { runSavedTests, type TestResult } from '../engine/testing/saved-tests.ts';
import { createScriptPool } from '../programs/pool.ts';
import { transformers } from '../transformers/index.ts';

/** What a test of an export came to. */
export interface ImportedTestResult extends Pick<TestResult, 'differences'> {
  readonly identifier: string;
  readonly transformer: string | undefined;
  /** `not filled in`: nobody wrote what is expected. `not run`: what it belongs to is not there. */
  readonly result: 'passed' | 'failed' | 'not filled in' | 'not run';
  readonly reason?: string;
  readonly test: ImportedTest;
}

/** Runs the tests of an export against the chains that it became. */
export async function runImportedTests({ documents, tests }: Import): Promise<ImportedTestResult[]> {
  const results: ImportedTestResult[] = [];
  const scripts = createScriptPool({ size: 1 });
  try {
    for (const test of tests) results.push(await runOne(test, documents, scripts));
  } finally {
    await scripts.close();
  }
  return results;
}

async function runOne(
  test: ImportedTest,
  documents: readonly Document[],
  scripts: ScriptRunner,
): Promise<ImportedTestResult> {
  const { identifier, transformer, expected } = test;
  const place = { identifier, transformer, test, differences: [] };
  const document = documents.find((each) => each.kind === 'transformer' && each.identifier === transformer);
  if (!document) return { ...place, result: 'not run', reason: 'what it belongs to is not in the export' };
  if (expected === undefined)
    return { ...place, result: 'not filled in', reason: 'it expects nothing, so it cannot fail' };
  const tested = { ...document, spec: { ...document.spec, tests: [savedTest(test)] } };
  const [result] = await runSavedTests([tested], { documents, transformers, scripts, variable: () => 'set' });
  if (result?.passed) return { ...place, result: 'passed' };
  return { ...place, result: 'failed', reason: result?.reason ?? '', differences: result?.differences ?? [] };
}

function savedTest({ name, input, expected }: ImportedTest): object {
  return { name: name.slice(0, 255), input: input as DataRecord, expected };
}

/** Documents with the tests that passed. Those that failed stand in the report alone: they would refuse the apply. */
export function withTests(
  documents: readonly ImportedDocument[],
  results: readonly ImportedTestResult[],
): ImportedDocument[] {
  return documents.map((document) => {
    const own = results.filter(({ result, transformer }) => result === 'passed' && transformer === document.identifier);
    if (document.kind !== 'transformer' || own.length === 0) return document;
    const names = new Set<string>();
    const tests = own.map(({ test }) => {
      const name = names.has(test.name) ? `${test.name} (${test.identifier})` : test.name;
      names.add(name);
      return savedTest({ ...test, name });
    });
    return { ...document, spec: { ...document.spec, tests } };
  });
}
