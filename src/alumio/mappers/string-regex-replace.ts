import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { compilePcreReplacement } from '../php/pcre.ts';
import { toText } from '../php/scalars.ts';

const options = {
  type: 'object',
  properties: {
    pattern: { type: 'string', minLength: 1, description: 'Expression between delimiters, with flags: /[^0-9]+/i' },
    replacement: {
      type: 'string',
      default: '',
      description: 'What takes its place; $1 is the first group, $0 the match.',
    },
  },
  required: ['pattern'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'string-regex-replace',
  summary: 'Replaces what a regular expression matches; it runs in linear time, without look-around.',
  options,
  create({ pattern, replacement }): MapValue {
    const replace = compilePcreReplacement(pattern, replacement);
    return (value) => replace(toText(value));
  },
} satisfies Part<MapValue, FromSchema<typeof options>>;
