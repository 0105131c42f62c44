import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { compileCondition, WHEN } from '../conditions.ts';
import { listOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: { when: WHEN },
  required: ['when'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'filter',
  summary: 'Keeps the items of a list for which a condition holds; the item itself is the field "@".',
  options,
  examples: [
    {
      options: { when: { field: 'active', equals: true } },
      input: [{ id: 1, active: true }, { id: 2 }],
      output: [{ id: 1, active: true }],
    },
    { options: { when: { field: '@', greaterThan: 2 } }, input: [1, 2, 3], output: [3] },
  ],
  create({ when }) {
    const holds = compileCondition(when, 'when');
    return (value) => listOf(value).filter(holds);
  },
} satisfies ValueStep<FromSchema<typeof options>>;
