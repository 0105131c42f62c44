import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { textOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    separator: { type: 'string', maxLength: 3, default: '-', description: 'What stands between words.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'slug',
  summary: 'Makes a text fit for addresses and keys: small letters, digits and separators.',
  options,
  examples: [
    { options: {}, input: 'Crème Brûlée & Œufs!', output: 'creme-brulee-oeufs' },
    { options: { separator: '_' }, input: ' Größe (cm) ', output: 'grosse_cm' },
  ],
  create({ separator }) {
    return (value) => {
      const plain = textOf(value)
        .normalize('NFKD')
        .replace(/\p{M}/gu, '')
        .toLowerCase()
        .replace(/[ßæœøłđþð]/g, (letter) => LETTERS[letter] ?? letter);
      return (plain.match(/[a-z0-9]+/g) ?? []).join(separator);
    };
  },
} satisfies ValueStep<FromSchema<typeof options>>;

/** Letters that are no letter with a mark. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  þ: 'th',
  ð: 'd',
};
