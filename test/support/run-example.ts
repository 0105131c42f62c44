import { compileChain } from '../../src/core/chain.ts';
import type { ExampleGround, ReadKind, TransformerExample } from '../../src/core/component.ts';
import { ConfigError } from '../../src/core/errors.ts';
import type { DataRecord, Json } from '../../src/core/record.ts';
import { transformThrough } from '../../src/core/each-record.ts';
import { givenOperation, givenReads } from '../../src/engine/testing/given-reads.ts';
import { StepSession } from '../../src/engine/step-session.ts';
import { transformers } from '../../src/transformers/index.ts';
import { scriptsForTests } from './scripts.ts';

const scripts = scriptsForTests();

/** What an example of a step came to. */
export interface ExampleResult {
  readonly output: readonly DataRecord[];
  /** Entries of storages that it would write; null where it removes one. */
  readonly leaves: Readonly<Record<string, Readonly<Record<string, Json>>>>;
}

/** Compiles one step on what an example says is there. */
export function compileOn(step: object, given: ExampleGround = {}) {
  return compileChain([step], 'transformers', {
    transformers,
    saved: (identifier) => given.transformers?.[identifier] ?? [],
    document: (kind, identifier) => specOf(kind, identifier, given),
    variable: () => undefined,
    operation: givenOperation,
    scripts,
  });
}

/** Runs a step on a record, on what an example says is there. */
export function runOn(step: object, input: DataRecord, given: ExampleGround = {}): Promise<ExampleResult> {
  return runCompiled(compileOn(step, given), input, given);
}

/** Runs a step that is compiled, on the same ground. */
export async function runCompiled(
  chain: ReturnType<typeof compileOn>,
  input: DataRecord,
  given: ExampleGround = {},
): Promise<ExampleResult> {
  const session = new StepSession(givenReads(given));
  const [output = []] = await session.each([{ key: 'k' }], (_, run) => transformThrough([chain], [input], run));
  const leaves: Record<string, Record<string, Json>> = {};
  for (const { storage, key, value } of session.effects()?.entries ?? []) {
    (leaves[storage] ??= {})[key] = value === null ? null : (JSON.parse(value) as Json);
  }
  return { output, leaves };
}

/** Runs an example of a step. */
export function runExample(type: string, { options, input, given }: TransformerExample): Promise<ExampleResult> {
  return runOn({ ...options, type }, input, given);
}

function specOf(kind: ReadKind, identifier: string, given: ExampleGround): Readonly<Record<string, unknown>> {
  if (kind !== 'value-map') return {};
  const spec = given.valueMaps?.[identifier];
  if (spec) return { ...spec };
  throw new ConfigError('ERR_INVALID', `there is no value-map "${identifier}"`);
}
