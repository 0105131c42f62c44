import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Condition, Part } from '../part.ts';
import { textComparison } from '../php/text-comparison.ts';

const options = {
  type: 'object',
  properties: {
    value: { type: 'string', description: 'Text to look for; upper and lower case differ.' },
  },
  required: ['value'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'string-starts-with',
  summary: 'Holds for a text that begins with this one.',
  options,
  create: ({ value: wanted }): Condition => textComparison((text) => text.startsWith(wanted)),
} satisfies Part<Condition, FromSchema<typeof options>>;
