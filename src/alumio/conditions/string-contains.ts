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
  type: 'string-contains',
  summary: 'Holds for a text with this one in it.',
  options,
  create: ({ value: wanted }): Condition => textComparison((text) => text.includes(wanted)),
} satisfies Part<Condition, FromSchema<typeof options>>;
