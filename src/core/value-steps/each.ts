import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { listOf } from '../value-kinds.ts';
import { VALUE_STEPS, type ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: { steps: VALUE_STEPS },
  required: ['steps'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'each',
  summary: 'Applies value steps to each item of a list; an item that becomes nothing is left out.',
  options,
  examples: [
    { options: { steps: [{ type: 'trim' }, { type: 'case', to: 'upper' }] }, input: [' a', 'b '], output: ['A', 'B'] },
    {
      options: { steps: [{ type: 'lookup', table: { a: 1 }, noMatch: 'omit' }] },
      input: ['a', 'b', 'a'],
      output: [1, 1],
    },
  ],
  create({ steps: given }, { steps }) {
    const apply = steps(given, 'steps');
    return (value, record) =>
      listOf(value)
        .map((item) => apply(item, record))
        .filter((item) => item !== undefined);
  },
} satisfies ValueStep<FromSchema<typeof options>>;
