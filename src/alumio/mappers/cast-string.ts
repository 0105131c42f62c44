import type { JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { toText } from '../php/scalars.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'cast-string',
  summary: 'Makes a value into a text, as PHP does: true is 1, false and null are nothing.',
  options,
  create: (): MapValue => toText,
} satisfies Part<MapValue>;
