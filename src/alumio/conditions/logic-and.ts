import type { FromSchema } from 'json-schema-to-ts';
import { type Condition, OF_CONDITIONS, type Part } from '../part.ts';

export default {
  type: 'logic-and',
  summary: 'Holds where all of its conditions do.',
  options: OF_CONDITIONS,
  create({ conditions }, context): Condition {
    const parts = conditions.map((condition, index) => context.conditions([condition], `conditions[${index}]`));
    return (value, run) => parts.every((holds) => holds(value, run));
  },
} satisfies Part<Condition, FromSchema<typeof OF_CONDITIONS>>;
