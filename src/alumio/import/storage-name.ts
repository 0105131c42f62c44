import { Untranslatable } from './untranslatable.ts';

/** Identifier of the document of a storage. Throws Untranslatable where the export has none of that name. */
export function storageName(identifier: unknown, find: (name: string) => string | undefined): string {
  const storage = typeof identifier === 'string' ? find(identifier) : undefined;
  if (storage === undefined)
    throw new Untranslatable(`the storage "${String(identifier)}" is not in the export; export it, too`);
  return storage;
}
