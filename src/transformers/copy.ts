import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { TransformError } from '../core/errors.ts';
import { getPath, parsePath, setPath } from '../core/field-path.ts';

const options = {
  type: 'object',
  properties: {
    fields: {
      type: 'object',
      minProperties: 1,
      additionalProperties: { type: 'string', minLength: 1 },
      description: 'Path of a field → path it is copied to: { "client.id": "customerId" }.',
    },
    onMissing: {
      enum: ['error', 'skip'],
      default: 'error',
      description: 'What happens when a field is not there: the record fails, or the field is passed over.',
    },
  },
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
    const pairs = Object.entries(fields).map(([from, to]) => ({
      from,
      source: parsePath(from),
      target: parsePath(to),
    }));
    return (record) => {
      let result = record;
      for (const { from, source, target } of pairs) {
        const value = getPath(record, source);
        if (value !== undefined) result = setPath(result, target, value);
        else if (onMissing === 'error')
          throw new TransformError(`Field "${from}" is missing`, { field: from }, 'ERR_FIELD_MISSING');
      }
      return [result];
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;
