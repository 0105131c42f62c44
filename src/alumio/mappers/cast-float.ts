import type { JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { toFloat } from '../php/scalars.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'cast-float',
  summary: 'Makes a value into a number: that which it begins with, else 0.',
  options,
  create: (): MapValue => toFloat,
} satisfies Part<MapValue>;
