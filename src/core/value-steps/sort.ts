import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { compileSort } from '../list-operations.ts';
import { listOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    by: {
      type: 'string',
      minLength: 1,
      description: 'Path inside the items to sort by; without it the items themselves.',
    },
    order: { enum: ['ascending', 'descending'], default: 'ascending', description: 'Which comes first.' },
    numeric: { type: 'boolean', default: false, description: 'Takes texts that are numbers as numbers.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'sort',
  summary: 'Puts a list in order; items without a value come last.',
  options,
  examples: [
    { options: {}, input: [10, 9, null, 1], output: [1, 9, 10, null] },
    {
      options: { by: 'price', order: 'descending', numeric: true },
      input: [{ price: '9' }, { price: '10' }],
      output: [{ price: '10' }, { price: '9' }],
    },
  ],
  create({ by, order, numeric }) {
    const sort = compileSort(by, order, numeric);
    return (value) => sort(listOf(value));
  },
} satisfies ValueStep<FromSchema<typeof options>>;
