import { type FieldPath, getPath } from '../core/field-path.ts';
import { type DataRecord, plainText } from '../core/record.ts';

/** Longer values are no names that people search for. */
const LONGEST = 200;

/** Values that the tasks of a source record are found by, in lower case. */
export function searchValues(record: DataRecord, fields: readonly FieldPath[]): readonly string[] {
  const values = fields
    .map((path) => getPath(record, path))
    .filter((value) => value !== undefined && value !== null && typeof value !== 'object')
    // A database's text holds no U+0000.
    .map((value) => plainText(value).replaceAll('\0', '').slice(0, LONGEST).toLowerCase());
  return [...new Set(values)].filter((value) => value !== '');
}
