import { DELETED_FIELD } from '../connector/publishing/item.ts';
import type { DataRecord } from '../core/record.ts';

/** Whether a record stands for one that is gone in the source. */
export function isMarkedDeleted(record: DataRecord): boolean {
  return record[DELETED_FIELD] === true;
}

/** The record as one that is gone in the source. */
export function markDeleted(record: DataRecord): DataRecord {
  return { ...record, [DELETED_FIELD]: true };
}

/** Steps such as `map` make new records: what came of one that is gone stays marked, so that it is never written as new. */
export function keepMark(source: DataRecord, results: readonly DataRecord[]): readonly DataRecord[] {
  return isMarkedDeleted(source) ? results.map(markDeleted) : results;
}
