import { TransformError } from '../core/errors.ts';
import type { DataRecord, Json } from '../core/record.ts';
import {
  type EntryWrite,
  type Eventually,
  NO_VARIABLES,
  type StepOperation,
  type StepRequest,
  type StepRun,
  whenKnown,
} from '../core/step-run.ts';

const MAX_KEY_LENGTH = 1024;
/** Values are kept for people to look at; longer ones are no values of a table. */
const MAX_UNMATCHED_LENGTH = 500;

/** An entry as a record writes it; `value` is undefined where it is removed. */
export interface OwnWrite {
  readonly place: string;
  readonly value: Json | undefined;
  readonly write: EntryWrite;
}

/** A value that a record did not find in a value map. */
export interface Unmatched {
  readonly valueMap: string;
  /** JSON text. */
  readonly value: string;
  /** Whether it matters only where the record does not reach the target. */
  readonly onlyLost: boolean;
}

/** What the records before this one have written, and what is there beneath it. */
export interface Surroundings {
  /** What an earlier record wrote at a place; undefined where none did. */
  written(place: string): OwnWrite | undefined;
  entry(storage: string, key: string, place: string): Eventually<Json | undefined>;
  /** All entries of a storage, as they are there. */
  entries(storage: string): Eventually<DataRecord>;
  /** What earlier records wrote into a storage, in order; the list grows. */
  writtenIn(storage: string): readonly OwnWrite[];
  link(outgoing: string, key: string): Eventually<string | undefined>;
  /** @param name What tells the call from others; the same again gets the same answer. */
  call(operation: StepOperation, request: StepRequest, name: string): Eventually<Json | undefined>;
  now(): number;
}

/** What one record sees and leaves. Nothing is allocated before a step reads or writes. */
export class RecordRun implements StepRun {
  variables: DataRecord = NO_VARIABLES;
  globals: DataRecord = NO_VARIABLES;
  task: string | undefined;
  notBefore = 0;
  /** Key of the record, for people. */
  readonly key: string;
  readonly #around: Surroundings;
  #writes: OwnWrite[] | undefined;
  #latest: Map<string, OwnWrite> | undefined;
  #seen: Map<string, OwnWrite | undefined> | undefined;
  /** How many writes of earlier records a storage had when all of it was read first. */
  #seenWhole: Map<string, number> | undefined;
  #unmatched: Unmatched[] | undefined;
  #hasRead = false;
  #calls = 0;

  constructor(key: string, around: Surroundings) {
    this.key = key;
    this.#around = around;
  }

  entry(storage: string, key: string): Eventually<Json | undefined> {
    const place = placeOf(storage, requireKey(storage, key));
    const own = this.#latest?.get(place);
    if (own) return own.value;
    const earlier = this.#around.written(place);
    this.#seen ??= new Map();
    if (!this.#seen.has(place)) this.#seen.set(place, earlier);
    if (earlier) return earlier.value;
    this.#hasRead = true;
    return this.#around.entry(storage, key, place);
  }

  entries(storage: string): Eventually<DataRecord> {
    this.#seenWhole ??= new Map();
    const seen = this.#seenWhole.get(storage) ?? this.#around.writtenIn(storage).length;
    this.#seenWhole.set(storage, seen);
    this.#hasRead = true;
    const earlier = this.#around.writtenIn(storage).slice(0, seen);
    const own = this.writes.filter(({ write }) => write.storage === storage);
    return whenKnown(this.#around.entries(storage), (entries) => withWrites(entries, [...earlier, ...own]));
  }

  save(storage: string, key: string, value: Json, ttlSeconds?: number): void {
    const expiresAt = ttlSeconds === undefined ? null : this.#around.now() + ttlSeconds * 1000;
    this.#write({ storage, key: requireKey(storage, key), value: JSON.stringify(value), expiresAt }, value);
  }

  remove(storage: string, key: string): void {
    this.#write({ storage, key: requireKey(storage, key), value: null, expiresAt: null }, undefined);
  }

  link(outgoing: string, key: string): Eventually<string | undefined> {
    this.#hasRead = true;
    return this.#around.link(outgoing, key);
  }

  call(operation: StepOperation, request: StepRequest): Eventually<Json | undefined> {
    this.#hasRead = true;
    this.#calls += 1;
    const { path, query, body, take, batch } = request;
    const what = JSON.stringify([operation.name, path, query, body ?? null, take, ...(batch ? [batch] : [])]);
    // A record that runs again makes no call that changes something twice.
    const own = operation.isReading ? '' : `${this.key}\0${this.#calls}\0`;
    return this.#around.call(operation, request, own + what);
  }

  stepAside(): void {
    this.#hasRead = true;
  }

  noteUnmatched(valueMap: string, value: Json, onlyLost = false): void {
    this.#unmatched ??= [];
    const shown = typeof value === 'string' ? value.slice(0, MAX_UNMATCHED_LENGTH) : value;
    this.#unmatched.push({ valueMap, value: JSON.stringify(shown), onlyLost });
  }

  /** Whether it waits for something that others need not wait for. */
  get hasRead(): boolean {
    return this.#hasRead;
  }

  /** What it writes, in order. */
  get writes(): readonly OwnWrite[] {
    return this.#writes ?? NOTHING;
  }

  /** Values that it did not find in value maps. */
  get unmatched(): readonly Unmatched[] {
    return this.#unmatched ?? NOTHING;
  }

  /** Whether an earlier record has written since what this one saw before it: then it saw what is not so. */
  get isStale(): boolean {
    for (const [place, earlier] of this.#seen ?? []) if (this.#around.written(place) !== earlier) return true;
    for (const [storage, seen] of this.#seenWhole ?? [])
      if (this.#around.writtenIn(storage).length !== seen) return true;
    return false;
  }

  /** Where its writes stand, for {@link rollBack}. */
  mark(): number {
    return this.#writes?.length ?? 0;
  }

  /** Takes back what was written since a mark. */
  rollBack(mark: number): void {
    if (!this.#writes || this.#writes.length === mark) return;
    this.#writes.length = mark;
    this.#latest = new Map(this.#writes.map((write) => [write.place, write]));
  }

  #write(write: EntryWrite, value: Json | undefined): void {
    const own = { place: placeOf(write.storage, write.key), value, write };
    this.#writes ??= [];
    this.#latest ??= new Map();
    this.#writes.push(own);
    this.#latest.set(own.place, own);
  }
}

const NOTHING: readonly never[] = [];

function withWrites(entries: DataRecord, writes: readonly OwnWrite[]): DataRecord {
  if (writes.length === 0) return entries;
  const all = new Map(Object.entries(entries));
  for (const { value, write } of writes) {
    if (value === undefined) all.delete(write.key);
    else all.set(write.key, value);
  }
  return Object.fromEntries(all);
}

function placeOf(storage: string, key: string): string {
  return `${storage}\0${key}`;
}

/** Databases keep no U+0000 in texts, and the API takes no longer keys. */
function requireKey(storage: string, key: string): string {
  if (key !== '' && key.length <= MAX_KEY_LENGTH && !key.includes('\0')) return key;
  const reason = key === '' ? 'is empty' : key.length > MAX_KEY_LENGTH ? 'is too long' : 'holds U+0000';
  throw new TransformError(
    `A key for the storage "${storage}" ${reason}; it has 1 to ${MAX_KEY_LENGTH} characters`,
    { storage },
    'ERR_STORAGE_KEY',
  );
}
