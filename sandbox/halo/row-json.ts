import type { Entity } from './entity.ts';
import { isRecord, textOf, type HaloRecord } from './record.ts';
import { stringifyRecord, type Row } from './table.ts';

/** Writes the row of a list; the text is kept with the row until the record changes. */
export function writeRow(entity: Entity, row: Row, query: URLSearchParams): string {
  const customFields = query.get('include_custom_fields');
  if (customFields) return writeWithCustomFields(entity, row.record, customFields);
  return (row.listJson ??= stringifyRecord(listRecord(entity, row.record), entity.decimals));
}

/** Writes a record as GET /X/{id} and POST answer it. */
export function writeRecord(entity: Entity, record: HaloRecord): string {
  if (entity.name !== 'attachment') return stringifyRecord(record, entity.decimals);
  return JSON.stringify(listRecord(entity, record));
}

function listRecord(entity: Entity, record: HaloRecord): HaloRecord {
  if (entity.details.length === 0) return record;
  return Object.fromEntries(Object.entries(record).filter(([name]) => !entity.details.includes(name)));
}

/** `include_custom_fields=164,171` adds just these to the row. */
function writeWithCustomFields(entity: Entity, record: HaloRecord, wanted: string): string {
  const ids = wanted.split(',').map((id) => id.trim());
  const fields = Array.isArray(record.customfields) ? record.customfields : [];
  const customfields = fields.filter((field) => isRecord(field) && ids.includes(textOf(field.id)));
  return stringifyRecord({ ...listRecord(entity, record), customfields }, entity.decimals);
}
