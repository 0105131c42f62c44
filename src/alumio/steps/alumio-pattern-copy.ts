import type { FromSchema } from 'json-schema-to-ts';
import type { Transformer } from '../../core/component.ts';
import { compilePatternTransfer, PATTERN_TRANSFER } from '../pattern-transfer.ts';

export default {
  type: 'alumio-pattern-copy',
  summary: 'Copies the values that a pattern finds, as PHP does: other keys of a list stay as they are.',
  options: PATTERN_TRANSFER,
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
  create: (options, context) => compilePatternTransfer(options, { removes: false }, context),
} satisfies Transformer<FromSchema<typeof PATTERN_TRANSFER>>;
