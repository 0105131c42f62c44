import type { Translator } from '../translate-steps.ts';
import { storageName } from '../storage-name.ts';

/** Reads from a storage. */
export const translate: Translator = ({ storage, storageKey, destination = '' }, context) => [
  {
    type: 'alumio-storage-get',
    storage: storageName(storage, context.storage),
    storageKey,
    destination: destination ?? '',
  },
];
