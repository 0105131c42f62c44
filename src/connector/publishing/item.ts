import type { IntegrationError } from '../../core/errors.ts';
import { RateLimitError } from '../../core/errors.ts';
import type { DataRecord } from '../../core/record.ts';
import type { Target } from './target.ts';
import type { OutgoingRecord, Publisher, RecordResult, SendContext } from './types.ts';

/** A record on its way: what it will be sent as, or its result already. */
export interface Item {
  readonly index: number;
  readonly source: OutgoingRecord;
  readonly record: DataRecord;
  /** Id in the target, where it is known. */
  readonly targetId: string | undefined;
  /** Whether we found the id, as against the record carrying it. */
  readonly idIsOurs: boolean;
}

/** One batch that is being sent. `results` fills up, by the index of the record. */
export interface Sending {
  readonly target: Target & { readonly onUncertain: Publisher['onUncertain'] };
  readonly context: SendContext;
  readonly signal: AbortSignal;
  readonly results: RecordResult[];
}

/** Result of a record that did not get as far as a call. */
export function notSent(error: IntegrationError): RecordResult {
  return error instanceof RateLimitError
    ? { kind: 'postponed', error, afterMs: error.retryAfterMs }
    : { kind: 'failed', error };
}
