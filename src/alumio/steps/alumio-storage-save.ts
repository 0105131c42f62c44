import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../../core/component.ts';
import { partContext } from '../part-context.ts';
import { phpStep } from '../php-step.ts';
import { toJson } from '../php/array.ts';
import { getAt, parseKeys } from '../php/pattern.ts';

const options = {
  type: 'object',
  properties: {
    storage: { type: 'string', minLength: 1, description: 'Identifier of the storage.' },
    storageKey: { type: 'string', minLength: 1, description: 'Key of the entry: a text with placeholders.' },
    source: { type: 'string', default: '', description: 'Path of the value; empty is the record.' },
  },
  required: ['storage', 'storageKey'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'alumio-storage-save',
  summary: 'Writes the record, or a value of it, into a storage; a value that is not there is not written.',
  usesPlatform: true,
  options,
  examples: [
    {
      title: 'What a key does not find fails the record',
      options: { storage: 'ids', storageKey: '&{title}', source: 'id' },
      input: { id: 7 },
      error: '"title" finds nothing',
    },
    {
      title: 'A value of the record',
      options: { storage: 'ids', storageKey: '&{title}', source: 'id' },
      input: { id: 7, title: 'A' },
      output: [{ id: 7, title: 'A' }],
      leaves: { ids: { A: 7 } },
    },
  ],
  create({ storageKey, storage, source }, context) {
    const parts = partContext(context);
    const key = parts.text(storageKey, 'storageKey');
    const path = parseKeys(source);
    return phpStep((root, run) => {
      const value = getAt(root, path);
      const name = key(root, run);
      if (value !== undefined) run.save(storage, name, toJson(value));
      return root;
    });
  },
} satisfies Transformer<FromSchema<typeof options>>;
