import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { compileMoves, MOVE_PROPERTIES } from '../core/field-moves.ts';
import { RecordDraft } from '../core/record-draft.ts';

const options = {
  type: 'object',
  properties: MOVE_PROPERTIES,
  required: ['fields'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'copy',
  summary: 'Copies fields to other places in the record.',
  options,
  examples: [
    {
      title: 'Copies a nested field to the top',
      options: { fields: { 'client.id': 'customerId' } },
      input: { client: { id: 12 } },
      output: [{ client: { id: 12 }, customerId: 12 }],
    },
    {
      title: 'A pattern: one list of the names of all products',
      options: { fields: { 'products.*.name': 'names.$1' } },
      input: { products: [{ name: 'Pen' }, { sku: 'B' }, { name: 'Ink' }] },
      output: [{ products: [{ name: 'Pen' }, { sku: 'B' }, { name: 'Ink' }], names: ['Pen', null, 'Ink'] }],
    },
    {
      title: 'Passes over a field that is not there',
      options: { fields: { 'client.id': 'customerId' }, onMissing: 'skip' },
      input: { id: 7 },
      output: [{ id: 7 }],
    },
    {
      title: 'A missing field fails the record',
      options: { fields: { 'client.id': 'customerId' } },
      input: { id: 7 },
      error: 'Field "client.id" is missing',
    },
  ],
  create({ fields, onMissing }) {
    const find = compileMoves(fields, onMissing);
    return (record) => {
      const draft = new RecordDraft(record);
      for (const { target, value } of find(record)) draft.set(target, value);
      return [draft.record];
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;
