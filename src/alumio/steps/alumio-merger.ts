import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../../core/component.ts';
import { transformEach } from '../../core/each-record.ts';
import type { Json } from '../../core/record.ts';
import { partContext } from '../part-context.ts';
import { fromJson, toRecord } from '../php/array.ts';
import { mergeDeep } from '../php/merge.ts';

const options = {
  type: 'object',
  properties: {
    template: { description: 'Values and placeholders over the result: { "response": "&{@}" }.' },
    steps: { type: 'array', items: { type: 'object' }, description: 'Steps on the copy.' },
  },
  required: ['template', 'steps'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'alumio-merger',
  summary: 'Runs steps on a copy of the record and merges what a template makes of their result into it.',
  options,
  examples: [
    {
      title: 'The result beside the record',
      options: { template: { item: '&{@}' }, steps: [{ type: 'map', fields: { sku: '&{code}' } }] },
      input: { code: 'A' },
      output: [{ code: 'A', item: { sku: 'A' } }],
    },
    {
      title: 'A part of it',
      options: { template: { sku: '&{sku}' }, steps: [{ type: 'map', fields: { sku: '&{code}', note: 'x' } }] },
      input: { code: 'A', sku: 'old' },
      output: [{ code: 'A', sku: 'A' }],
    },
  ],
  create({ template, steps }, context) {
    const fill = partContext(context).fill(template as Json, 'template');
    const chain = context.chain(steps, 'steps');
    return (record, run) =>
      transformEach(chain, [record], run, ([made = []]) =>
        made.map((result) => toRecord(mergeDeep(fromJson(record), fill(fromJson(result), run)))),
      );
  },
} satisfies Transformer<FromSchema<typeof options>>;
