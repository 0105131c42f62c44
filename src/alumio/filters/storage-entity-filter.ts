import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { ConfigError, TransformError } from '../../core/errors.ts';
import { type Filter, PART, type Part } from '../part.ts';
import { toJson } from '../php/array.ts';

const options = {
  type: 'object',
  properties: {
    storage: { type: 'string', description: 'Identifier of the storage.' },
    storageKey: { type: 'string', description: 'Key of the entry; may hold placeholders.' },
    condition: {
      ...PART,
      description: 'What is filtered out: { "type": "storage-entity-exists" }, or "storage-entity-does-not-exists".',
    },
    store: {
      type: ['boolean', 'object', 'null'],
      properties: { addEntityToStorage: { type: ['boolean', 'null'], description: 'Whether it does.' } },
      additionalProperties: false,
      default: false,
      description:
        'Also writes the record there where it is not filtered out: true, or { "addEntityToStorage": true }.',
    },
  },
  required: ['storage', 'storageKey', 'condition'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'storage-entity-filter',
  summary: 'Filters out records by whether a storage has an entry: its condition says which ones do not pass.',
  options,
  create({ storage, storageKey, condition, store }, { text }): Filter {
    const key = text(storageKey, 'storageKey');
    const isRefusedWith = refusedOf(condition.type);
    const adds = typeof store === 'object' && store !== null ? store.addEntityToStorage === true : store === true;
    return async (root, run) => {
      const name = keyOrNone(() => key(root, run));
      if (name === undefined) return false;
      const passes = ((await run.entry(storage, name)) !== undefined) !== isRefusedWith;
      if (passes && adds) run.save(storage, name, toJson(root));
      return passes;
    };
  },
} satisfies Part<Filter, FromSchema<typeof options>>;

/** A condition on what is not there does not hold; it fails nothing. */
function keyOrNone(read: () => string): string | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof TransformError && error.code === 'ERR_FIELD_MISSING') return undefined;
    throw error;
  }
}

/** Whether records with an entry are filtered out, or those without. Public exports read what they have just found to be there. */
function refusedOf(condition: string): boolean {
  if (condition === 'storage-entity-exists') return true;
  if (condition === 'storage-entity-does-not-exists' || condition === 'storage-entity-does-not-exist') return false;
  throw new ConfigError('ERR_INVALID', `unknown condition of a storage "${condition}"`);
}
