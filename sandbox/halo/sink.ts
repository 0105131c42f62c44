import { textOf, type HaloRecord } from './record.ts';

/** Counters of the records an entity was sent. */
export interface SinkCounts {
  posted: number;
  /** Different keys. */
  distinct: number;
  /** Records whose key had come before. */
  repeated: number;
  /** Records without a key. */
  keyless: number;
}

interface EntitySink extends SinkCounts {
  lastId: number;
  readonly times: Map<string, number>;
}

/** Takes created records without storing them: it counts how often each key came. */
export class KeySink {
  /** Told the key of each record as it comes. */
  onAdded: ((key: string) => void) | undefined;

  private readonly fields: readonly string[];
  private readonly sinks = new Map<string, EntitySink>();

  constructor(fields: readonly string[]) {
    this.fields = fields;
  }

  /** Counts a created record and gives its id. */
  add(entity: string, record: HaloRecord): number {
    const sink = this.of(entity);
    const key = this.keyOf(record);
    const times = sink.times.get(key) ?? 0;
    sink.posted += 1;
    sink.lastId += 1;
    if (key === '') sink.keyless += 1;
    else if (times === 0) sink.distinct += 1;
    else sink.repeated += 1;
    if (key !== '') sink.times.set(key, times + 1);
    this.onAdded?.(key);
    return sink.lastId;
  }

  /** True for an id this sink has given. */
  knows(entity: string, id: number): boolean {
    return id > 0 && id <= (this.sinks.get(entity)?.lastId ?? 0);
  }

  /** How often a key came. */
  timesOf(entity: string, key: string): number {
    return this.sinks.get(entity)?.times.get(key) ?? 0;
  }

  countsOf(entity: string): SinkCounts {
    const { posted, distinct, repeated, keyless } = this.of(entity);
    return { posted, distinct, repeated, keyless };
  }

  private of(entity: string): EntitySink {
    const known = this.sinks.get(entity);
    if (known !== undefined) return known;
    const sink: EntitySink = { posted: 0, distinct: 0, repeated: 0, keyless: 0, lastId: 0, times: new Map() };
    this.sinks.set(entity, sink);
    return sink;
  }

  private keyOf(record: HaloRecord): string {
    for (const field of this.fields) {
      const key = textOf(record[field]);
      if (key !== '') return key;
    }
    return '';
  }
}
