import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { SourceError } from '../../core/errors.ts';
import { isRecord, type DataRecord, type Json } from '../../core/record.ts';
import { checkPaths } from '../paging/signs.ts';
import type { ShapeComponent } from '../types.ts';
import { valueAt } from '../value-at.ts';

const options = {
  type: 'object',
  properties: {
    columnsAt: {
      type: 'string',
      default: 'columns',
      description: 'Where the columns are, inside what stands at "records": names, or objects that hold them.',
    },
    columnName: {
      type: 'string',
      minLength: 1,
      default: 'name',
      description: 'Where the name is in a column that is an object, e.g. "title".',
    },
    rowsAt: {
      type: 'string',
      default: 'rows',
      description: 'Where the rows are, inside what stands at "records": lists of values in the order of the columns.',
    },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'table',
  summary: 'Columns, and rows of values in their order.',
  options,
  create({ columnsAt, columnName, rowsAt }) {
    checkPaths(columnsAt, columnName, rowsAt);
    return (found) => {
      const [columns, rows] = [valueAt(found, columnsAt), valueAt(found, rowsAt)];
      if (!Array.isArray(columns) || !Array.isArray(rows)) return undefined;
      const names = namesOf(columns as readonly Json[], columnName);
      return (rows as readonly Json[]).map((row, index) => toRecord(row, names, index));
    };
  },
} satisfies ShapeComponent<FromSchema<typeof options>>;

function namesOf(columns: readonly Json[], columnName: string): readonly string[] {
  const names = columns.map((column) => (isRecord(column) ? valueAt(column, columnName) : column));
  const wrong = names.findIndex((name, index) => typeof name !== 'string' || names.indexOf(name) !== index);
  if (wrong === -1) return names as string[];
  const fault = typeof names[wrong] === 'string' ? `is called "${names[wrong]}" like one before it` : 'has no name';
  throw new SourceError('ERR_RECORD_INVALID', `column ${wrong + 1} of the answer ${fault}`, {
    details: { column: wrong },
  });
}

function toRecord(row: Json, names: readonly string[], index: number): DataRecord {
  const values = Array.isArray(row) ? (row as readonly Json[]) : undefined;
  if (values?.length === names.length) {
    return Object.fromEntries(names.map((name, column) => [name, values[column] ?? null]));
  }
  const found = values ? `${values.length} values` : 'no list of values';
  const message = `row ${index + 1} of the answer has ${found} for ${names.length} columns`;
  throw new SourceError('ERR_RECORD_INVALID', message, { details: { row: index } });
}
