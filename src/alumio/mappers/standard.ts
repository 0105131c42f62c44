import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Json } from '../../core/record.ts';
import type { MapValue, Part } from '../part.ts';
import { copyOf, fromJson } from '../php/array.ts';
import { isIdentical } from '../php/compare.ts';

const options = {
  type: 'object',
  properties: {
    from: { default: null, description: 'Value that is replaced.' },
    to: { default: null, description: 'Value in its place.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'standard',
  summary: 'Replaces one value by another.',
  options,
  create({ from, to }): MapValue {
    const [wanted, replaced] = [fromJson((from ?? null) as Json), fromJson((to ?? null) as Json)];
    return (value) => (isIdentical(value, wanted) ? copyOf(replaced) : value);
  },
} satisfies Part<MapValue, FromSchema<typeof options>>;
