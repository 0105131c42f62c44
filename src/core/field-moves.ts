import { TransformError } from './errors.ts';
import type { FieldPath } from './field-path.ts';
import { compileGlob, compileTarget, countWildcards, GLOB_WORDS, isGlob } from './glob-path.ts';
import type { DataRecord, Json } from './record.ts';

/** Options that `copy` and `move` share. */
export const MOVE_PROPERTIES = {
  fields: {
    type: 'object',
    minProperties: 1,
    additionalProperties: { type: 'string', minLength: 1 },
    description:
      'Path of a field → path where it goes: { "client.id": "customerId" }. In the first, ' +
      `${GLOB_WORDS}; in the second, "$1" is what the first "*" stood for: { "products.*.name": "names.$1" }.`,
  },
  onMissing: {
    enum: ['error', 'skip'],
    default: 'error',
    description:
      'What happens when a field is not there: the record fails, or the field is passed over. A pattern that matches ' +
      'nothing is passed over.',
  },
} as const;

/** One value on its way. */
interface Move {
  readonly source: FieldPath;
  readonly target: FieldPath;
  readonly value: Json;
}

/**
 * Compiles which values go where.
 *
 * @returns A function that reads all of them from a record before anything is changed. It throws TransformError
 *   ERR_FIELD_MISSING for a field without wildcards that is not there.
 */
export function compileMoves(
  fields: Readonly<Record<string, string>>,
  onMissing: 'error' | 'skip',
): (record: DataRecord) => Move[] {
  const pairs = Object.entries(fields).map(([from, to]) => ({
    from,
    find: compileGlob(from),
    target: compileTarget(to, countWildcards(from)),
    isRequired: onMissing === 'error' && !isGlob(from),
  }));
  return (record) =>
    pairs.flatMap(({ from, find, target, isRequired }) => {
      const matches = find(record);
      if (isRequired && matches.length === 0) {
        throw new TransformError(`Field "${from}" is missing`, { field: from }, 'ERR_FIELD_MISSING');
      }
      return matches.map((match) => ({ source: match.path, target: target(match), value: match.value }));
    });
}
