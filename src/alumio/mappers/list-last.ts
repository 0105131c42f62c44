import type { JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'list-last',
  summary: 'Takes the last value of an array; null of an empty one.',
  options,
  create: (): MapValue => (value) => (value instanceof Map ? ([...value.values()].at(-1) ?? null) : value),
} satisfies Part<MapValue>;
