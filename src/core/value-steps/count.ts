import type { JSONSchema } from 'json-schema-to-ts';
import type { ValueStep } from '../value-step.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'count',
  summary: 'Counts the items of a list, the fields of an object, or the characters of a text.',
  options,
  examples: [
    { options: {}, input: ['a', 'b'], output: 2 },
    { options: {}, input: 'Größe', output: 5 },
  ],
  create() {
    return (value) => {
      if (typeof value === 'object' && value !== null) return Object.keys(value).length;
      return Array.from(String(value)).length;
    };
  },
} satisfies ValueStep;
