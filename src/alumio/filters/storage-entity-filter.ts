import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { ConfigError } from '../../core/errors.ts';
import { type Filter, PART, type Part } from '../part.ts';
import { toJson } from '../php/array.ts';

const options = {
  type: 'object',
  properties: {
    storage: { type: 'string', description: 'Identifier of the storage.' },
    storageKey: { type: 'string', description: 'Key of the entry; may hold placeholders.' },
    condition: { ...PART, description: '{ "type": "storage-entity-exists" }, or "storage-entity-does-not-exists".' },
    store: {
      type: ['boolean', 'object', 'null'],
      properties: { addEntityToStorage: { type: ['boolean', 'null'], description: 'Whether it does.' } },
      additionalProperties: false,
      default: false,
      description: 'Also writes the record there where the condition holds: true, or { "addEntityToStorage": true }.',
    },
  },
  required: ['storage', 'storageKey', 'condition'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'storage-entity-filter',
  summary: 'Looks whether a storage has an entry.',
  options,
  create({ storage, storageKey, condition, store }, { text }): Filter {
    const key = text(storageKey, 'storageKey');
    const wanted = wantedOf(condition.type);
    const adds = typeof store === 'object' && store !== null ? store.addEntityToStorage === true : store === true;
    return async (root, run) => {
      const name = key(root, run);
      const holds = ((await run.entry(storage, name)) !== undefined) === wanted;
      if (holds && adds) run.save(storage, name, toJson(root));
      return holds;
    };
  },
} satisfies Part<Filter, FromSchema<typeof options>>;

/** Whether the entry has to be there. */
function wantedOf(condition: string): boolean {
  if (condition === 'storage-entity-exists') return true;
  if (condition === 'storage-entity-does-not-exists' || condition === 'storage-entity-does-not-exist') return false;
  throw new ConfigError('ERR_INVALID', `unknown condition of a storage "${condition}"`);
}
