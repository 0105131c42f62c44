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
  type: 'logic-xor',
  summary: 'Holds where exactly one of its conditions does.',
  options,
  create({ conditions }, context): Condition {
    const parts = conditions.map((condition, index) => context.conditions([condition], `conditions[${index}]`));
    return (value) => parts.filter((holds) => holds(value)).length === 1;
  },
} satisfies Part<Condition, FromSchema<typeof options>>;
