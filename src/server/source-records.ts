import type { DataRecord } from '../core/record.ts';
import { windowOfRun } from '../engine/source-window.ts';
import type { Platform } from './platform.ts';
import { notFound } from './request-error.ts';

/** How long a source may take to give its first page, in milliseconds. */
const READ_MS = 60_000;

/**
 * The first records that the source of an incoming gives now. Nothing is remembered of this reading: the next run reads what it
 * would have read.
 *
 * @throws RequestError where there is no such incoming; what its subscriber throws.
 */
export async function sourceRecords(
  { configuration, store }: Platform,
  identifier: string,
  most: number,
): Promise<readonly DataRecord[]> {
  const incoming = (await configuration.current()).incomings.get(identifier);
  if (!incoming) throw notFound(`There is no valid incoming "${identifier}"`);
  const window = await windowOfRun(incoming, 'full', store.runs);
  const beginning = { ...window, position: undefined, written: undefined, file: undefined, received: () => 0 };
  for await (const { rows } of incoming.subscriber.read(beginning, AbortSignal.timeout(READ_MS))) {
    if (rows.length > 0) return rows.slice(0, most);
  }
  return [];
}
