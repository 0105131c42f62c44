import { getPath, parsePath } from '../../core/field-path.ts';
import { type DataRecord, isRecord, type Json } from '../../core/record.ts';
import type { Operation } from '../request.ts';
import { matchValue, type Target } from './target.ts';

/**
 * Ids of the stored records, one for each record sent; undefined where the answer does not tell.
 *
 * Halo answers one element with one object; what it answers for several is not documented. So rows are taken by
 * position only when there are as many as were sent, and by match fields where position and fields disagree.
 */
export function answeredIds(
  operation: Operation,
  target: Target,
  sent: readonly DataRecord[],
  body: Json | undefined,
): (string | undefined)[] {
  const { records = '', id = 'id' } = operation.manifest.answer ?? {};
  const found = body === undefined ? undefined : records === '' ? body : getPath(body, parsePath(records));
  const rows = (Array.isArray(found) ? found : [found]).filter((row): row is DataRecord => isRecord(row as Json));
  const idPath = parsePath(id);
  if (rows.length !== sent.length) return sent.map(() => undefined);
  return sent.map((record, index) => {
    const row = rowFor(target, record, rows, index);
    const value = row && getPath(row, idPath);
    return value === undefined || value === null || typeof value === 'object' ? undefined : String(value);
  });
}

function rowFor(
  target: Target,
  record: DataRecord,
  rows: readonly DataRecord[],
  index: number,
): DataRecord | undefined {
  const atPosition = rows[index];
  const fields = target.match.find((each) => matchValue(record, each) !== undefined);
  if (!fields || rows.length === 1) return atPosition;
  const value = matchValue(record, fields);
  if (atPosition && matchValue(atPosition, fields) === value) return atPosition;
  const byField = rows.filter((row) => matchValue(row, fields) === value);
  // Rows that do not carry the field at all can only be told by their position.
  return byField.length === 1
    ? byField[0]
    : atPosition && matchValue(atPosition, fields) === undefined
      ? atPosition
      : undefined;
}
