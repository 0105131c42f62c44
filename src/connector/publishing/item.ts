import type { IntegrationError } from '../../core/errors.ts';
import { PublishError, RateLimitError } from '../../core/errors.ts';
import type { DataRecord } from '../../core/record.ts';
import type { Target } from './target.ts';
import type { Note, OutgoingRecord, Publisher, RecordResult, SendContext } from './types.ts';

/** A record on its way: what it will be sent as. */
export interface Item {
  readonly index: number;
  readonly source: OutgoingRecord;
  /** The whole record, prepared: what is matched by. */
  readonly record: DataRecord;
  /** What is sent of it. */
  readonly body: DataRecord;
  readonly does: 'create' | 'update' | 'delete';
  /** Whether it is gone in the source. */
  readonly isDeleted: boolean;
  /** Id in the target, where it is known. */
  readonly targetId: string | undefined;
  /** Whether we found the id, as against the record carrying it. */
  readonly idIsOurs: boolean;
  /** What told the id: "id", "link", or the fields of a match rule. */
  readonly matchedBy: string | undefined;
  /** The target's own record, where it had to be looked at. */
  readonly current: DataRecord | undefined;
  readonly note: Note | undefined;
}

/** One batch that is being sent. `results` fills up, by the index of the record. */
export interface Sending {
  readonly target: Target & { readonly onUncertain: Publisher['onUncertain'] };
  readonly context: SendContext;
  readonly signal: AbortSignal;
  readonly results: RecordResult[];
  /** Where nothing is sent: what records before these would create. */
  readonly planned?: Set<string>;
}

/** Field that marks a record as gone in the source. */
export const DELETED_FIELD = '$deleted';

/** Result of a record that did not get as far as a call. */
export function notSent(error: IntegrationError): RecordResult {
  return error instanceof RateLimitError
    ? { kind: 'postponed', error, afterMs: error.retryAfterMs }
    : { kind: 'failed', error };
}

/** Error of a record whose record in the target is not there any more. */
export function targetGone(item: Item, cause: IntegrationError): PublishError {
  return new PublishError(
    'ERR_TARGET_GONE',
    `The record in the target that this one updates (id ${item.targetId ?? ''}) is gone: ${cause.message}. Retry creates it anew`,
    { details: { key: item.source.key, targetId: item.targetId }, cause },
  );
}
