import type { JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { toText } from '../php/scalars.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'encode-base64',
  summary: 'Writes a text as base64.',
  options,
  create: (): MapValue => (value) => Buffer.from(toText(value)).toString('base64'),
} satisfies Part<MapValue>;
