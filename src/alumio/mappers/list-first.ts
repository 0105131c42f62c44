import type { JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'list-first',
  summary: 'Takes the first value of an array; null of an empty one.',
  options,
  create: (): MapValue => (value) => (value instanceof Map ? ([...value.values()][0] ?? null) : value),
} satisfies Part<MapValue>;
