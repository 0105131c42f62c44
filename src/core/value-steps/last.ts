import type { JSONSchema } from 'json-schema-to-ts';
import { listOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'last',
  summary: 'Takes the last item of a list; nothing of an empty one.',
  options,
  examples: [
    { options: {}, input: ['a', 'b'], output: 'b' },
    { options: {}, input: 'ab', error: 'needs a list, not a text' },
  ],
  create() {
    return (value) => listOf(value).at(-1);
  },
} satisfies ValueStep;
