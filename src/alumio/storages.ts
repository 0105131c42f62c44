import type { TransformerContext } from '../core/component.ts';
import { TransformError } from '../core/errors.ts';
import type { Storages } from './part.ts';

/** Entries of storages, through the services that a step is given. */
export function storagesOf({ storages }: TransformerContext): Storages {
  return {
    get: (storage, key) => required(storages).get(storage, key),
    save: (storage, key, value) => required(storages).save(storage, key, value),
  };
}

function required(storages: TransformerContext['storages']): NonNullable<TransformerContext['storages']> {
  if (storages) return storages;
  throw new TransformError(
    'Steps that use storages cannot run here: there is no database',
    {},
    'ERR_STORAGE_UNAVAILABLE',
  );
}
