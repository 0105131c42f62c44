import type { JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { toText } from '../php/scalars.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'string-lower',
  summary: 'Writes a text in small letters.',
  options,
  create: (): MapValue => (value) => toText(value).toLowerCase(),
} satisfies Part<MapValue>;
