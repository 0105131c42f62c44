import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { toText } from '../php/scalars.ts';

const options = {
  type: 'object',
  properties: {
    start: {
      type: 'integer',
      default: 0,
      description: 'First character, counted from 0; negative counts from the end.',
    },
    length: {
      type: ['integer', 'null'],
      default: null,
      description: 'How many characters; negative leaves out so many at the end.',
    },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'string-cut',
  summary: 'Takes a part of a text, by places.',
  options,
  create({ start, length }): MapValue {
    return (value) => {
      const characters = Array.from(toText(value));
      const from = start < 0 ? Math.max(0, characters.length + start) : start;
      const end = length === null ? undefined : length < 0 ? length : from + length;
      return characters.slice(from, end).join('');
    };
  },
} satisfies Part<MapValue, FromSchema<typeof options>>;
