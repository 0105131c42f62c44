import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../../core/component.ts';
import { transformEach } from '../../core/each-record.ts';
import { onlyOne } from '../only-one.ts';

const options = {
  type: 'object',
  properties: {
    steps: { type: 'array', items: { type: 'object' }, description: 'Steps to run.' },
  },
  required: ['steps'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'alumio-list-transformer-wrapper',
  summary: 'Runs steps that have to make exactly one record.',
  options,
  examples: [
    {
      title: 'One record',
      options: { steps: [{ type: 'keep', fields: ['id'] }] },
      input: { id: 7, note: 'x' },
      output: [{ id: 7 }],
    },
    {
      title: 'None fails the record',
      options: { steps: [{ type: 'filter', when: { field: 'id', exists: false } }] },
      input: { id: 7 },
      error: 'made 0 records',
    },
  ],
  create({ steps }, context) {
    const chain = context.chain(steps, 'steps');
    return (record, run) => transformEach(chain, [record], run, ([made = []]) => [onlyOne(made)]);
  },
} satisfies Transformer<FromSchema<typeof options>>;
