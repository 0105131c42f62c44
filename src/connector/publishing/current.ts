import { HttpStatusError, IntegrationError } from '../../core/errors.ts';
import type { DataRecord } from '../../core/record.ts';
import { readRecord } from '../read-record.ts';
import { aFewAtATime } from './a-few-at-a-time.ts';
import { type Item, notSent, type Sending, targetGone } from './item.ts';
import { idParameter, type Target } from './target.ts';

/** Reads one record of the target by its id; undefined where it is not there any more. Throws IntegrationError. */
export async function readOne(target: Target, id: string, signal: AbortSignal): Promise<DataRecord | undefined> {
  const { read } = target;
  if (!read) return undefined;
  return readRecord(target.client, read, { path: { [idParameter(read) ?? 'id']: id } }, signal);
}

/**
 * Reads the target's own records of these items.
 *
 * What cannot be read has its result afterwards; a record that is gone is forgotten, so that a retry creates it.
 */
export async function readCurrent(sending: Sending, items: readonly Item[]): Promise<ReadonlyMap<number, DataRecord>> {
  const found = new Map<number, DataRecord>();
  await aFewAtATime(items, async (item) => {
    const current = await readFor(sending, item);
    if (current) found.set(item.index, current);
  });
  return found;
}

async function readFor(sending: Sending, item: Item): Promise<DataRecord | undefined> {
  const { target, context, results, signal } = sending;
  try {
    return await readOne(target, item.targetId ?? '', signal);
  } catch (error) {
    if (!(error instanceof IntegrationError)) throw error;
    if (!isGone(error)) results[item.index] = notSent(error);
    else if (item.idIsOurs) {
      await context.forget(item.source.key, item.targetId ?? '');
      results[item.index] = { kind: 'failed', error: targetGone(item, error) };
    }
    return undefined;
  }
}

/** Whether the target says that there is no such record. */
export function isGone(error: IntegrationError): boolean {
  return error instanceof HttpStatusError && (error.status === 404 || error.status === 410);
}
