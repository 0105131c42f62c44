import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../../core/component.ts';
import { partContext } from '../part-context.ts';
import { CONDITIONS } from '../part.ts';
import { phpStep } from '../php-step.ts';
import { compileTransfer } from '../php/transfer.ts';

const options = {
  type: 'object',
  properties: {
    pattern: { type: 'string', minLength: 1, description: 'Pattern of the values: "products.*.name".' },
    replacement: {
      type: 'string',
      description: 'Path where they go; "$1" is what the first "*" stood for: "names.$1".',
    },
    conditions: CONDITIONS,
  },
  required: ['pattern', 'replacement'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'alumio-pattern-copy',
  summary: 'Copies the values that a pattern finds, as PHP does: other keys of a list stay as they are.',
  options,
  examples: [
    {
      title: 'Names of all products',
      options: { pattern: 'products.*.name', replacement: 'names.$1' },
      input: { products: [{ name: 'Pen' }, { name: 'Ink' }] },
      output: [{ products: [{ name: 'Pen' }, { name: 'Ink' }], names: ['Pen', 'Ink'] }],
    },
    {
      title: 'A gap in a list makes an object of it',
      options: { pattern: 'list.1', replacement: 'other.1' },
      input: { list: ['a', 'b', 'c'] },
      output: [{ list: ['a', 'b', 'c'], other: { '1': 'b' } }],
    },
    {
      title: 'What is not there is passed over',
      options: { pattern: 'price', replacement: 'prices' },
      input: { id: 7 },
      output: [{ id: 7 }],
    },
  ],
  create({ pattern, replacement, conditions }, context) {
    return phpStep(
      compileTransfer(
        { pattern, replacement, removes: false },
        partContext(context).conditions(conditions, 'conditions'),
      ),
    );
  },
} satisfies Transformer<FromSchema<typeof options>>;
