import type { JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { keyValue, listOf } from '../php/array.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'list-keys',
  summary: 'Makes a list of the keys of an array; whole numbers come as numbers.',
  options,
  create: (): MapValue => (value) => (value instanceof Map ? listOf([...value.keys()].map(keyValue)) : value),
} satisfies Part<MapValue>;
