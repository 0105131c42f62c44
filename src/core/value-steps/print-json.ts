import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { checkTextLength } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    indent: {
      type: 'integer',
      minimum: 0,
      maximum: 8,
      default: 0,
      description: 'Spaces for each level; 0 is one line.',
    },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'print-json',
  summary: 'Writes a value as a JSON text.',
  options,
  examples: [
    { options: {}, input: { a: [1, null] }, output: '{"a":[1,null]}' },
    { options: {}, input: 'x', output: '"x"' },
  ],
  create({ indent }) {
    return (value) => {
      const text = JSON.stringify(value, undefined, indent);
      checkTextLength(text.length);
      return text;
    };
  },
} satisfies ValueStep<FromSchema<typeof options>>;
