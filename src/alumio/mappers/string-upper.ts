import type { JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { toText } from '../php/scalars.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'string-upper',
  summary: 'Writes a text in capital letters.',
  options,
  create: (): MapValue => (value) => toText(value).toUpperCase(),
} satisfies Part<MapValue>;
