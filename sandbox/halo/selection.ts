import { readCriteria, type Criteria } from './criteria.ts';
import type { Entity } from './entity.ts';
import type { HaloRecord } from './record.ts';
import type { SandboxStore } from './store.ts';
import { SyntheticTickets } from './synthetic.ts';
import type { Row } from './table.ts';

/** The rows a list has on all its pages. */
export interface Selection {
  readonly length: number;
  slice(from: number, to: number): readonly Row[];
}

const KEPT = 32;
const PAGING = new Set(['pageinate', 'page_no', 'page_size', 'count']);

/** Finds the rows of lists, and keeps what it found until the table changes: the next page asks the same again. */
export class Selections {
  private readonly store: SandboxStore;
  private readonly kept = new Map<string, { readonly version: number; readonly selection: Selection }>();

  constructor(store: SandboxStore) {
    this.store = store;
  }

  select(entity: Entity, query: URLSearchParams): Selection {
    const { version } = this.store.table(entity.name);
    const key = keyOf(entity, query);
    const known = this.kept.get(key);
    if (known?.version === version) return known.selection;
    const selection = this.find(entity, readCriteria(entity, query));
    this.kept.delete(key);
    this.kept.set(key, { version, selection });
    if (this.kept.size > KEPT) this.kept.delete(this.kept.keys().next().value ?? '');
    return selection;
  }

  private find(entity: Entity, criteria: Criteria): Selection {
    const table = this.store.table(entity.name);
    if (table instanceof SyntheticTickets) return table.select(criteria) ?? filterRows(table.rows(), criteria);
    return filterRows(table.rows(), criteria);
  }
}

function keyOf(entity: Entity, query: URLSearchParams): string {
  let key = entity.name;
  for (const [name, value] of query) if (!PAGING.has(name)) key += `&${name}=${value}`;
  return key;
}

function filterRows(rows: Iterable<Row>, criteria: Criteria): Selection {
  const found: Row[] = [];
  for (const row of rows) if (isWanted(row, criteria)) found.push(row);
  return criteria.orders.length === 0 ? found : found.sort((one, other) => compare(one.record, other.record, criteria));
}

function isWanted({ record, changedAt, isDeleted }: Row, criteria: Criteria): boolean {
  if (isDeleted !== criteria.wantsDeleted) return false;
  const isInactive = record.inactive === true || record.isdisabled === true;
  if (isInactive ? !criteria.wantsInactive : !criteria.wantsActive) return false;
  if (criteria.fromMs !== undefined && changedAt < criteria.fromMs) return false;
  if (criteria.toMs !== undefined && changedAt > criteria.toMs) return false;
  return criteria.tests.every((test) => test(record));
}

function compare(one: HaloRecord, other: HaloRecord, { orders }: Criteria): number {
  for (const { field, isDescending } of orders) {
    const difference = compareValues(one[field], other[field]);
    if (difference !== 0) return isDescending ? -difference : difference;
  }
  return 0;
}

function compareValues(one: HaloRecord[string] | undefined, other: HaloRecord[string] | undefined): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  const [left, right] = [JSON.stringify(one ?? '').toLowerCase(), JSON.stringify(other ?? '').toLowerCase()];
  return left === right ? 0 : left < right ? -1 : 1;
}
