import type { JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { toFloat } from '../php/scalars.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'list-sum',
  summary: 'Adds the values of an array up.',
  options,
  create: (): MapValue => (value) =>
    value instanceof Map ? [...value.values()].reduce<number>((sum, item) => sum + toFloat(item), 0) : value,
} satisfies Part<MapValue>;
