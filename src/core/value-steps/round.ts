import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { ROUNDING_MODES, roundTo } from '../numbers.ts';
import { numberOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    decimals: {
      type: 'integer',
      minimum: -15,
      maximum: 15,
      default: 0,
      description: 'How many decimals remain; -2 rounds to hundreds.',
    },
    mode: {
      enum: ROUNDING_MODES,
      default: 'nearest',
      description: 'nearest takes halves away from zero, half-even to the even digit.',
    },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'round',
  summary: 'Rounds a number.',
  options,
  examples: [
    { options: { decimals: 2 }, input: 1.005, output: 1.01 },
    { options: { mode: 'up' }, input: '2.1', output: 3 },
    { options: { decimals: -2 }, input: 1250, output: 1300 },
    { options: { mode: 'half-even' }, input: 2.5, output: 2 },
  ],
  create({ decimals, mode }) {
    return (value) => roundTo(numberOf(value), decimals, mode);
  },
} satisfies ValueStep<FromSchema<typeof options>>;
