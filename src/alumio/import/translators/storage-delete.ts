import { isObject } from '../../../core/record.ts';
import { storageName } from '../storage-name.ts';
import type { Translator } from '../translate-steps.ts';
import { Untranslatable } from '../untranslatable.ts';

/** Removes entries from a storage. Nothing public shows how exports write it: the usual names of a key are taken. */
export const translate: Translator = ({ storage, storageKey, storageKeys, key, keys }, context) => {
  const given = [storageKey, storageKeys, key, keys].flat().filter((each) => each !== undefined && each !== null);
  const texts = given.map((each) => (isObject(each) ? (each['key'] ?? each['storageKey']) : each));
  if (texts.length === 0 || texts.some((each) => typeof each !== 'string' || each === ''))
    throw new Untranslatable('which entries of the storage go is not understood');
  context.approximate('it is understood by its name: removes these entries of the storage');
  return [{ type: 'alumio-storage-delete', storage: storageName(storage, context.storage), storageKeys: texts }];
};
