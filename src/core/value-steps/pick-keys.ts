import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { objectOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    keys: { type: 'array', minItems: 1, items: { type: 'string' }, description: 'Keys that stay; all others go.' },
  },
  required: ['keys'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'pick-keys',
  summary: 'Keeps some keys of an object.',
  options,
  examples: [
    { options: { keys: ['id', 'name'] }, input: { id: 1, name: 'A', note: 'x' }, output: { id: 1, name: 'A' } },
    { options: { keys: ['id'] }, input: {}, output: {} },
  ],
  create({ keys }) {
    const kept = new Set(keys);
    return (value) => Object.fromEntries(Object.entries(objectOf(value)).filter(([key]) => kept.has(key)));
  },
} satisfies ValueStep<FromSchema<typeof options>>;
