import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { flattenList } from '../list-operations.ts';
import { listOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    depth: {
      type: 'integer',
      minimum: 1,
      maximum: 100,
      default: 1,
      description: 'How many levels of lists are opened.',
    },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'flatten',
  summary: 'Lifts the items of lists inside a list out of them.',
  options,
  examples: [
    { options: {}, input: [1, [2, [3]]], output: [1, 2, [3]] },
    { options: { depth: 2 }, input: [1, [2, [3]]], output: [1, 2, 3] },
  ],
  create({ depth }) {
    return (value) => flattenList(listOf(value), depth);
  },
} satisfies ValueStep<FromSchema<typeof options>>;
