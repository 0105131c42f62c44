import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { listOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    start: { type: 'integer', default: 0, description: 'First item, counted from 0; negative counts from the end.' },
    count: { type: 'integer', minimum: 0, description: 'How many items at most; without it all that follow.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'slice',
  summary: 'Takes some items of a list, by places.',
  options,
  examples: [
    { options: { count: 2 }, input: [1, 2, 3], output: [1, 2] },
    { options: { start: -1 }, input: [1, 2, 3], output: [3] },
  ],
  create({ start, count }) {
    return (value) => {
      const rest = listOf(value).slice(start);
      return count === undefined ? rest : rest.slice(0, count);
    };
  },
} satisfies ValueStep<FromSchema<typeof options>>;
