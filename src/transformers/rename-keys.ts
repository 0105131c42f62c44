import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { ConfigError, TransformError } from '../core/errors.ts';
import { compileGlob, GLOB_WORDS } from '../core/glob-path.ts';
import { RecordDraft } from '../core/record-draft.ts';
import { isRecord, type DataRecord } from '../core/record.ts';
import { compileValueSteps, VALUE_STEPS } from '../core/value-step.ts';
import { valueSteps } from '../core/value-steps/index.ts';

const options = {
  type: 'object',
  properties: {
    keys: {
      type: 'object',
      minProperties: 1,
      additionalProperties: { type: 'string' },
      description: 'Old key → new key: { "sku_code": "sku" }.',
    },
    steps: VALUE_STEPS,
    field: {
      type: 'string',
      minLength: 1,
      description: `Path of the objects whose keys are meant; without it the record. ${GLOB_WORDS}.`,
    },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'rename-keys',
  summary: 'Renames keys of an object, by a table or by value steps that are applied to every key.',
  options,
  examples: [
    {
      title: 'Renames keys of each line',
      options: { field: 'lines.*', keys: { sku_code: 'sku' } },
      input: { lines: [{ sku_code: 'A', n: 1 }] },
      output: [{ lines: [{ sku: 'A', n: 1 }] }],
    },
    {
      title: 'Writes all keys in camel case',
      options: { steps: [{ type: 'case', to: 'camel' }] },
      input: { order_id: 7, 'Ship To': 'x' },
      output: [{ orderId: 7, shipTo: 'x' }],
    },
    {
      title: 'Two keys that become the same fail the record',
      options: { steps: [{ type: 'case', to: 'lower' }] },
      input: { A: 1, a: 2 },
      error: 'Two keys would become "a"',
    },
  ],
  create({ keys, steps, field }, { variable }) {
    if ((keys === undefined) === (steps === undefined)) {
      throw new ConfigError('ERR_INVALID', 'takes either "keys" or "steps"');
    }
    const table = new Map(Object.entries(keys ?? {}));
    const apply = compileValueSteps(steps ?? [], 'steps', { steps: valueSteps, variable });
    const nameOf = (key: string): string => {
      if (steps === undefined) return table.get(key) ?? key;
      const name = apply(key, {});
      return typeof name === 'string' ? name : key;
    };
    if (field === undefined) return (record) => [rename(record, nameOf)];
    const find = compileGlob(field);
    return (record) => {
      const draft = new RecordDraft(record);
      for (const { path, value } of find(record)) if (isRecord(value)) draft.set(path, rename(value, nameOf));
      return [draft.record];
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;

function rename(object: DataRecord, nameOf: (key: string) => string): DataRecord {
  const renamed = new Map<string, DataRecord[string]>();
  for (const [key, value] of Object.entries(object)) {
    const name = nameOf(key);
    if (renamed.has(name)) throw new TransformError(`Two keys would become "${name}"`, { key });
    renamed.set(name, value);
  }
  return Object.fromEntries(renamed);
}
