import { expect } from '@jest/globals';
import { importAlumio } from '../../src/alumio/import/import.ts';
import { compileChain } from '../../src/core/chain.ts';
import type { DataRecord, Json } from '../../src/core/record.ts';
import { transformThrough } from '../../src/core/each-record.ts';
import { givenReads, type StorageEntries } from '../../src/engine/testing/given-reads.ts';
import { StepSession } from '../../src/engine/step-session.ts';
import { transformers } from '../../src/transformers/index.ts';
import { scriptsForTests } from '../support/scripts.ts';

/** A part as exports write it. */
export const part = (prototype: string, parameters: object = []) => ({ prototype, parameters });
export const pattern = (text?: string) =>
  part('pattern', text === undefined ? { keys: [] } : { keys: [], pattern: text });
export const key = (root?: string, ...keys: string[]) => part('key', root === undefined ? { keys } : { keys, root });
export const valueIs = (path: string, ...conditions: object[]) =>
  part('value-condition-v2', { accessor: pattern(path), conditions });
export const has = (path: string) => part('key-condition', { filter: part('key-exists-condition', { path }) });
export const hasNot = (path: string) => part('key-condition', { filter: part('key-not-exists-condition', { path }) });
export const set = (...pairs: [string, unknown, ...object[]][]) =>
  part('value-setter', { configurations: pairs.map(([name, value, ...mappers]) => ({ key: name, value, mappers })) });
export const map = (path: string, ...mappers: object[]) => part('value-mapper', { accessor: pattern(path), mappers });
export const data = (...steps: object[]) => part('data', { filters: [], transformers: steps });
export const node = (accessor: object, ...steps: object[]) =>
  part('node', { accessor, nodeFilters: [], nodeTransformers: steps });
export const move = (from: string, to: string) =>
  part('pattern-move', { pattern: from, replacement: to, conditions: [] });
export const copy = (from: string, to: string) =>
  part('pattern-copy', { pattern: from, replacement: to, conditions: [] });

/** Steps as an export has them, a record, and the records that they make of it. */
export type Row = readonly [title: string, steps: readonly object[], input: DataRecord, ...output: DataRecord[]];

const scripts = scriptsForTests();

/** What imported steps came to. */
interface Outcome {
  readonly output: readonly DataRecord[];
  /** Entries of storages that they write; null where they remove one. */
  readonly leaves: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  /** What the report says of steps that are not translated as they are. */
  readonly notes: readonly string[];
}

/** Imports steps as one saved transformer, and runs what it became, also with entries of the storage "ids". */
export async function runImported(
  steps: readonly object[],
  input: DataRecord,
  storages: StorageEntries = {},
): Promise<Outcome> {
  const object = part('chain', { transformers: steps });
  const lines = [
    { type: 'storage', identifier: 'ids', name: 'Ids', object: { parameters: { path: 'ids' } } },
    { type: 'list-transformer', identifier: 'x', name: 'X', object },
  ];
  const text = lines.map((line) => JSON.stringify(line)).join('\n');
  const { documents, report } = importAlumio([{ source: 'x.ndjson', text }], { check: () => [] });
  const reports = report.objects.flatMap((each) => each.steps);
  expect(reports.filter(({ fate }) => fate === 'left-out')).toEqual([]);
  const spec = documents.find(({ kind }) => kind === 'transformer')?.spec;
  const chain = compileChain(spec?.['transformers'], 'transformers', {
    transformers,
    saved: () => [],
    document: () => ({}),
    variable: (name) => (name === 'CURRENCY' ? 'EUR' : undefined),
    scripts,
  });
  const session = new StepSession(givenReads({ storages }));
  const [output = []] = await session.each([{ key: 'k' }], (_, run) => {
    run.task = '42';
    return transformThrough([chain], [input], run);
  });
  return { output, leaves: leavesOf(session), notes: reports.flatMap(({ note }) => note ?? []) };
}

function leavesOf(session: StepSession): Outcome['leaves'] {
  const leaves: Record<string, Record<string, Json>> = {};
  for (const { storage, key: name, value } of session.effects()?.entries ?? []) {
    (leaves[storage] ??= {})[name] = value === null ? null : (JSON.parse(value) as Json);
  }
  return leaves;
}
