import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { formatFixed } from '../php/number-format.ts';
import { toFloat } from '../php/scalars.ts';

const options = {
  type: 'object',
  properties: {
    decimals: { type: 'integer', minimum: 0, maximum: 20, default: 0, description: 'How many.' },
    decimalPoint: { type: 'string', default: '.', description: 'Mark before them.' },
    thousandsSeparator: { type: 'string', default: '', description: 'Mark between thousands.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'format-number',
  summary: 'Writes a number with so many decimals.',
  options,
  create({ decimals, decimalPoint, thousandsSeparator }): MapValue {
    return (value) => formatFixed(toFloat(value), { decimals, decimalPoint, thousands: thousandsSeparator });
  },
} satisfies Part<MapValue, FromSchema<typeof options>>;
