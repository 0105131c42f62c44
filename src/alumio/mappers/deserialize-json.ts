import type { JSONSchema } from 'json-schema-to-ts';
import { parseJsonText } from '../../core/json-text.ts';
import type { MapValue, Part } from '../part.ts';
import { fromJson } from '../php/array.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'deserialize-json',
  summary: 'Reads the value that a JSON text holds.',
  options,
  create: (): MapValue => (value) => (typeof value === 'string' ? fromJson(parseJsonText(value)) : value),
} satisfies Part<MapValue>;
