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
  type: 'alumio-pattern-move',
  summary: 'Moves the values that a pattern finds, as PHP does: other keys of a list stay as they are.',
  options,
  examples: [
    {
      title: 'A field into an object',
      options: { pattern: 'code', replacement: 'variant.code' },
      input: { id: 7, code: 'A' },
      output: [{ id: 7, variant: { code: 'A' } }],
    },
    {
      title: 'A gap in a list makes an object of it',
      options: { pattern: 'list.1', replacement: 'other' },
      input: { list: ['a', 'b', 'c'] },
      output: [{ list: { '0': 'a', '2': 'c' }, other: 'b' }],
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
        { pattern, replacement, removes: true },
        partContext(context).conditions(conditions, 'conditions'),
      ),
    );
  },
} satisfies Transformer<FromSchema<typeof options>>;
