import type { FromSchema } from 'json-schema-to-ts';
import { type Condition, OF_CONDITIONS, type Part } from '../part.ts';

export default {
  type: 'list-not-contains-match',
  summary: 'Holds for an array without a value for which all of its conditions hold.',
  options: OF_CONDITIONS,
  create({ conditions }, context): Condition {
    const holds = context.conditions(conditions, 'conditions');
    return (list, run) => list instanceof Map && ![...list.values()].some((item) => holds(item, run));
  },
} satisfies Part<Condition, FromSchema<typeof OF_CONDITIONS>>;
