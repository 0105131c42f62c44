import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { compileGlob, GLOB_WORDS } from '../core/glob-path.ts';
import { RecordDraft } from '../core/record-draft.ts';

const options = {
  type: 'object',
  properties: {
    fields: {
      type: 'array',
      minItems: 1,
      items: { type: 'string', minLength: 1 },
      description: `Paths of the fields that stay; all others go. ${GLOB_WORDS}.`,
    },
  },
  required: ['fields'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'keep',
  summary: 'Keeps the fields that you name and removes all others.',
  options,
  examples: [
    {
      title: 'Keeps a field and a nested one',
      options: { fields: ['id', 'client.name'] },
      input: { id: 7, note: 'x', client: { id: 12, name: 'Acme' } },
      output: [{ id: 7, client: { name: 'Acme' } }],
    },
    {
      title: 'Keeps a field of each item, and all custom fields',
      options: { fields: ['lines.*.sku', 'cf_*'] },
      input: { cf_vip: true, lines: [{ sku: 'A', n: 1 }, { sku: 'B' }], note: 'x' },
      output: [{ lines: [{ sku: 'A' }, { sku: 'B' }], cf_vip: true }],
    },
  ],
  create({ fields }) {
    const globs = fields.map(compileGlob);
    return (record) => {
      const draft = new RecordDraft({});
      for (const find of globs) for (const { path, value } of find(record)) draft.set(path, value);
      return [draft.record];
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;
