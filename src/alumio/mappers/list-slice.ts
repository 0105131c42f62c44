import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { arrayMerge } from '../php/merge.ts';

const options = {
  type: 'object',
  properties: {
    offset: { type: 'integer', default: 0, description: 'First place, counted from 0; negative counts from the end.' },
    length: {
      type: ['integer', 'null'],
      default: null,
      description: 'How many values; negative leaves out so many at the end.',
    },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'list-slice',
  summary: 'Takes a part of an array, by places; keys that are numbers are given anew.',
  options,
  create({ offset, length }): MapValue {
    return (value) => {
      if (!(value instanceof Map)) return value;
      const from = offset < 0 ? Math.max(0, value.size + offset) : offset;
      const end = length === null ? undefined : length < 0 ? length : from + length;
      return arrayMerge([new Map([...value].slice(from, end))]);
    };
  },
} satisfies Part<MapValue, FromSchema<typeof options>>;
