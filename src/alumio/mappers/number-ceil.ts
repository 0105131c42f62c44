import type { JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { toFloat } from '../php/scalars.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'number-ceil',
  summary: 'Rounds a number up.',
  options,
  create: (): MapValue => (value) => Math.ceil(toFloat(value)),
} satisfies Part<MapValue>;
