import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Json } from '../record.ts';
import { compileTemplate } from '../templates.ts';
import { listOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    items: { type: 'array', minItems: 1, description: 'Items to add: any values, with templates over the record.' },
    at: { enum: ['start', 'end'], default: 'end', description: 'Where they are added.' },
  },
  required: ['items'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'add-items',
  summary: 'Adds items to a list.',
  options,
  examples: [
    { options: { items: ['&{tag}'] }, input: ['a'], record: { tag: 'b' }, output: ['a', 'b'] },
    { options: { items: [0], at: 'start' }, input: [1], output: [0, 1] },
  ],
  create({ items, at }, { variable }) {
    const { evaluate } = compileTemplate(items as Json, { variables: variable, at: 'items' });
    return (value, record) => {
      const added = listOf(evaluate(record));
      return at === 'start' ? [...added, ...listOf(value)] : [...listOf(value), ...added];
    };
  },
} satisfies ValueStep<FromSchema<typeof options>>;
