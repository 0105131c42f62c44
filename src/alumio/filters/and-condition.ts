import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { FILTERS, type Filter, type Part } from '../part.ts';

const options = {
  type: 'object',
  properties: {
    filters: FILTERS,
  },
  required: ['filters'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'and-condition',
  summary: 'Holds where all of its conditions do.',
  options,
  create({ filters }, context): Filter {
    return context.filters(filters, 'filters');
  },
} satisfies Part<Filter, FromSchema<typeof options>>;
