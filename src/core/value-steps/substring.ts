import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { checkTextLength, textOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    start: {
      type: 'integer',
      default: 0,
      description: 'First character, counted from 0; negative counts from the end.',
    },
    length: { type: 'integer', minimum: 0, description: 'How many characters at most; without it all that follow.' },
    ellipsis: {
      type: 'string',
      default: '',
      description: 'Stands at the end of a text that was cut there, and counts towards the length.',
    },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'substring',
  summary: 'Takes a part of a text, by places.',
  options,
  examples: [
    { options: { start: 0, length: 5 }, input: 'Printer jam', output: 'Print' },
    { options: { start: -4 }, input: 'INC-4711', output: '4711' },
    { options: { length: 8, ellipsis: '…' }, input: 'Printer jam', output: 'Printer…' },
  ],
  create({ start, length, ellipsis }) {
    return (value) => {
      const text = textOf(value);
      checkTextLength(text.length);
      // Code points, so that no character is cut in two.
      const characters = Array.from(text).slice(start);
      if (length === undefined || characters.length <= length) return characters.join('');
      const kept = Math.max(length - Array.from(ellipsis).length, 0);
      return characters.slice(0, kept).join('') + ellipsis;
    };
  },
} satisfies ValueStep<FromSchema<typeof options>>;
