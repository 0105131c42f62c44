import { TransformError } from '../core/errors.ts';

/** The one record that steps made; throws TransformError where they made none or several. */
export function onlyOne<Item>(made: readonly Item[]): Item {
  const [only] = made;
  if (made.length === 1) return only as Item;
  throw new TransformError(`Steps that have to make exactly one record made ${made.length} records`);
}
