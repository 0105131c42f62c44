import type { TransformerContext } from './component.ts';
import type { DataRecord } from './record.ts';
import { plainText } from './record.ts';
import type { StepRun } from './step-run.ts';
import { compileTemplate } from './templates.ts';

/** JSON Schema of options that name an entry of a storage. */
export const ENTRY_OPTIONS = {
  storage: { type: 'string', minLength: 1, description: 'Identifier of the storage.' },
  key: {
    type: 'string',
    minLength: 1,
    description: 'Key of the entry: a text with templates, e.g. "&{id}" or "&{client_id}|&{sku}".',
  },
} as const;

/** Makes the key of an entry for a record. */
export type KeyOf = (record: DataRecord, run: StepRun) => string;

/**
 * Compiles the options of {@link ENTRY_OPTIONS}.
 *
 * @returns The key's function, and what a storage says about how long its entries stay.
 * @throws ConfigError ERR_NOT_FOUND where there is no such storage, and as `compileTemplate` does.
 */
export function compileEntry(
  { storage, key }: { readonly storage: string; readonly key: string },
  context: TransformerContext,
): { readonly keyOf: KeyOf; readonly ttlSeconds: number | undefined } {
  const spec = context.document('storage', storage);
  const template = compileTemplate(key, { variables: context.variable, at: 'key' });
  return {
    keyOf: (record, run) => plainText(template.evaluate(record, run.variables)),
    ttlSeconds: spec['ttlSeconds'] as number | undefined,
  };
}
