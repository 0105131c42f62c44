import type { JSONSchema } from 'json-schema-to-ts';
import { objectOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'keys',
  summary: 'Makes a list of the keys of an object.',
  options,
  examples: [
    { options: {}, input: { a: 1, b: 2 }, output: ['a', 'b'] },
    { options: {}, input: [1], error: 'needs an object, not a list' },
  ],
  create() {
    return (value) => Object.keys(objectOf(value));
  },
} satisfies ValueStep;
