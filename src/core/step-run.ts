import { TransformError } from './errors.ts';
import type { DataRecord, Json } from './record.ts';

/** At once, or later: what is known already costs no promise. */
export type Eventually<Value> = Value | Promise<Value>;

/**
 * What steps share while they work on one record of a page or a batch: its variables, what they read of the platform, and
 * what they leave there.
 *
 * Reads see what this record and those before it wrote. Nothing is written by the steps themselves: what they leave becomes
 * durable with the page or the settled task, or not at all when a step fails.
 */
export interface StepRun {
  /** Values under the names that steps gave them. They are replaced, never changed. */
  variables: DataRecord;
  /** Values that steps of imported chains set for all steps behind them, also those of other lists. Replaced, never changed. */
  globals: DataRecord;
  /** Id of the task that the steps work on; undefined where there is none yet. */
  readonly task: string | undefined;
  /** When this try was due, epoch milliseconds: answers kept from before it do not count. 0 for a first try. */
  readonly notBefore: number;
  /** An entry of a storage; undefined where there is none. */
  entry(storage: string, key: string): Eventually<Json | undefined>;
  /** All entries of a storage by key. Throws TransformError where there are too many. */
  entries(storage: string): Eventually<DataRecord>;
  /** Writes an entry, which is forgotten after `ttlSeconds`; without them it stays. Throws TransformError ERR_STORAGE_KEY. */
  save(storage: string, key: string, value: Json, ttlSeconds?: number): void;
  remove(storage: string, key: string): void;
  /** Id that a record has in the target of an outgoing; undefined where none was learnt. */
  link(outgoing: string, key: string): Eventually<string | undefined>;
  /**
   * Makes a call and gives what was asked of its answer; undefined where there is nothing.
   *
   * Where only a test is made, what may change something is refused: TransformError ERR_CALL_NOT_MADE.
   */
  call(operation: StepOperation, request: StepRequest): Eventually<Json | undefined>;
  /**
   * Says that what the record waits for now changes nothing, such as a program: the records behind it begin meanwhile, in
   * the order that they have.
   */
  stepAside(): void;
  /**
   * Counts a value that a value map does not have, for people to look at. It counts also when the record fails; with `onlyLost`
   * only where it does not reach the target.
   */
  noteUnmatched(valueMap: string, value: Json, onlyLost?: boolean): void;
}

/** An operation of a client, as steps call it. */
export interface StepOperation {
  /** `client/entity.operation`. */
  readonly name: string;
  /** Whether it changes nothing. */
  readonly isReading: boolean;
  call(request: StepRequest, signal: AbortSignal): Promise<Json | undefined>;
}

/** What a step asks for. */
export interface StepRequest {
  readonly path: DataRecord;
  readonly query: DataRecord;
  readonly body: Json | undefined;
  /** The answer as it is; the first record in it; or its records, those of all pages. */
  readonly take: 'answer' | 'record' | 'records';
  /** Asks for one row by its key, together with other records that ask at the same time. */
  readonly batch?: CallBatch;
}

/** How rows of several records are asked for by one call. */
export interface CallBatch {
  /** Query parameter that takes the keys. */
  readonly parameter: string;
  /** Key of the row that this record wants. */
  readonly key: string;
  /** Field of a row that is its key. */
  readonly recordKey: string;
  /** Most keys of one call. */
  readonly size: number;
}

/** Uses a value now where it is known, else when it comes. */
export function whenKnown<Value, Result>(
  value: Eventually<Value>,
  use: (value: Value) => Result,
): Result | Promise<Awaited<Result>> {
  return value instanceof Promise ? (value.then(use) as Promise<Awaited<Result>>) : use(value);
}

/** No variable is set. */
export const NO_VARIABLES: DataRecord = Object.freeze({});

/** A run where there is no platform: what needs one fails. */
export function bareRun(): StepRun {
  return {
    variables: NO_VARIABLES,
    globals: NO_VARIABLES,
    task: undefined,
    notBefore: 0,
    entry: noPlatform,
    entries: noPlatform,
    save: noPlatform,
    remove: noPlatform,
    link: noPlatform,
    call: noPlatform,
    stepAside: () => undefined,
    noteUnmatched: () => undefined,
  };
}

function noPlatform(): never {
  throw new TransformError(
    'Steps that use storages, links or calls cannot run here: there is no database',
    {},
    'ERR_STORAGE_UNAVAILABLE',
  );
}

/** What one record, or a page of them, leaves on the platform. */
export interface StepEffects {
  /** Entries of storages, each place once. */
  readonly entries: readonly EntryWrite[];
  readonly unmatched: readonly UnmatchedValue[];
}

/** How an entry of a storage becomes. */
export interface EntryWrite {
  readonly storage: string;
  readonly key: string;
  /** JSON text; null removes the entry. */
  readonly value: string | null;
  /** Epoch milliseconds; null where it does not expire. */
  readonly expiresAt: number | null;
}

/** A value that a value map does not have. */
export interface UnmatchedValue {
  readonly valueMap: string;
  /** JSON text. */
  readonly value: string;
  readonly count: number;
  /** Key of a record that has it. */
  readonly sample: string;
}
