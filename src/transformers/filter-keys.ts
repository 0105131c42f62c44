import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { compileGlob, compileKeyPattern, GLOB_WORDS } from '../core/glob-path.ts';
import { RecordDraft } from '../core/record-draft.ts';
import { isRecord, type DataRecord } from '../core/record.ts';

const options = {
  type: 'object',
  properties: {
    keys: {
      type: 'array',
      minItems: 1,
      items: { type: 'string', minLength: 1 },
      description: 'Keys, or patterns of keys such as "cf_*".',
    },
    mode: { enum: ['keep', 'remove'], default: 'keep', description: 'Whether these keys stay or go.' },
    field: {
      type: 'string',
      minLength: 1,
      description: `Path of the objects whose keys are meant; without it the record. ${GLOB_WORDS}.`,
    },
  },
  required: ['keys'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'filter-keys',
  summary: 'Keeps or removes keys of an object, by name or pattern.',
  options,
  examples: [
    {
      title: 'Keeps custom fields only',
      options: { keys: ['id', 'cf_*'] },
      input: { id: 7, cf_vip: true, note: 'x' },
      output: [{ id: 7, cf_vip: true }],
    },
    {
      title: 'Removes keys of each item of a list',
      options: { field: 'lines.*', keys: ['_*'], mode: 'remove' },
      input: {
        lines: [
          { sku: 'A', _links: {} },
          { sku: 'B', _id: 1 },
        ],
      },
      output: [{ lines: [{ sku: 'A' }, { sku: 'B' }] }],
    },
  ],
  create({ keys, mode, field }) {
    const isNamed = compileKeys(keys);
    const filter = (object: DataRecord): DataRecord =>
      Object.fromEntries(Object.entries(object).filter(([key]) => isNamed(key) === (mode === 'keep')));
    if (field === undefined) return (record) => [filter(record)];
    const find = compileGlob(field);
    return (record) => {
      const draft = new RecordDraft(record);
      for (const { path, value } of find(record)) if (isRecord(value)) draft.set(path, filter(value));
      return [draft.record];
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;

function compileKeys(keys: readonly string[]): (key: string) => boolean {
  const names = new Set(keys);
  const patterns = keys.flatMap((key) => compileKeyPattern(key) ?? []);
  return (key) => names.has(key) || patterns.some((match) => match(key) !== undefined);
}
