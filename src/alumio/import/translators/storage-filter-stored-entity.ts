import type { Translator } from '../translate-steps.ts';
import { storageName } from '../storage-name.ts';

/** Drops what is stored already. */
export const translate: Translator = ({ storage, comparator, addEntityToStorage }, context) => {
  const { type } = context.entity;
  const key = (type === undefined ? undefined : context.entityKey(type)) ?? [];
  if (key.length === 0) {
    context.approximate(
      'the export does not say here what tells entities apart: all of the record is the key, so a changed one counts as new; name fields under "key"',
    );
  }
  return [
    {
      type: 'alumio-storage-filter-stored-entity',
      storage: storageName(storage, context.storage),
      key,
      comparator: typeof comparator === 'string' ? comparator : 'equals',
      addEntityToStorage: addEntityToStorage === true,
    },
  ];
};
