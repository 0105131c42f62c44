import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Json } from '../../core/record.ts';
import type { MapValue, Part } from '../part.ts';
import { fromJson, type PhpArray } from '../php/array.ts';

const options = {
  type: 'object',
  properties: {
    array: { type: ['object', 'array'], description: 'Array with the keys that stay; its values do not matter.' },
  },
  required: ['array'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'list-intersect-keys',
  summary: 'Keeps the keys of an array that another one has, too.',
  options,
  create({ array }): MapValue {
    const kept = fromJson(array as Json) as PhpArray;
    return (value) => (value instanceof Map ? new Map([...value].filter(([key]) => kept.has(key))) : value);
  },
} satisfies Part<MapValue, FromSchema<typeof options>>;
