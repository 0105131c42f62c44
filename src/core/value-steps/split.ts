import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { textOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    by: { type: 'string', minLength: 1, description: 'Text between the parts.' },
    trim: { type: 'boolean', default: true, description: 'Takes white space off each part.' },
    keepEmpty: { type: 'boolean', default: false, description: 'Keeps parts that are empty.' },
  },
  required: ['by'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'split',
  summary: 'Makes a list of the parts of a text.',
  options,
  examples: [
    { options: { by: ',' }, input: 'vip, eu,', output: ['vip', 'eu'] },
    { options: { by: ';', trim: false, keepEmpty: true }, input: 'a; b;', output: ['a', ' b', ''] },
  ],
  create({ by, trim, keepEmpty }) {
    return (value) => {
      const parts = textOf(value).split(by);
      const trimmed = trim ? parts.map((part) => part.trim()) : parts;
      return keepEmpty ? trimmed : trimmed.filter((part) => part !== '');
    };
  },
} satisfies ValueStep<FromSchema<typeof options>>;
