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
  type: 'list-not-contains-match',
  summary: 'Holds for an array without a value for which all of its conditions hold.',
  options,
  create({ conditions }, context): Condition {
    const holds = context.conditions(conditions, 'conditions');
    return (list) => list instanceof Map && ![...list.values()].some((item) => holds(item));
  },
} satisfies Part<Condition, FromSchema<typeof options>>;
