import type { JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { listOf } from '../php/array.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'cast-array',
  summary: 'Makes an array of a value: one that is none becomes its only item, null an empty one.',
  options,
  create: (): MapValue => (value) => (value instanceof Map ? value : listOf(value === null ? [] : [value])),
} satisfies Part<MapValue>;
