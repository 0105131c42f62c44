import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../../core/component.ts';
import { partContext } from '../part-context.ts';
import { waitingPhpStep } from '../php-step.ts';
import { fromJson } from '../php/array.ts';
import { mergeDeep } from '../php/merge.ts';
import { parseKeys, setAt } from '../php/pattern.ts';

const options = {
  type: 'object',
  properties: {
    storage: { type: 'string', minLength: 1, description: 'Identifier of the storage.' },
    storageKey: { type: 'string', minLength: 1, description: 'Key of the entry: a text with placeholders.' },
    destination: { type: 'string', default: '', description: 'Path where it goes; empty merges it into the record.' },
  },
  required: ['storage', 'storageKey'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'alumio-storage-get',
  summary: 'Reads an entry of a storage into the record; where there is none, nothing changes.',
  usesPlatform: true,
  options,
  examples: [
    {
      title: 'What a key does not find fails the record',
      options: { storage: 'ids', storageKey: '&{title}', destination: 'id' },
      input: { id: 7 },
      error: '"title" finds nothing',
    },
    {
      title: 'An entry',
      options: { storage: 'ids', storageKey: '&{title}', destination: 'id' },
      given: { storages: { ids: { A: 7 } } },
      input: { title: 'A' },
      output: [{ title: 'A', id: 7 }],
    },
    {
      title: 'Where there is none, nothing changes',
      options: { storage: 'ids', storageKey: '&{title}', destination: 'id' },
      input: { title: 'B' },
      output: [{ title: 'B' }],
    },
  ],
  create({ storageKey, storage, destination }, context) {
    const parts = partContext(context);
    const key = parts.text(storageKey, 'storageKey');
    const path = parseKeys(destination);
    return waitingPhpStep(async (root, run) => {
      const found = await run.entry(storage, key(root, run));
      if (found === undefined) return root;
      return path.length === 0 ? mergeDeep(root, fromJson(found)) : setAt(root, path, fromJson(found));
    });
  },
} satisfies Transformer<FromSchema<typeof options>>;
