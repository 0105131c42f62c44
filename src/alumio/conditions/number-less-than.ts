import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Condition, Part } from '../part.ts';
import { numberComparison } from '../php/number-comparison.ts';

const options = {
  type: 'object',
  properties: {
    value: { type: 'number', description: 'Number to compare with.' },
  },
  required: ['value'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'number-less-than',
  summary: 'Holds for a number, or a text that is one, that is less than this one.',
  options,
  create: ({ value: limit }): Condition => numberComparison(limit, (value, wanted) => value < wanted),
} satisfies Part<Condition, FromSchema<typeof options>>;
