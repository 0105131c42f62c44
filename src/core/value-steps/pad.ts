import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { textOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    length: { type: 'integer', minimum: 1, maximum: 10_000, description: 'Length that the text has at least.' },
    with: { type: 'string', minLength: 1, default: ' ', description: 'What it is filled up with.' },
    side: { enum: ['start', 'end'], default: 'start', description: 'Where it is filled up.' },
  },
  required: ['length'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'pad',
  summary: 'Fills a text up to a length.',
  options,
  examples: [
    { options: { length: 6, with: '0' }, input: 420, output: '000420' },
    { options: { length: 5, with: '.', side: 'end' }, input: 'ab', output: 'ab...' },
  ],
  create({ length, with: filler, side }) {
    return (value) => {
      const text = textOf(value);
      return side === 'start' ? text.padStart(length, filler) : text.padEnd(length, filler);
    };
  },
} satisfies ValueStep<FromSchema<typeof options>>;
