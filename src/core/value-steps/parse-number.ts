import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { TransformError } from '../errors.ts';
import { readNumber } from '../numbers.ts';
import { shownValue, textOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    decimalPoint: {
      type: 'string',
      minLength: 1,
      maxLength: 1,
      default: '.',
      description: 'Mark before the decimals.',
    },
    thousands: {
      type: 'string',
      maxLength: 1,
      default: ',',
      description: 'Mark between thousands, which is passed over; spaces and apostrophes always are.',
    },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'parse-number',
  summary: 'Reads a number as people of a country write it.',
  options,
  examples: [
    { options: { decimalPoint: ',', thousands: '.' }, input: '1.234,50', output: 1234.5 },
    { options: {}, input: '1,234.5', output: 1234.5 },
    { options: {}, input: 'abc', error: 'finds no number in "abc"' },
  ],
  create({ decimalPoint, thousands }) {
    return (value) => {
      if (typeof value === 'number') return value;
      const text = textOf(value).replace(/[\s']/g, '');
      const plain = (thousands === '' ? text : text.replaceAll(thousands, '')).replace(decimalPoint, '.');
      const number = readNumber(plain);
      if (number === undefined) throw new TransformError(`finds no number in ${shownValue(value)}`);
      return number;
    };
  },
} satisfies ValueStep<FromSchema<typeof options>>;
