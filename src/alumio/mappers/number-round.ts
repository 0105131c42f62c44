import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { formatFixed } from '../php/number-format.ts';
import { toFloat } from '../php/scalars.ts';

const options = {
  type: 'object',
  properties: {
    precision: { type: 'integer', minimum: 0, maximum: 15, default: 0, description: 'How many decimals stay.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'number-round',
  summary: 'Rounds a number; halves go away from zero.',
  options,
  create({ precision }): MapValue {
    const form = { decimals: precision, decimalPoint: '.', thousands: '' };
    return (value) => Number(formatFixed(toFloat(value), form));
  },
} satisfies Part<MapValue, FromSchema<typeof options>>;
