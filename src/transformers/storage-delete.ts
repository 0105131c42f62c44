import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { compileEntry, ENTRY_OPTIONS } from '../core/storage-key.ts';

const options = {
  type: 'object',
  properties: { ...ENTRY_OPTIONS },
  required: ['storage', 'key'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'storage-delete',
  summary: 'Removes an entry of a storage; one that is not there is no failure.',
  usesPlatform: true,
  options,
  examples: [
    {
      title: 'Forgets a record',
      options: { storage: 'ids', key: '&{sku}' },
      given: { storages: { ids: { A: 12 } } },
      input: { sku: 'A' },
      output: [{ sku: 'A' }],
      leaves: { ids: { A: null } },
    },
    {
      title: 'A key that finds nothing fails the record',
      options: { storage: 'ids', key: '&{sku}' },
      given: { storages: { ids: {} } },
      input: { id: 7 },
      error: '"sku" finds nothing',
    },
  ],
  create({ storage, key }, context) {
    const { keyOf } = compileEntry({ storage, key }, context);
    return (record, run) => {
      run.remove(storage, keyOf(record, run));
      return [record];
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;
