import type { StepStorages } from '../../core/component.ts';
import type { Json } from '../../core/record.ts';

/** Entries of storages by storage and key. */
export type StorageEntries = Readonly<Record<string, Readonly<Record<string, Json>>>>;

/**
 * Storages of which nothing is kept: what is written lies over what is there, and is gone afterwards.
 *
 * @param entries What lies over it from the beginning.
 * @param beneath The storages that are read where nothing lies over them; without them they are empty.
 */
export function overlayStorages(entries: StorageEntries = {}, beneath?: StepStorages): StepStorages {
  const written = new Map<string, Json>();
  const place = (storage: string, key: string): string => JSON.stringify([storage, key]);
  for (const [storage, content] of Object.entries(entries)) {
    for (const [key, value] of Object.entries(content)) written.set(place(storage, key), value);
  }
  return {
    async get(storage, key) {
      return written.get(place(storage, key)) ?? (await beneath?.get(storage, key));
    },
    save(storage, key, value) {
      written.set(place(storage, key), value);
      return Promise.resolve();
    },
  };
}
