import type { JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { toInteger } from '../php/scalars.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'cast-int',
  summary: 'Makes a value into a whole number: that which it begins with, else 0.',
  options,
  create: (): MapValue => toInteger,
} satisfies Part<MapValue>;
