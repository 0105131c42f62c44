import type { Criteria } from './criteria.ts';
import type { Selection } from './selection.ts';
import { SPAN_MS } from './seed/seed.ts';
import { FIRST_IDS } from './seed/sizes.ts';
import { buildTicketRow, withTicketDetails, type TicketTimes, type World } from './seed/tickets.ts';
import { scatter } from './seed/random.ts';
import type { Row, Table } from './table.ts';

/**
 * Tickets that are computed when somebody asks, so that a million of them take no memory.
 *
 * They are changed in the order of their ids, which makes a delta a range of indexes. Nothing can be written.
 */
export class SyntheticTickets implements Table {
  readonly version = 0;
  readonly isReadOnly = true;
  private readonly count: number;
  private readonly world: World;
  private readonly startMs: number;

  constructor(count: number, world: World, baseMs: number) {
    this.count = count;
    this.world = world;
    this.startMs = baseMs - SPAN_MS;
  }

  get(key: string): Row | undefined {
    const index = Number(key) - FIRST_IDS.tickets;
    if (!Number.isInteger(index) || index < 0 || index >= this.count) return undefined;
    const row = this.rowAt(index);
    return { ...row, record: withTicketDetails(row.record, index, this.timesOf(index)), listJson: undefined };
  }

  *rows(): Iterable<Row> {
    for (let index = 0; index < this.count; index += 1) yield this.rowAt(index);
  }

  put(): never {
    throw new Error('Synthetic tickets cannot be changed');
  }

  setDeleted(): never {
    throw new Error('Synthetic tickets cannot be deleted');
  }

  drop(): never {
    throw new Error('Synthetic tickets cannot be deleted');
  }

  /** The rows as a range of indexes; undefined when the criteria need a look at every row. */
  select(criteria: Criteria): Selection | undefined {
    const [order, ...more] = criteria.orders;
    const isRange = criteria.tests.length === 0 && !criteria.wantsDeleted && criteria.wantsActive && more.length === 0;
    if (!isRange || (order !== undefined && order.field !== 'id')) return undefined;
    const first = this.firstIndexFrom(criteria.fromMs ?? -Infinity);
    const end = Math.max(first, this.firstIndexFrom((criteria.toMs ?? Infinity) + 1));
    const indexAt = order?.isDescending ? (place: number) => end - 1 - place : (place: number) => first + place;
    const length = end - first;
    return { length, slice: (from, to) => this.rowsAt(from, Math.min(to, length), indexAt) };
  }

  private rowsAt(from: number, to: number, indexAt: (place: number) => number): Row[] {
    const rows: Row[] = [];
    for (let place = from; place < to; place += 1) rows.push(this.rowAt(indexAt(place)));
    return rows;
  }

  private rowAt(index: number): Row {
    const times = this.timesOf(index);
    const record = buildTicketRow(index, times, this.world);
    return { record, changedAt: times.changedAt, isDeleted: false, listJson: JSON.stringify(record) };
  }

  private changedAt(index: number): number {
    return this.startMs + Math.floor((index * SPAN_MS) / this.count);
  }

  private timesOf(index: number): TicketTimes {
    const changedAt = this.changedAt(index);
    return { openedAt: changedAt - (scatter(this.world.random, index, 41) % 86_400_000), changedAt };
  }

  /** Binary search for the first ticket that changed at `epochMs` or later. */
  private firstIndexFrom(epochMs: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.changedAt(middle) < epochMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
