import type { JSONSchema } from 'json-schema-to-ts';
import { listOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'first',
  summary: 'Takes the first item of a list; nothing of an empty one.',
  options,
  examples: [
    { options: {}, input: ['a', 'b'], output: 'a' },
    { options: {}, input: [] },
  ],
  create() {
    return (value) => listOf(value)[0];
  },
} satisfies ValueStep;
