import type { JSONSchema } from 'json-schema-to-ts';
import { listOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'reverse',
  summary: 'Turns the order of a list around.',
  options,
  examples: [
    { options: {}, input: [1, 2, 3], output: [3, 2, 1] },
    { options: {}, input: [], output: [] },
  ],
  create() {
    return (value) => listOf(value).toReversed();
  },
} satisfies ValueStep;
