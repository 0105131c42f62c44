import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { compileTemplate } from '../templates.ts';
import { checkTextLength, textOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    text: { type: 'string', minLength: 1, description: 'What is put before it; may be a template over the record.' },
  },
  required: ['text'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'prepend',
  summary: 'Puts a text before the value.',
  options,
  examples: [
    { options: { text: '#' }, input: 7, output: '#7' },
    { options: { text: '&{country}-' }, input: '10115', record: { country: 'DE' }, output: 'DE-10115' },
  ],
  create({ text }, { variable }) {
    const { evaluate } = compileTemplate(text, { variables: variable, at: 'text' });
    return (value, record) => {
      const parts = [textOf(evaluate(record)), textOf(value)] as const;
      checkTextLength(parts[0].length + parts[1].length);
      return parts[0] + parts[1];
    };
  },
} satisfies ValueStep<FromSchema<typeof options>>;
