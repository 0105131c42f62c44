import type { Component, Transform } from '../../core/component.ts';
import type { IntegrationError } from '../../core/errors.ts';
import type { DataRecord } from '../../core/record.ts';
import type { StepRun } from '../../core/step-run.ts';
import type { OpenStorage } from '../../core/storage-entries.ts';
import type { Link } from '../../core/task.ts';
import type { ConnectedClient } from '../connect.ts';
import type { FieldChange } from './field-rules.ts';
import type { Exchange } from '../../http/types.ts';

/** What a publisher may use while it is created. */
export interface PublisherContext {
  readonly client: (identifier: string) => ConnectedClient;
  /** Opens a storage. Throws ConfigError with the nearest name when there is none. */
  readonly storage: (identifier: string) => OpenStorage;
  readonly chain: (steps: unknown, at: string) => Transform;
  readonly variable: (name: string) => string | undefined;
  /** Folders that files may be written into, with all that is below; undefined where documents are only checked. */
  readonly outputFolders?: readonly string[] | undefined;
}

/** One record to publish. */
export interface OutgoingRecord {
  /** Key of its source record on this route; stays the same over all its versions. */
  readonly key: string;
  readonly record: DataRecord;
  /** When an earlier try began that may have taken effect, epoch milliseconds; undefined when there is none. */
  readonly uncertainSince: number | undefined;
  /** When this try was due, epoch milliseconds: no earlier than the last one can be taken for over. */
  readonly dueAt: number;
  /** Which try this is, from 1. */
  readonly attempt: number;
  /** What its steps share, also those of the publisher. */
  readonly run: StepRun;
}

/** What is worth telling of a record that is done. */
export interface Note {
  readonly code: string;
  readonly message: string;
}

/** What became of one record. */
export type RecordResult =
  | {
      readonly kind: 'done';
      readonly targetId?: string | undefined;
      readonly exchange?: number | undefined;
      readonly index?: number;
      readonly note?: Note | undefined;
      /** Further links that the answer told. */
      readonly links?: readonly Link[] | undefined;
      /** Records that follow from the answer, for the publisher's `afterwards` route. */
      readonly followUps?: readonly DataRecord[] | undefined;
    }
  /** Refused, or failed before anything was sent. */
  | {
      readonly kind: 'failed';
      readonly error: IntegrationError;
      readonly exchange?: number | undefined;
      readonly index?: number;
      /** Id in the target, where the record was stored all the same: a retry updates it. */
      readonly targetId?: string | undefined;
    }
  /** Left out on purpose: the connector says that this answer is no failure. */
  | {
      readonly kind: 'skipped';
      readonly error: IntegrationError;
      readonly exchange?: number | undefined;
      readonly index?: number;
    }
  /** It may have arrived or not: looked up again where that is possible, else a person decides. */
  | {
      readonly kind: 'uncertain';
      readonly error: IntegrationError;
      /** When the try began that may have taken effect, epoch milliseconds. */
      readonly since: number;
      readonly exchange?: number | undefined;
    }
  /** Not sent; try again after the time without using up an attempt. */
  | { readonly kind: 'postponed'; readonly error: IntegrationError; readonly afterMs: number };

/** How far an index is complete, epoch milliseconds: by the target's clock, and by ours. */
export interface MatchScan {
  readonly scannedAt: number;
  readonly refreshedAt: number;
}

/** Target ids by value of the match fields. */
export interface MatchIndex {
  scan(): Promise<MatchScan | undefined>;
  writeScan(scan: MatchScan): Promise<void>;
  /** Remembers records that were just created. */
  add(entries: readonly { readonly value: string; readonly targetId: string }[]): Promise<void>;
  /** Remembers records that were there before, and forgets values they no longer carry. */
  replace(entries: readonly { readonly value: string; readonly targetId: string }[]): Promise<void>;
  find(values: readonly string[]): Promise<Map<string, string[]>>;
}

/** What a publisher may use while it sends one batch. Implemented over the store. */
export interface SendContext {
  /** Target ids learnt earlier for these source keys. */
  readonly links: (keys: readonly string[]) => Promise<Map<string, string>>;
  /** Source keys that these target records are linked to, by target id. */
  readonly owners: (targetIds: readonly string[]) => Promise<Map<string, string>>;
  /** The shared index of target records of one match rule, by its name. */
  readonly matchIndex: (rule: string) => MatchIndex;
  /** Waits while as many batches as may be have been sent and are not settled; a batch waits before its first call only. */
  readonly beforeCall: () => Promise<void>;
  /**
   * Makes that durable ahead, while a place for the call is waited for; taken back where there is none soon. Never fails,
   * and is over soon after `place` is.
   */
  readonly beforePlace: (place: Promise<unknown>) => Promise<void>;
  /** Makes durable that sending begins. Throws when the claim is no longer ours. */
  readonly beforeSend: () => Promise<void>;
  /** Takes it back: the target did not take the call. */
  readonly notSent: () => Promise<void>;
  /** Forgets a target record that turned out to be gone, so that a retry creates it anew. */
  readonly forget: (key: string, targetId: string) => Promise<void>;
  /** Keeps a call for people; answers its id. */
  readonly record: (exchange: Exchange) => Promise<number>;
}

/** What publishing a record would do now. */
export interface PlannedRecord {
  readonly action: 'create' | 'update' | 'unchanged' | 'delete' | 'skip' | 'fail';
  readonly targetId?: string | undefined;
  /** What told which record of the target is meant: "id", "link", or the fields of a match rule. */
  readonly matchedBy?: string | undefined;
  /** What an update would change; undefined where the target cannot be read. */
  readonly changes?: readonly FieldChange[] | undefined;
  /** What would be sent to create it. */
  readonly record?: DataRecord | undefined;
  /** Why, where that has to be told. */
  readonly code?: string | undefined;
  readonly reason?: string | undefined;
}

/** Writes records to one target. */
export interface Publisher {
  /** Most records of one batch. */
  readonly batchSize: number;
  /** Calls that its target takes at the same time; Infinity unless given. */
  readonly callsAtOnce?: number;
  /** What is done about records that may have arrived already. */
  readonly onUncertain: 'verify' | 'resend' | 'hold';
  /**
   * Sends a batch. Every record gets a result, in the same order; throws only when the signal aborts or the claim is lost.
   */
  send(batch: readonly OutgoingRecord[], context: SendContext, signal: AbortSignal): Promise<readonly RecordResult[]>;
  /**
   * Tells what {@link Publisher.send} would do with each record, by the same steps, and sends nothing that changes
   * anything.
   *
   * @param planned What batches before this one would create; grows.
   */
  plan(
    batch: readonly OutgoingRecord[],
    context: SendContext,
    planned: Set<string>,
    signal: AbortSignal,
  ): Promise<readonly PlannedRecord[]>;
}

/** A kind of target. */
export interface PublisherComponent<Options = never> extends Component {
  create(options: Options, context: PublisherContext): Publisher;
}
