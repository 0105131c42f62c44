import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { textOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    characters: {
      type: 'string',
      minLength: 1,
      description: 'Characters to take off, each on its own; without it white space.',
    },
    side: { enum: ['both', 'start', 'end'], default: 'both', description: 'Which ends of the text are trimmed.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'trim',
  summary: 'Takes white space, or characters of your choice, off the ends of a text.',
  options,
  examples: [
    { options: {}, input: '  Printer \n', output: 'Printer' },
    { options: { characters: '0', side: 'start' }, input: '000420', output: '420' },
  ],
  create({ characters, side }) {
    const isTrimmed = characters === undefined ? isSpace : (character: string) => characters.includes(character);
    return (value) => {
      const text = textOf(value);
      let start = 0;
      let end = text.length;
      // By hand: a pattern such as [0]+$ takes quadratic time.
      if (side !== 'end') while (start < end && isTrimmed(text.charAt(start))) start += 1;
      if (side !== 'start') while (end > start && isTrimmed(text.charAt(end - 1))) end -= 1;
      return text.slice(start, end);
    };
  },
} satisfies ValueStep<FromSchema<typeof options>>;

function isSpace(character: string): boolean {
  return character.trim() === '';
}
