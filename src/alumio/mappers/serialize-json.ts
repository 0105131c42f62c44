import type { JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { toJson } from '../php/array.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'serialize-json',
  summary: 'Writes a value as JSON.',
  options,
  create: (): MapValue => (value) => JSON.stringify(toJson(value)),
} satisfies Part<MapValue>;
