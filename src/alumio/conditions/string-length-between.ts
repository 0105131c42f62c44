import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Condition, Part } from '../part.ts';
import { toText } from '../php/scalars.ts';

const options = {
  type: 'object',
  properties: {
    min: { type: ['integer', 'null'], default: null, description: 'Fewest characters; none by default.' },
    max: { type: ['integer', 'null'], default: null, description: 'Most characters; any number by default.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'string-length-between',
  summary: 'Holds for a text of so many characters.',
  options,
  create({ min, max }): Condition {
    return (value) => {
      if (value instanceof Map) return false;
      const length = Array.from(toText(value)).length;
      return length >= (min ?? 0) && length <= (max ?? Infinity);
    };
  },
} satisfies Part<Condition, FromSchema<typeof options>>;
