import type { StepStorages } from '../core/component.ts';
import type { Json } from '../core/record.ts';
import type { Store } from '../store/index.ts';

/** Storages of the database, as steps use them. */
export function stepStorages(storages: Store['storages']): StepStorages {
  return {
    async get(storage, key) {
      const entry = await storages.get(storage, key);
      return entry && (JSON.parse(entry.value) as Json);
    },
    save: (storage, key, value) => storages.put(storage, key, JSON.stringify(value)),
  };
}
