import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Json } from '../record.ts';
import { compileTemplate } from '../templates.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    value: { description: 'Value to take: any value, with templates over the record in its texts.' },
    when: {
      enum: ['null', 'empty'],
      default: 'null',
      description: 'null: where the value is missing or null; empty: also for "", [] and {}.',
    },
  },
  required: ['value'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'default',
  summary: 'Takes another value where there is none.',
  options,
  handlesNull: true,
  examples: [
    { options: { value: 'none' }, input: null, output: 'none' },
    { options: { value: '&{email}', when: 'empty' }, input: '', record: { email: 'a@b.c' }, output: 'a@b.c' },
    { options: { value: 3 }, input: 0, output: 0 },
  ],
  create({ value: given, when }, { variable }) {
    const { evaluate } = compileTemplate(given as Json, { variables: variable, at: 'value' });
    return (value, record) => (value === null || (when === 'empty' && isEmpty(value)) ? evaluate(record) : value);
  },
} satisfies ValueStep<FromSchema<typeof options>>;

function isEmpty(value: Json): boolean {
  return value === '' || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
}
