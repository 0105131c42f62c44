import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { type Filter, PART, type Part } from '../part.ts';

const options = {
  type: 'object',
  properties: {
    filter: { ...PART, description: 'Condition that must not hold.' },
  },
  required: ['filter'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'not-condition',
  summary: 'Holds where its condition does not.',
  options,
  create({ filter }, context): Filter {
    const inner = context.filters([filter], 'filter');
    return (root, run) => {
      const holds = inner(root, run);
      return holds instanceof Promise ? holds.then((each) => !each) : !holds;
    };
  },
} satisfies Part<Filter, FromSchema<typeof options>>;
