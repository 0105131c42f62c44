import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { writeNumber } from '../numbers.ts';
import { numberOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    decimals: { type: 'integer', minimum: 0, maximum: 20, default: 2, description: 'How many decimals are written.' },
    decimalPoint: { type: 'string', maxLength: 3, default: '.', description: 'Mark before the decimals.' },
    thousands: { type: 'string', maxLength: 3, default: '', description: 'Mark between thousands.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'format-number',
  summary: 'Writes a number as text, with exactly so many decimals.',
  options,
  examples: [
    { options: {}, input: 1234.5, output: '1234.50' },
    { options: { decimalPoint: ',', thousands: '.' }, input: '1234567.891', output: '1.234.567,89' },
    { options: { decimals: 0 }, input: -0.5, output: '-1' },
    { options: {}, input: 'NaN', error: 'needs a number, not "NaN"' },
  ],
  create({ decimals, decimalPoint, thousands }) {
    return (value) => writeNumber(numberOf(value), decimals, decimalPoint, thousands);
  },
} satisfies ValueStep<FromSchema<typeof options>>;
