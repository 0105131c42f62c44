import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { type Filter, PART, type Part } from '../part.ts';

const options = {
  type: 'object',
  properties: {
    filter: {
      ...PART,
      description: '{ "type": "key-exists-condition", "path": "sku" }, or "key-not-exists-condition".',
    },
  },
  required: ['filter'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'key-condition',
  summary: 'Holds where a key is there, or is not.',
  options,
  create({ filter }, context): Filter {
    return context.filters([filter], 'filter');
  },
} satisfies Part<Filter, FromSchema<typeof options>>;
