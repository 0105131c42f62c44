import type { DataRecord, Json } from '../core/record.ts';
import type {
  EntryWrite,
  Eventually,
  StepEffects,
  StepOperation,
  StepRequest,
  UnmatchedValue,
} from '../core/step-run.ts';
import { CallBatches } from './call-batches.ts';
import { type OwnWrite, RecordRun, type Surroundings } from './record-run.ts';

/** What steps read of the platform. What is asked for at the same time is meant to be read together. */
export interface StepReads {
  entry(storage: string, key: string): Promise<Json | undefined>;
  /** All entries of a storage by key. Throws TransformError where there are too many. */
  entries(storage: string): Promise<DataRecord>;
  link(outgoing: string, key: string): Promise<string | undefined>;
  call(operation: StepOperation, request: StepRequest, signal: AbortSignal): Promise<Json | undefined>;
}

/** Longest time that one call of a step may take with all its tries. */
const CALL_MS = 5 * 60_000;

/** Clock (epoch milliseconds), and what ends calls early. */
export interface SessionOptions {
  readonly now?: () => number;
  readonly signal?: AbortSignal;
}

/** Which records are worked on at the same time: those that wait for reads, or all that wait. */
export type Overlap = 'reads' | 'all';

/** Records at work at the same time. */
const WINDOW = 256;

/**
 * The steps of one page or one batch: what its records read and what they leave, kept in memory until it is settled.
 *
 * Records have their effects in order, as if each had waited for the one before it: those that wait for reads run at the
 * same time, so that their reads go out together, and one that read what an earlier record then wrote runs again.
 */
export class StepSession {
  readonly #reads: StepReads;
  readonly #kept = new Map<string, OwnWrite>();
  readonly #keptIn = new Map<string, OwnWrite[]>();
  readonly #read = new Map<string, Eventually<unknown>>();
  readonly #runs: RecordRun[] = [];
  readonly #surroundings: Surroundings;

  constructor(reads: StepReads, { now = Date.now, signal }: SessionOptions = {}) {
    this.#reads = reads;
    const callNow = (operation: StepOperation, request: StepRequest) =>
      this.#reads.call(operation, request, endingWith(signal));
    const batches = new CallBatches(callNow);
    this.#surroundings = {
      now,
      written: (place) => this.#kept.get(place),
      entry: (storage, key, place) => this.#once(`e${place}`, () => this.#reads.entry(storage, key)),
      entries: (storage) => this.#once(`a${storage}`, () => this.#reads.entries(storage)),
      writtenIn: (storage) => this.#keptIn.get(storage) ?? NO_WRITES,
      call: (operation, request, name) =>
        this.#once(`c${name}`, () =>
          request.batch ? batches.find(operation, request, request.batch) : callNow(operation, request),
        ),
      link: (outgoing, key) => this.#once(`l${outgoing}\0${key}`, () => this.#reads.link(outgoing, key)),
    };
  }

  /** Works on records in order. Without a promise on the way, none is made for a record. */
  async each<Item extends { readonly key: string }, Result>(
    items: readonly Item[],
    work: (item: Item, run: RecordRun) => Eventually<Result>,
    overlap: Overlap = 'reads',
  ): Promise<Result[]> {
    const results: Result[] = [];
    for (let index = 0; index < items.length;) {
      const item = items[index] as Item;
      const run = this.#open(item);
      const outcome = work(item, run);
      if (outcome instanceof Promise) {
        const others = overlap === 'all' || run.hasRead ? items.slice(index + 1, index + WINDOW) : [];
        for (const result of await this.#together({ item, run, outcome }, others, work)) results.push(result);
        index += 1 + others.length;
      } else {
        this.#keep(run);
        results.push(outcome);
        index += 1;
      }
    }
    return results;
  }

  /** What all records leave, those of the whole session. */
  effects(): StepEffects | undefined {
    return effectsOf(this.#runs, this.#runs);
  }

  /** Forgets what was read; what was written stays in sight. For sessions that last. */
  forgetReads(): void {
    this.#read.clear();
  }

  #open({ key }: { readonly key: string }): RecordRun {
    return new RecordRun(key, this.#surroundings);
  }

  #keep(run: RecordRun): void {
    for (const write of run.writes) {
      this.#kept.set(write.place, write);
      const { storage } = write.write;
      const known = this.#keptIn.get(storage);
      if (known) known.push(write);
      else this.#keptIn.set(storage, [write]);
    }
    if (run.writes.length > 0 || run.unmatched.length > 0) this.#runs.push(run);
  }

  async #together<Item extends { readonly key: string }, Result>(
    first: { readonly item: Item; readonly run: RecordRun; readonly outcome: Promise<Result> },
    others: readonly Item[],
    work: (item: Item, run: RecordRun) => Eventually<Result>,
  ): Promise<Result[]> {
    const begun = [
      { ...first, outcome: settled(first.outcome) },
      ...others.map((item) => {
        const run = this.#open(item);
        return { item, run, outcome: settled(begin(() => work(item, run))) };
      }),
    ];
    const results: Result[] = [];
    for (const { item, run, outcome } of begun) {
      const end = await outcome;
      if (run.isStale) {
        const again = this.#open(item);
        results.push(await work(item, again));
        this.#keep(again);
      } else {
        if ('error' in end) throw end.error;
        results.push(end.result);
        this.#keep(run);
      }
    }
    return results;
  }

  /** Reads a thing once, also for all who ask while it is being read. */
  #once<Value>(name: string, read: () => Promise<Value>): Eventually<Value> {
    if (this.#read.has(name)) return this.#read.get(name) as Eventually<Value>;
    const reading = read().then(
      (value) => {
        this.#read.set(name, value);
        return value;
      },
      (error: unknown) => {
        this.#read.delete(name);
        throw error;
      },
    );
    this.#read.set(name, reading);
    return reading;
  }
}

const NO_WRITES: readonly OwnWrite[] = [];

function endingWith(signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(CALL_MS);
  return signal ? AbortSignal.any([signal, timeout]) : timeout;
}

/**
 * What records leave together; undefined where that is nothing.
 *
 * @param done Whose writes count.
 * @param seen Whose unmatched values count: also records that failed have theirs.
 * @param arrived Whose values are not told where only those of lost records are.
 */
export function effectsOf(
  done: readonly RecordRun[],
  seen: readonly RecordRun[],
  arrived: readonly RecordRun[] = [],
): StepEffects | undefined {
  const entries = new Map<string, EntryWrite>();
  for (const run of done) for (const { place, write } of run.writes) entries.set(place, write);
  const unmatched = new Map<string, UnmatchedValue>();
  for (const run of seen) {
    const { key, unmatched: own } = run;
    for (const { valueMap, value, onlyLost } of own) {
      if (onlyLost && arrived.includes(run)) continue;
      const name = `${valueMap}\0${value}`;
      unmatched.set(name, { valueMap, value, sample: key, count: (unmatched.get(name)?.count ?? 0) + 1 });
    }
  }
  if (entries.size === 0 && unmatched.size === 0) return undefined;
  return { entries: [...entries.values()], unmatched: [...unmatched.values()] };
}

type End<Result> = { readonly result: Result } | { readonly error: unknown };

/** A failure is kept until it is that record's turn. */
function settled<Result>(outcome: Eventually<Result>): Promise<End<Result>> {
  return Promise.resolve(outcome).then(
    (result) => ({ result }),
    (error: unknown) => ({ error }),
  );
}

async function begin<Result>(work: () => Eventually<Result>): Promise<Result> {
  return work();
}
