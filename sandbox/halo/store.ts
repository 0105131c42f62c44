import { ENTITIES } from './entities.ts';
import type { HaloRecord } from './record.ts';
import { MemoryTable, type Row, type Table } from './table.ts';

/** Everything the sandbox remembers: one table for each entity. Tests may read and change it directly. */
export class SandboxStore {
  private readonly tables = new Map<string, Table>();
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
    for (const entity of ENTITIES.values()) this.tables.set(entity.name, new MemoryTable(entity));
  }

  /** The table of an entity, named by its path in lower case (`asset`). */
  table(name: string): Table {
    const table = this.tables.get(name);
    if (table === undefined) throw new Error(`The sandbox has no entity "${name}"`);
    return table;
  }

  /** Puts another kind of table in the place of an entity's own. */
  replaceTable(name: string, table: Table): void {
    this.tables.set(name, table);
  }

  /** All records of an entity in the order of their ids, deleted ones left out. */
  rows(name: string): HaloRecord[] {
    const records: HaloRecord[] = [];
    for (const row of this.table(name).rows()) if (!row.isDeleted) records.push(row.record);
    return records;
  }

  /** How many records of an entity there are, deleted ones left out. */
  count(name: string): number {
    let count = 0;
    for (const row of this.table(name).rows()) if (!row.isDeleted) count += 1;
    return count;
  }

  /** One record by its id; `parent` where ids are only unique below one (actions, lookups). */
  get(name: string, id: number | string, parent?: number | string): HaloRecord | undefined {
    const row = this.find(name, id, parent);
    return row === undefined || row.isDeleted ? undefined : row.record;
  }

  /** The row itself, also when it is deleted. */
  find(name: string, id: number | string, parent?: number | string): Row | undefined {
    return this.table(name).get(parent === undefined ? String(id) : `${parent}:${id}`);
  }

  /** Stores a record as it is, replacing one with its id; without an id it gets the next one. */
  put(name: string, record: HaloRecord, changedAt = this.now()): HaloRecord {
    return this.table(name).put(record, changedAt).record;
  }

  /** Changes fields of a record as a person in Halo would, and its change date with them. */
  update(name: string, id: number | string, fields: HaloRecord, changedAt = this.now()): HaloRecord {
    const record = this.get(name, id);
    if (record === undefined) throw new Error(`The sandbox has no ${name} ${id}`);
    return this.put(name, { ...record, ...fields }, changedAt);
  }

  /** Deletes a record and what hangs on it; tickets can be recovered. False when there is none. */
  remove(name: string, id: number | string, parent?: number | string): boolean {
    const row = this.find(name, id, parent);
    if (row === undefined || row.isDeleted) return false;
    this.setDeleted(name, row, true);
    if (name !== 'tickets') this.table(name).drop(row);
    return true;
  }

  /** Brings a deleted ticket back, with what hangs on it. */
  recoverTicket(row: Row): void {
    this.setDeleted('tickets', row, false);
  }

  private setDeleted(name: string, row: Row, isDeleted: boolean): void {
    this.table(name).setDeleted(row, isDeleted);
    for (const [hanging, field] of Object.entries(ENTITIES.get(name)?.cascade ?? {})) {
      const table = this.table(hanging);
      for (const other of table.rows()) if (other.record[field] === row.record.id) table.setDeleted(other, isDeleted);
    }
  }
}
