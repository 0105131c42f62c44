import type { JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { listOf } from '../php/array.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'list-values',
  summary: 'Makes a list of the values of an array; the keys go.',
  options,
  create: (): MapValue => (value) => (value instanceof Map ? listOf(value.values()) : value),
} satisfies Part<MapValue>;
