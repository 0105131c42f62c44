import { HttpStatusError, IntegrationError } from '../../core/errors.ts';
import { type DataRecord, isRecord, type Json } from '../../core/record.ts';
import { type Item, notSent, type Sending, targetGone } from './item.ts';
import { idParameter, type Target } from './target.ts';

/** Records that are read at the same time; the client's own limits hold as well. */
const AT_A_TIME = 4;

/** Reads one record of the target by its id; undefined where it is not there any more. Throws IntegrationError. */
export async function readOne(target: Target, id: string, signal: AbortSignal): Promise<DataRecord | undefined> {
  const { read } = target;
  if (!read) return undefined;
  const args = { path: { [idParameter(read) ?? 'id']: id } };
  const { records, shape } = read.manifest;
  // Where the connector says nothing of rows, the answer itself is the record.
  if (records === undefined && shape === undefined) {
    const { body } = await target.client.call(read, args, signal);
    const found = Array.isArray(body) ? (body as readonly Json[])[0] : body;
    return isRecord(found) ? found : undefined;
  }
  const pages = target.client.read(read, args, { received: () => 0, since: undefined }, signal);
  for await (const page of pages) return page.rows[0];
  return undefined;
}

/**
 * Reads the target's own records of these items.
 *
 * What cannot be read has its result afterwards; a record that is gone is forgotten, so that a retry creates it.
 */
export async function readCurrent(sending: Sending, items: readonly Item[]): Promise<ReadonlyMap<number, DataRecord>> {
  const found = new Map<number, DataRecord>();
  const left = [...items];
  const work = async (): Promise<void> => {
    for (let item = left.shift(); item; item = left.shift()) {
      const current = await readFor(sending, item);
      if (current) found.set(item.index, current);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_A_TIME, items.length) }, work));
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
