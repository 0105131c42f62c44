import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { TransformError } from '../core/errors.ts';
import { getPath, parsePath, removePath, setPath } from '../core/field-path.ts';
import { isRecord, type DataRecord, type Json } from '../core/record.ts';

const options = {
  type: 'object',
  properties: {
    field: { type: 'string', minLength: 1, description: 'Path of the field that holds the list, e.g. "order.lines".' },
    to: {
      enum: ['field', 'merge'],
      default: 'field',
      description:
        'Where an item goes: into the field in place of the list, or its own fields over those of the record.',
    },
    onEmpty: { enum: ['drop', 'keep'], default: 'drop', description: 'What becomes of a record with an empty list.' },
  },
  required: ['field'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'split-list',
  summary: 'Makes one record of each item of a list, and keeps the other fields.',
  options,
  examples: [
    {
      title: 'One record for each order line',
      options: { field: 'lines' },
      input: { orderId: 7, lines: ['A', 'B'] },
      output: [
        { orderId: 7, lines: 'A' },
        { orderId: 7, lines: 'B' },
      ],
    },
    {
      title: "The items' own fields beside those of the record",
      options: { field: 'lines', to: 'merge' },
      input: { orderId: 7, state: 'open', lines: [{ sku: 'A' }, { sku: 'B', state: 'sent' }] },
      output: [
        { orderId: 7, state: 'open', sku: 'A' },
        { orderId: 7, state: 'sent', sku: 'B' },
      ],
    },
    { title: 'Drops a record with an empty list', options: { field: 'lines' }, input: { lines: [] }, output: [] },
    {
      title: 'Keeps a record with an empty list',
      options: { field: 'lines', onEmpty: 'keep' },
      input: { orderId: 7, lines: [] },
      output: [{ orderId: 7, lines: [] }],
    },
    {
      title: 'What is no list fails the record',
      options: { field: 'lines' },
      input: { lines: 'A' },
      error: 'Field "lines" is not a list',
    },
    {
      title: 'Only objects can be merged',
      options: { field: 'lines', to: 'merge' },
      input: { lines: [{ sku: 'A' }, 'B'] },
      error: 'Item 2 of "lines" is not an object',
    },
  ],
  create({ field, to, onEmpty }) {
    const path = parsePath(field);
    return (record) => {
      const list = getPath(record, path);
      if (!Array.isArray(list)) throw new TransformError(`Field "${field}" is not a list`, { field });
      const items = list as readonly Json[];
      if (items.length === 0) return onEmpty === 'keep' ? [record] : [];
      if (to === 'field') return items.map((item) => setPath(record, path, item));
      const rest = removePath(record, path);
      return items.map((item, index) => ({ ...rest, ...toObject(item, index, field) }));
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;

function toObject(item: Json, index: number, field: string): DataRecord {
  if (isRecord(item)) return item;
  throw new TransformError(`Item ${index + 1} of "${field}" is not an object`, { field, index });
}
