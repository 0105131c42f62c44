import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Condition, Part } from '../part.ts';
import { compilePcre } from '../php/pcre.ts';
import { textComparison } from '../php/text-comparison.ts';

const options = {
  type: 'object',
  properties: {
    pattern: { type: 'string', minLength: 1, description: 'Expression between delimiters, with flags: /^a-[0-9]+$/i' },
  },
  required: ['pattern'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'string-not-regex',
  summary: 'Holds for a text that a regular expression does not match; it runs in linear time, without look-around.',
  options,
  create({ pattern }): Condition {
    const matches = compilePcre(pattern);
    return textComparison((text) => !matches(text));
  },
} satisfies Part<Condition, FromSchema<typeof options>>;
