import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { type Condition, CONDITIONS, type Part } from '../part.ts';

const options = {
  type: 'object',
  properties: {
    conditions: CONDITIONS,
  },
  required: ['conditions'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'logic-not',
  summary: 'Holds where none of its conditions does.',
  options,
  create({ conditions }, context): Condition {
    const parts = conditions.map((condition, index) => context.conditions([condition], `conditions[${index}]`));
    return (value) => !parts.some((holds) => holds(value));
  },
} satisfies Part<Condition, FromSchema<typeof options>>;
