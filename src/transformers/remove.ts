import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { parsePath, removePath } from '../core/field-path.ts';

const options = {
  type: 'object',
  properties: {
    fields: {
      type: 'array',
      minItems: 1,
      items: { type: 'string', minLength: 1 },
      description: 'Paths of the fields to remove, one after the other: "client.notes", "lines[0]".',
    },
  },
  required: ['fields'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'remove',
  summary: 'Removes fields; one that is not there is no error.',
  options,
  examples: [
    {
      title: 'Removes a field and a nested one',
      options: { fields: ['internal', 'client.notes', 'nowhere'] },
      input: { id: 7, internal: true, client: { id: 12, notes: 'x' } },
      output: [{ id: 7, client: { id: 12 } }],
    },
    {
      title: 'Items after a removed one move up',
      options: { fields: ['lines[0]'] },
      input: { lines: ['A', 'B'] },
      output: [{ lines: ['B'] }],
    },
  ],
  create({ fields }) {
    const paths = fields.map(parsePath);
    return (record) => [paths.reduce(removePath, record)];
  },
} satisfies Transformer<FromSchema<typeof options>>;
