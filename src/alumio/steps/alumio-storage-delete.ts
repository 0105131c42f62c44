import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../../core/component.ts';
import { partContext } from '../part-context.ts';
import { phpStep } from '../php-step.ts';

const options = {
  type: 'object',
  properties: {
    storage: { type: 'string', minLength: 1, description: 'Identifier of the storage.' },
    storageKeys: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      minItems: 1,
      description: 'Keys of the entries that go: texts with placeholders.',
    },
  },
  required: ['storage', 'storageKeys'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'alumio-storage-delete',
  summary: 'Removes entries from a storage; the record stays as it is.',
  usesPlatform: true,
  options,
  examples: [
    {
      title: 'An entry',
      options: { storage: 'ids', storageKeys: ['&{title}'] },
      given: { storages: { ids: { A: 7 } } },
      input: { title: 'A' },
      output: [{ title: 'A' }],
      leaves: { ids: { A: null } },
    },
    {
      title: 'What a key does not find fails the record',
      options: { storage: 'ids', storageKeys: ['&{title}'] },
      input: { id: 7 },
      error: '"title" finds nothing',
    },
  ],
  create({ storage, storageKeys }, context) {
    const parts = partContext(context);
    const keys = storageKeys.map((key, index) => parts.text(key, `storageKeys[${index}]`));
    return phpStep((root, run) => {
      for (const key of keys) run.remove(storage, key(root, run));
      return root;
    });
  },
} satisfies Transformer<FromSchema<typeof options>>;
