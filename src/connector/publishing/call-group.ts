import { AuthError, HttpStatusError, IntegrationError, RateLimitError, SkippedError } from '../../core/errors.ts';
import type { Json } from '../../core/record.ts';
import type { Exchange, Reservation } from '../../http/types.ts';
import type { Operation } from '../request.ts';
import type { Group } from './group-calls.ts';
import type { Item, Sending } from './item.ts';
import type { Target } from './target.ts';

/** What one call came to. */
export type CallOutcome =
  | { readonly kind: 'answered'; readonly body: Json | undefined; readonly exchange: number | undefined }
  | {
      readonly kind: 'error';
      readonly error: IntegrationError;
      readonly exchange: number | undefined;
      readonly startedAt: number;
    };

/** Makes one call for records that share it; the mark is durable before it, the call is kept after it. */
export async function callGroup(sending: Sending, { operation, args, items }: Group): Promise<CallOutcome> {
  const { target, context, signal } = sending;
  let last: Exchange | undefined;
  let startedAt = Date.now();
  let reserved: Reservation | undefined;
  let hasBegun = false;
  const record = async (): Promise<number | undefined> => (last ? context.record(last) : undefined);
  try {
    await context.beforeCall();
    reserved = await takePlace(sending, operation);
    startedAt = Date.now();
    await context.beforeSend();
    hasBegun = true;
    const body = items[0]?.does === 'delete' ? undefined : requestBody(target, operation, items);
    const answer = await target.client.call(operation, { ...args, ...(body !== undefined && { body }) }, signal, {
      reserved,
      rules: target.responses,
      onExchange: (exchange) => {
        last = exchange;
      },
    });
    return { kind: 'answered', body: answer.body, exchange: await record() };
  } catch (error) {
    if (!(error instanceof IntegrationError)) throw error;
    if (hasBegun && error instanceof RateLimitError) await context.notSent();
    return { kind: 'error', error, exchange: await record(), startedAt };
  } finally {
    reserved?.release();
  }
}

/** What the call needs before it is durable by the time there is a place. */
async function takePlace({ target, context, signal }: Sending, operation: Operation): Promise<Reservation> {
  const place = target.client.reserve(operation, signal);
  const prepared = context.beforePlace(place);
  try {
    return await place;
  } catch (error) {
    await prepared;
    throw error;
  }
}

/** The id goes into the record where the target looks for it there. */
function requestBody(target: Target, operation: Operation, items: readonly Item[]): Json {
  const records = items.map((item) => {
    const id = item.targetId === undefined ? null : asId(item.targetId);
    const record = item.idIsOurs && target.idField !== undefined ? { ...item.body, [target.idField]: id } : item.body;
    return { record, id };
  });
  return target.client.bodyOf(operation, records);
}

/** Ids that are numbers are sent as numbers: Halo refuses `"95"`. */
function asId(id: string): Json {
  return /^-?\d{1,15}$/.test(id) ? Number(id) : id;
}

/** A 4xx that is about the records, not about sign-in, time or load. */
export function isRefusal(error: IntegrationError): boolean {
  // A rule of the connector about one record of several: which one, splitting tells.
  if (error instanceof SkippedError || (error.code === 'ERR_REFUSED' && !(error instanceof AuthError))) return true;
  return (
    error instanceof HttpStatusError &&
    error.status >= 400 &&
    error.status < 500 &&
    ![401, 403, 408, 429].includes(error.status)
  );
}
