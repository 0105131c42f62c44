import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { firstThat } from '../first-that.ts';
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
  type: 'or-condition',
  summary: 'Holds where one of its conditions does.',
  options,
  create({ filters }, context): Filter {
    const parts = filters.map((filter, index) => context.filters([filter], `filters[${index}]`));
    return (root, run) => firstThat(parts, root, true, run);
  },
} satisfies Part<Filter, FromSchema<typeof options>>;
