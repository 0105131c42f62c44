import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { parsePath, setPath } from '../core/field-path.ts';
import { whenKnown } from '../core/step-run.ts';

const options = {
  type: 'object',
  properties: {
    storage: { type: 'string', minLength: 1, description: 'Identifier of the storage.' },
    to: {
      type: 'string',
      minLength: 1,
      description: 'Path of the field that gets the entries: an object of values by key.',
    },
  },
  required: ['storage', 'to'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'storage-get-all',
  summary:
    'Reads all entries of a storage into a field, 10,000 at most. For more take a look-up by key, or an incoming.',
  usesPlatform: true,
  options,
  examples: [
    {
      title: 'A small table',
      options: { storage: 'rates', to: 'rates' },
      given: { storages: { rates: { EUR: 1, USD: 1.1 } } },
      input: { id: 7 },
      output: [{ id: 7, rates: { EUR: 1, USD: 1.1 } }],
    },
    {
      title: 'Where there are none, an empty object',
      options: { storage: 'rates', to: 'rates' },
      input: { id: 7 },
      output: [{ id: 7, rates: {} }],
    },
  ],
  create({ storage, to }, context) {
    context.document('storage', storage);
    const target = parsePath(to);
    return (record, run) => whenKnown(run.entries(storage), (entries) => [setPath(record, target, entries)]);
  },
} satisfies Transformer<FromSchema<typeof options>>;
