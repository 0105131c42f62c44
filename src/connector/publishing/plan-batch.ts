import { changesOf } from './field-rules.ts';
import { identify } from './identify.ts';
import { type Item, type Sending } from './item.ts';
import { groupCalls } from './group-calls.ts';
import type { OutgoingRecord, PlannedRecord, RecordResult, SendContext } from './types.ts';

/**
 * Tells what sending a batch would do, by the steps of sending itself, up to the call.
 *
 * @param planned What batches before this one would create; grows.
 */
export async function planBatch(
  target: Sending['target'],
  batch: readonly OutgoingRecord[],
  context: SendContext,
  planned: Set<string>,
  signal: AbortSignal,
): Promise<readonly PlannedRecord[]> {
  const sending: Sending = { target, context, signal, results: [], planned };
  const ready = groupCalls(sending, await identify(sending, batch)).flatMap(({ items }) => items);
  const byIndex = new Map(ready.map((item) => [item.index, item]));
  return batch.map((_, index) => {
    const result = sending.results[index];
    const item = byIndex.get(index);
    if (result) return ofResult(result);
    return item ? ofItem(target, item) : { action: 'skip' };
  });
}

function ofItem(target: Sending['target'], item: Item): PlannedRecord {
  const { does, targetId, matchedBy, current, body, note } = item;
  const why = note && { code: note.code, reason: note.message };
  if (does === 'delete') return { action: 'delete', targetId, matchedBy, ...why };
  if (does === 'create') return { action: 'create', record: body, ...why };
  const changes = current && changesOf(body, current, target.listKeys).filter(({ field }) => field !== target.idField);
  return { action: 'update', targetId, matchedBy, changes, ...why };
}

function ofResult(result: RecordResult): PlannedRecord {
  if (result.kind === 'done') {
    const why = result.note && { code: result.note.code, reason: result.note.message };
    return { action: 'unchanged', targetId: result.targetId, ...why };
  }
  const { code, message: reason } = result.error;
  // It follows the record that it is a twin of, and then updates it.
  if (result.kind === 'postponed' && code === 'ERR_MATCH_TWIN') return { action: 'update', code, reason };
  return { action: result.kind === 'skipped' ? 'skip' : 'fail', code, reason };
}
