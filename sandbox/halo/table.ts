import { formatDate } from './dates.ts';
import type { Entity } from './entity.ts';
import { textOf, type HaloRecord, type Json } from './record.ts';

/** A stored record with what is not part of it. */
export interface Row {
  record: HaloRecord;
  /** Epoch milliseconds of the last change, which the delta parameters compare. */
  changedAt: number;
  isDeleted: boolean;
  /** The row of a list as text, kept until the record changes. */
  listJson: string | undefined;
}

/** The records of one entity. */
export interface Table {
  /** Grows with every change, so that what was computed from the rows can be kept until then. */
  readonly version: number;
  readonly isReadOnly: boolean;
  get(key: string): Row | undefined;
  rows(): Iterable<Row>;
  /** Stores a record, and gives it the next id if it has none. */
  put(record: HaloRecord, changedAt: number): Row;
  setDeleted(row: Row, isDeleted: boolean): void;
  drop(row: Row): void;
}

/** Keeps records in memory, in the order in which they came. */
export class MemoryTable implements Table {
  version = 0;
  readonly isReadOnly = false;
  private readonly entity: Entity;
  private readonly byKey = new Map<string, Row>();
  private readonly lastIds = new Map<string, number>();

  constructor(entity: Entity) {
    this.entity = entity;
  }

  get(key: string): Row | undefined {
    return this.byKey.get(key);
  }

  rows(): Iterable<Row> {
    return this.byKey.values();
  }

  put(record: HaloRecord, changedAt: number): Row {
    this.version += 1;
    const stored = this.withTouched(this.withId(record), changedAt);
    const key = this.keyOf(stored);
    const row: Row = { record: stored, changedAt, isDeleted: false, listJson: undefined };
    this.byKey.set(key, row);
    return row;
  }

  setDeleted(row: Row, isDeleted: boolean): void {
    this.version += 1;
    row.isDeleted = isDeleted;
  }

  drop(row: Row): void {
    this.version += 1;
    this.byKey.delete(this.keyOf(row.record));
  }

  private keyOf(record: HaloRecord): string {
    const { parent } = this.entity;
    return parent === undefined ? textOf(record.id) : `${textOf(record[parent])}:${textOf(record.id)}`;
  }

  private withId(record: HaloRecord): HaloRecord {
    const scope = this.entity.parent === undefined ? '' : textOf(record[this.entity.parent]);
    const last = this.lastIds.get(scope) ?? 0;
    if (typeof record.id === 'string') return record;
    const isNew = typeof record.id !== 'number' || record.id === 0;
    const id = isNew ? last + 1 : Number(record.id);
    this.lastIds.set(scope, Math.max(last, id));
    return { ...record, id: this.entity.guidIds && isNew ? guidOf(this.entity.name, id) : id };
  }

  private withTouched(record: HaloRecord, changedAt: number): HaloRecord {
    const { touched } = this.entity;
    return touched === undefined ? record : { ...record, [touched]: formatDate(changedAt) };
  }
}

/** A GUID-like id that is the same for the same entity and number. */
export function guidOf(name: string, id: number): string {
  let hash = 0x811c9dc5;
  for (const character of name) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  const head = hash.toString(16).padStart(8, '0');
  return `${head}-8f0e-4a55-b6b4-${id.toString(16).padStart(12, '0')}`;
}

/** Writes a record as JSON; fields named in `decimals` get a decimal point, as .NET writes its doubles. */
export function stringifyRecord(record: Json, decimals: readonly string[] = []): string {
  let text = JSON.stringify(record);
  for (const field of decimals) text = text.replaceAll(new RegExp(`("${field}":-?\\d+)(?=[,}])`, 'g'), '$1.0');
  return text;
}
