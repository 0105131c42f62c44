import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { textOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    to: {
      enum: ['lower', 'upper', 'first-upper', 'first-lower', 'title', 'camel', 'snake', 'kebab'],
      description:
        'How letters are written; camel, snake and kebab make one word of several: orderId, order_id, order-id.',
    },
  },
  required: ['to'],
  additionalProperties: false,
} as const satisfies JSONSchema;

type Case = FromSchema<typeof options>['to'];

export default {
  type: 'case',
  summary: 'Changes between lower case, upper case and other ways to write words.',
  options,
  examples: [
    { options: { to: 'upper' }, input: 'de', output: 'DE' },
    { options: { to: 'title' }, input: 'new york', output: 'New York' },
    { options: { to: 'snake' }, input: 'Order Line-Id', output: 'order_line_id' },
    { options: { to: 'camel' }, input: 'order_line_id', output: 'orderLineId' },
  ],
  create({ to }) {
    const change = CASES[to];
    return (value) => change(textOf(value));
  },
} satisfies ValueStep<FromSchema<typeof options>>;

const CASES: Readonly<Record<Case, (text: string) => string>> = {
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  'first-upper': capital,
  'first-lower': (text) => text.charAt(0).toLowerCase() + text.slice(1),
  title: (text) => text.replace(/[\p{L}\p{N}']+/gu, (word) => capital(word.toLowerCase())),
  camel: (text) =>
    wordsOf(text)
      .map((word, index) => (index === 0 ? word : capital(word)))
      .join(''),
  snake: (text) => wordsOf(text).join('_'),
  kebab: (text) => wordsOf(text).join('-'),
};

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Words in lower case; a capital after a small letter begins a new one. */
function wordsOf(text: string): string[] {
  const spaced = text.replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2');
  return spaced.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
