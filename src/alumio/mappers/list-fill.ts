import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { copyOf } from '../php/array.ts';

const options = {
  type: 'object',
  properties: {
    start: { type: 'integer', default: 0, description: 'First key.' },
    length: { type: 'integer', minimum: 0, maximum: 10000, description: 'How many times.' },
  },
  required: ['length'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'list-fill',
  summary: 'Makes an array that holds the value several times.',
  options,
  create({ start, length }): MapValue {
    return (value) => new Map(Array.from({ length }, (_, index) => [String(start + index), copyOf(value)]));
  },
} satisfies Part<MapValue, FromSchema<typeof options>>;
