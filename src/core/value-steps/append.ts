import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { compileTemplate } from '../templates.ts';
import { checkTextLength, textOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    text: { type: 'string', minLength: 1, description: 'What is put after it; may be a template over the record.' },
  },
  required: ['text'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'append',
  summary: 'Puts a text after the value.',
  options,
  examples: [
    { options: { text: ' kg' }, input: 2.5, output: '2.5 kg' },
    { options: { text: ' &{unit}' }, input: 4, record: { unit: 'pcs' }, output: '4 pcs' },
  ],
  create({ text }, { variable }) {
    const { evaluate } = compileTemplate(text, { variables: variable, at: 'text' });
    return (value, record) => {
      const parts = [textOf(value), textOf(evaluate(record))] as const;
      checkTextLength(parts[0].length + parts[1].length);
      return parts[0] + parts[1];
    };
  },
} satisfies ValueStep<FromSchema<typeof options>>;
