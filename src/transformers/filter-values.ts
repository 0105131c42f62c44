import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { compileCondition, WHEN } from '../core/conditions.ts';
import { compileGlob, GLOB_WORDS } from '../core/glob-path.ts';
import { RecordDraft } from '../core/record-draft.ts';
import type { Json } from '../core/record.ts';

const options = {
  type: 'object',
  properties: {
    field: {
      type: 'string',
      minLength: 1,
      description: `Path of the list or object whose values are looked at; without it the record. ${GLOB_WORDS}.`,
    },
    when: WHEN,
  },
  required: ['when'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'filter-values',
  summary:
    'Keeps the items of a list, or the fields of an object, for which a condition holds; the value is the field "@".',
  options,
  examples: [
    {
      title: 'Keeps lines with a quantity',
      options: { field: 'lines', when: { field: 'n', greaterThan: 0 } },
      input: {
        lines: [
          { sku: 'A', n: 1 },
          { sku: 'B', n: 0 },
        ],
      },
      output: [{ lines: [{ sku: 'A', n: 1 }] }],
    },
    {
      title: 'Takes empty fields out of the record',
      options: { when: { field: '@', empty: false } },
      input: { id: 7, note: '', tags: [], site: null },
      output: [{ id: 7 }],
    },
  ],
  create({ field, when }) {
    const holds = compileCondition(when, 'when');
    const find = compileGlob(field ?? '*');
    return (record) => {
      const draft = new RecordDraft(record);
      if (field === undefined) {
        for (const { path, value } of find(record)) if (!holds(value)) draft.remove(path);
      } else for (const { path, value } of find(record)) draft.set(path, filter(value, holds));
      return [draft.record];
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;

function filter(value: Json, holds: (value: Json) => boolean): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).filter(holds);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries<Json>(value).filter(([, each]) => holds(each)));
}
