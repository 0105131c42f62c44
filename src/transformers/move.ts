import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { TransformError } from '../core/errors.ts';
import { getPath, parsePath, removePath, setPath } from '../core/field-path.ts';

const options = {
  type: 'object',
  properties: {
    fields: {
      type: 'object',
      minProperties: 1,
      additionalProperties: { type: 'string', minLength: 1 },
      description:
        'Path of a field → path it is moved to: { "client.id": "customerId" }. Two fields may change places.',
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
  type: 'move',
  summary: 'Moves or renames fields.',
  options,
  examples: [
    {
      title: 'Renames a field and lifts another out of its object',
      options: { fields: { summary: 'subject', 'client.id': 'customerId' } },
      input: { summary: 'Printer', client: { id: 12, name: 'Acme' } },
      output: [{ client: { name: 'Acme' }, subject: 'Printer', customerId: 12 }],
    },
    {
      title: 'Two fields change places',
      options: { fields: { a: 'b', b: 'a' } },
      input: { a: 1, b: 2 },
      output: [{ a: 2, b: 1 }],
    },
    {
      title: 'A missing field fails the record',
      options: { fields: { summary: 'subject' } },
      input: { id: 7 },
      error: 'Field "summary" is missing',
    },
  ],
  create({ fields, onMissing }) {
    const pairs = Object.entries(fields).map(([from, to]) => ({
      from,
      source: parsePath(from),
      target: parsePath(to),
    }));
    return (record) => {
      // All is read before anything is removed, and removed before anything is set.
      const found = pairs.flatMap(({ from, source, target }) => {
        const value = getPath(record, source);
        if (value !== undefined) return [{ source, target, value }];
        if (onMissing === 'skip') return [];
        throw new TransformError(`Field "${from}" is missing`, { field: from }, 'ERR_FIELD_MISSING');
      });
      const rest = found.reduce((result, { source }) => removePath(result, source), record);
      return [found.reduce((result, { target, value }) => setPath(result, target, value), rest)];
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;
