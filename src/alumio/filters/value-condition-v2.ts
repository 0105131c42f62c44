import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { ACCESSOR, CONDITIONS, type Filter, type Part } from '../part.ts';

const options = {
  type: 'object',
  properties: {
    accessor: ACCESSOR,
    conditions: CONDITIONS,
  },
  required: ['accessor'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'value-condition-v2',
  summary: 'Holds where a value is there, and all that are found are as wanted.',
  options,
  create({ accessor, conditions }, context): Filter {
    const { read } = context.accessor(accessor, 'accessor');
    const holds = context.conditions(conditions, 'conditions');
    return (root, run) => {
      const entries = read(root);
      return entries.length > 0 && entries.every(({ value }) => holds(value, run));
    };
  },
} satisfies Part<Filter, FromSchema<typeof options>>;
