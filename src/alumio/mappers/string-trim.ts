import type { JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { toText } from '../php/scalars.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'string-trim',
  summary: 'Takes white space off the ends of a text.',
  options,
  create: (): MapValue => (value) => toText(value).replace(/^[ \t\n\r\0\v]+|[ \t\n\r\0\v]+$/g, ''),
} satisfies Part<MapValue>;
