import type { FromSchema } from 'json-schema-to-ts';
import { type Condition, OF_CONDITIONS, type Part } from '../part.ts';

export default {
  type: 'logic-xor',
  summary: 'Holds where exactly one of its conditions does.',
  options: OF_CONDITIONS,
  create({ conditions }, context): Condition {
    const parts = conditions.map((condition, index) => context.conditions([condition], `conditions[${index}]`));
    return (value, run) => parts.filter((holds) => holds(value, run)).length === 1;
  },
} satisfies Part<Condition, FromSchema<typeof OF_CONDITIONS>>;
