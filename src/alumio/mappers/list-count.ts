import type { JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'list-count',
  summary: 'Counts the values of an array.',
  options,
  create: (): MapValue => (value) => (value instanceof Map ? value.size : value),
} satisfies Part<MapValue>;
