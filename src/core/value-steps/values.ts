import type { JSONSchema } from 'json-schema-to-ts';
import type { ValueStep } from '../value-step.ts';
import { listOf, objectOf } from '../value-kinds.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'values',
  summary: 'Makes a list of the values of an object; a list stays as it is.',
  options,
  examples: [
    { options: {}, input: { a: 1, b: 2 }, output: [1, 2] },
    { options: {}, input: [1], output: [1] },
  ],
  create() {
    return (value) => (Array.isArray(value) ? listOf(value) : Object.values(objectOf(value)));
  },
} satisfies ValueStep;
