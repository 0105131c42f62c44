import type { FromSchema } from 'json-schema-to-ts';
import type { Transformer } from '../../core/component.ts';
import { compilePatternTransfer, PATTERN_TRANSFER } from '../pattern-transfer.ts';

export default {
  type: 'alumio-pattern-move',
  summary: 'Moves the values that a pattern finds, as PHP does: other keys of a list stay as they are.',
  options: PATTERN_TRANSFER,
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
  create: (options, context) => compilePatternTransfer(options, { removes: true }, context),
} satisfies Transformer<FromSchema<typeof PATTERN_TRANSFER>>;
