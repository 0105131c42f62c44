import { parsePath, setPath } from '../../core/field-path.ts';
import { type DataRecord, isRecord, type Json, plainText } from '../../core/record.ts';
import type { Operation } from '../../connector/request.ts';
import type { PagingCase } from './cases.ts';
import type { Speaker } from './speaker.ts';

/** Field that tells rows of made-up sources apart, whatever their key is. */
export const ROW = 'made-up-row';

/** Number of a row that was written here, also where the form keeps it inside; undefined for any other. */
export function rowNumber(row: DataRecord): Json | undefined {
  if (Object.hasOwn(row, ROW)) return row[ROW];
  return Object.values(row).find((value) => isRecord(value) && Object.hasOwn(value, ROW))?.[ROW as never];
}

/** Rows of a page in the form in which an operation expects them. */
export function writeRows(operation: Operation, rows: readonly number[], speaker: Speaker, source: PagingCase): Json {
  const shape = (operation.manifest.shape ?? { type: 'list' }) as { readonly type: string } & DataRecord;
  const records = rows.map((row) => writeRow(operation, row, speaker, source));
  switch (shape.type) {
    case 'one':
      return records[0] ?? null;
    case 'object-map':
      return Object.fromEntries(records.map((record, index) => [`row-${rows[index]}`, record]));
    case 'json-api':
      return records.map((record) => resource(record));
    case 'wrapped':
      return records.map((record) => ({ [plainText(shape['key'])]: record }));
    case 'table':
      return table(records, shape);
    case 'nested':
      return records.map((record) => group(record, shape));
    default:
      return records;
  }
}

function writeRow({ entity }: Operation, row: number, { rowField }: Speaker, source: PagingCase): DataRecord {
  const keyed = entity.key.reduce<DataRecord>(
    (record, field) => put(record, field, keyValue(entity.fields?.[field]?.type, row)),
    {},
  );
  const ordered = rowField ? put(keyed, rowField.name, rowField.valueOf(row, source)) : keyed;
  return { ...ordered, [ROW]: row };
}

function keyValue(type: string | undefined, row: number): Json {
  return type === 'string' || type === 'date' ? `row-${row}` : row + 1000;
}

/** Sets what stands at a path as `valueAt` reads it: a name with an @ or a dot in it is a key of its own. */
export function put(record: DataRecord, path: string, value: Json): DataRecord {
  if (Object.hasOwn(record, path) || path.startsWith('@')) return { ...record, [path]: value };
  return setPath(record, parsePath(path), value);
}

function resource({ id, ...attributes }: DataRecord): Json {
  return { id: plainText(id ?? attributes[ROW]), type: 'made-up', attributes };
}

function table(records: readonly DataRecord[], shape: DataRecord): Json {
  const { columnsAt = 'columns', columnName = 'name', rowsAt = 'rows' } = shape as Record<string, string>;
  const names = Object.keys(records[0] ?? { [ROW]: 0 });
  const columns = names.map((name) => put({}, columnName, name));
  const rows = records.map((record) => names.map((name) => record[name] ?? null));
  return put(put({}, columnsAt, columns), rowsAt, rows);
}

function group(record: DataRecord, { itemsAt, carry }: DataRecord): Json {
  const carried = Object.entries(isRecord(carry) ? carry : {});
  const own = carried.reduce<DataRecord>((all, [name, path]) => put(all, plainText(path), record[name] ?? 1), {});
  return put(own, plainText(itemsAt), [record]);
}
