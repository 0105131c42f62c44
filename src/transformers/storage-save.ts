import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { DURATION, parseDuration } from '../core/duration.ts';
import type { Json } from '../core/record.ts';
import { compileEntry, ENTRY_OPTIONS } from '../core/storage-key.ts';
import { compileTemplate } from '../core/templates.ts';

const options = {
  type: 'object',
  properties: {
    ...ENTRY_OPTIONS,
    value: { default: '&{@}', description: 'What is written: a value or a template; the whole record by default.' },
    ttl: { ...DURATION, description: 'How long the entry stays: 30m, 12h, 90d. As the storage says by default.' },
  },
  required: ['storage', 'key'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'storage-save',
  summary:
    'Writes an entry of a storage: with the page in an incoming or a route, once the record has arrived in an outgoing.',
  usesPlatform: true,
  options,
  examples: [
    {
      title: 'Remembers a part of the record',
      options: { storage: 'ids', key: '&{sku}', value: { id: '&{id}' } },
      given: { storages: { ids: {} } },
      input: { sku: 'A', id: 12 },
      output: [{ sku: 'A', id: 12 }],
      leaves: { ids: { A: { id: 12 } } },
    },
    {
      title: 'The whole record, for a day',
      options: { storage: 'seen', key: '&{client}|&{id}', ttl: '1d' },
      given: { storages: { seen: {} } },
      input: { client: 'acme', id: 12 },
      output: [{ client: 'acme', id: 12 }],
      leaves: { seen: { 'acme|12': { client: 'acme', id: 12 } } },
    },
    {
      title: 'An empty key fails the record',
      options: { storage: 'seen', key: '&{sku}' },
      given: { storages: { seen: {} } },
      input: { sku: '' },
      error: 'A key for the storage "seen" is empty',
    },
  ],
  create({ storage, key, value, ttl }, context) {
    const { keyOf, ttlSeconds } = compileEntry({ storage, key }, context);
    const template = compileTemplate(value as Json, { variables: context.variable, at: 'value' });
    const seconds = ttl === undefined ? ttlSeconds : parseDuration(ttl) / 1000;
    return (record, run) => {
      run.save(storage, keyOf(record, run), template.evaluate(record, run.variables), seconds);
      return [record];
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;
