import type { Component } from '../core/component.ts';
import type { Transform } from '../core/component.ts';
import type { DataRecord, Json } from '../core/record.ts';
import type { OpenStorage } from '../core/storage-entries.ts';
import type { FileInbox } from '../files/inbox/inbox.ts';
import type { ConnectedClient } from './connect.ts';

/** What subscribers and publishers may use while they are created. */
export interface IntegrationContext {
  /** Identifier of the document that it is created for. */
  readonly identifier: string;
  /** Looks a client up. Throws ConfigError with the nearest name when there is none that can be used. */
  readonly client: (identifier: string) => ConnectedClient;
  /** Opens a storage. Throws ConfigError with the nearest name when there is none. */
  readonly storage: (identifier: string) => OpenStorage;
  /** Compiles a list of steps; `at` is their place in the document. */
  readonly chain: (steps: unknown, at: string) => Transform;
  readonly variable: (name: string) => string | undefined;
  /** Files that wait to be read; undefined where there is no database, such as in a check of documents. */
  readonly files?: FileInbox | undefined;
}

/** How one reading is to be done. */
export interface ReadRequest {
  /** Start of the window, epoch milliseconds; undefined reads everything. */
  readonly since: number | undefined;
  /** What the last complete reading ended with, where the source hands out such a place: a delta link. */
  readonly state?: Json | undefined;
  /** Where an interrupted reading goes on. */
  readonly position: Json | undefined;
  /**
   * Is done when all pages so far are durable, or will not be; tells which. Undefined where what is read is only looked at:
   * nothing may count as read then. Throws what keeps them from being written.
   */
  readonly written: (() => Promise<boolean>) | undefined;
  /** Number of the file that alone is read, as plans of uploads do; undefined reads what waits. */
  readonly file?: number | undefined;
  /** Distinct records counted so far in this reading. */
  readonly received: () => number;
}

/** One page of source records. */
export interface SourcePage {
  readonly rows: readonly DataRecord[];
  /** Records the source announces for the whole reading; undefined where it does not say. */
  readonly announced: number | undefined;
  /** Place of this page: an interrupted reading reads it again, so that nothing is missed between two pages. */
  readonly position: Json;
  /** Source's clock when it answered, epoch milliseconds. */
  readonly at: number | undefined;
  /** On the last page: what the next reading starts from, where the source hands out such a place. */
  readonly state?: Json;
}

/** Reads records of one source. */
export interface Subscriber {
  /** "full": every record of every run; "incremental": only what is new or changed. */
  readonly mode: 'full' | 'incremental';
  /** Key of a record; undefined where the source has none. Throws SourceError when a key field is missing. */
  keyOf(record: DataRecord): string | undefined;
  /** Whether the source can be asked for what changed. */
  readonly hasDelta: boolean;
  /** How far two windows overlap, in milliseconds. */
  readonly lookBackMs: number;
  /** When a record changed, epoch milliseconds; undefined where it does not tell. */
  changedAt(record: DataRecord): number | undefined;
  /** Whether a reading that ends well may leave out what is there: what is gone cannot be told from it then. */
  readonly isPartial?: boolean;
  read(request: ReadRequest, signal: AbortSignal): AsyncGenerator<SourcePage>;
}

/** A kind of source. */
export interface SubscriberComponent<Options = never> extends Component {
  create(options: Options, context: IntegrationContext): Subscriber;
}
