import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { compileKey, uniqueBy } from '../list-operations.ts';
import { listOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    by: {
      type: 'string',
      minLength: 1,
      description: 'Path inside the items to tell them apart by; without it all of them.',
    },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'unique',
  summary: 'Keeps the first of items that are equal.',
  options,
  examples: [
    { options: {}, input: ['a', 'b', 'a', 1, '1'], output: ['a', 'b', 1, '1'] },
    {
      options: { by: 'sku' },
      input: [
        { sku: 'A', n: 1 },
        { sku: 'A', n: 2 },
      ],
      output: [{ sku: 'A', n: 1 }],
    },
  ],
  create({ by }) {
    const keyOf = compileKey(by);
    return (value) => uniqueBy(listOf(value), keyOf);
  },
} satisfies ValueStep<FromSchema<typeof options>>;
