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
  type: 'logic-and',
  summary: 'Holds where all of its conditions do.',
  options,
  create({ conditions }, context): Condition {
    const parts = conditions.map((condition, index) => context.conditions([condition], `conditions[${index}]`));
    return (value) => parts.every((holds) => holds(value));
  },
} satisfies Part<Condition, FromSchema<typeof options>>;
