import type { JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { toText } from '../php/scalars.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'decode-base64',
  summary: 'Reads a text from base64.',
  options,
  create: (): MapValue => (value) => Buffer.from(toText(value), 'base64').toString(),
} satisfies Part<MapValue>;
