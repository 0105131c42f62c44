import type { Translator } from '../translate-steps.ts';
import { storageName } from '../storage-name.ts';

/** Writes into a storage. */
export const translate: Translator = ({ storage, storageKey, source = '' }, context) => [
  { type: 'alumio-storage-save', storage: storageName(storage, context.storage), storageKey, source: source ?? '' },
];
