import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { parsePath, setPath } from '../core/field-path.ts';
import { whenKnown } from '../core/step-run.ts';
import { compileEntry, ENTRY_OPTIONS } from '../core/storage-key.ts';

const options = {
  type: 'object',
  properties: {
    ...ENTRY_OPTIONS,
    exists: { type: 'boolean', default: true, description: 'Whether the entry has to be there.' },
    to: {
      type: 'string',
      minLength: 1,
      description: 'Path of a field that tells whether it is so; then no record is left out.',
    },
  },
  required: ['storage', 'key'],
  additionalProperties: false,
} as const satisfies JSONSchema;

const given = { storages: { done: { '7': true } } };

export default {
  type: 'storage-exists',
  summary:
    'Keeps the records whose entry is in a storage, or those whose entry is not, or writes which it is into a field.',
  usesPlatform: true,
  options,
  examples: [
    {
      title: 'Leaves out what was done already',
      options: { storage: 'done', key: '&{id}', exists: false },
      given,
      input: { id: 7 },
      output: [],
    },
    {
      title: 'Keeps what is known',
      options: { storage: 'done', key: '&{id}' },
      given,
      input: { id: 7 },
      output: [{ id: 7 }],
    },
    {
      title: 'Tells it in a field',
      options: { storage: 'done', key: '&{id}', to: 'isDone' },
      given,
      input: { id: 8 },
      output: [{ id: 8, isDone: false }],
    },
  ],
  create({ storage, key, exists, to }, context) {
    const { keyOf } = compileEntry({ storage, key }, context);
    const target = to === undefined ? undefined : parsePath(to);
    return (record, run) =>
      whenKnown(run.entry(storage, keyOf(record, run)), (entry) => {
        const holds = (entry !== undefined) === exists;
        if (target) return [setPath(record, target, holds)];
        return holds ? [record] : [];
      });
  },
} satisfies Transformer<FromSchema<typeof options>>;
