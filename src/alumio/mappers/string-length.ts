import type { JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { toText } from '../php/scalars.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'string-length',
  summary: 'Counts the characters of a text.',
  options,
  create: (): MapValue => (value) => Array.from(toText(value)).length,
} satisfies Part<MapValue>;
