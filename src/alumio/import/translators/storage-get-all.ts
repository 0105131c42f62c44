import { storageName } from '../storage-name.ts';
import type { Translator } from '../translate-steps.ts';
import { Untranslatable } from '../untranslatable.ts';

/** Reads all entries of a storage. Nothing public shows how exports write it: "destination" is taken as in other steps. */
export const translate: Translator = ({ storage, destination }, context) => {
  if (typeof destination !== 'string' || destination === '')
    throw new Untranslatable('where the entries of the storage go is not understood');
  context.approximate(
    'it is understood by its name: reads the entries of the storage, 10,000 at most, as values by key',
  );
  return [{ type: 'storage-get-all', storage: storageName(storage, context.storage), to: destination }];
};
