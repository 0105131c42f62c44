import { json, jsonText, type Answer } from './answer.ts';
import { bindElements } from './binding.ts';
import { completeNew, mergeSent, withoutSteering } from './complete.ts';
import type { ApiContext } from './context.ts';
import { countsOf } from './counts.ts';
import { formatDate } from './dates.ts';
import type { Entity } from './entity.ts';
import type { Strike } from './faults.ts';
import { withoutFirstValues } from './first-write.ts';
import { findRow } from './gets.ts';
import { textOf, type HaloRecord } from './record.ts';
import { writeRecord } from './row-json.ts';
import { findRefusal, findTarget, READ_ONLY } from './rules.ts';

/** Answers POST /X: elements with an id update, those without create. */
export function answerPost(context: ApiContext, entity: Entity, body: string, strikes: readonly Strike[]): Answer {
  const elements = bindElements(entity, body);
  const refuse = (element: HaloRecord): Answer | undefined => findRefusal(context, entity, element, strikes);
  const refusal = context.settings.atomicPosts ? firstRefusal(elements, refuse) : undefined;
  if (refusal !== undefined) return countRefused(context, entity, refusal);
  const stored: HaloRecord[] = [];
  for (const element of elements) {
    const late = context.settings.atomicPosts ? undefined : refuse(element);
    if (late !== undefined) return countRefused(context, entity, late);
    stored.push(storeElement(context, entity, element));
  }
  return jsonText(201, writeStored(context, entity, stored));
}

/** Answers DELETE /X/{id} with the id of what is gone. */
export function answerDelete(context: ApiContext, entity: Entity, id: string, query: URLSearchParams): Answer {
  const counts = countsOf(context.counts, entity.name);
  if (context.store.table(entity.name).isReadOnly) return READ_ONLY;
  const found = findRow(context, entity, id, query);
  if ('answer' in found && context.sink.knows(entity.name, Number(id))) {
    counts.deleted += 1;
    return json(200, { id: Number(id) });
  }
  if ('answer' in found) return found.answer;
  const { record } = found.row;
  context.store.remove(entity.name, textOf(record.id), entity.parent && textOf(record[entity.parent]));
  counts.deleted += 1;
  return json(200, { id: record.id ?? 0 });
}

function firstRefusal(
  elements: readonly HaloRecord[],
  refuse: (element: HaloRecord) => Answer | undefined,
): Answer | undefined {
  for (const element of elements) {
    const refusal = refuse(element);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function countRefused(context: ApiContext, entity: Entity, refusal: Answer): Answer {
  countsOf(context.counts, entity.name).refused += 1;
  return refusal;
}

function storeElement(context: ApiContext, entity: Entity, element: HaloRecord): HaloRecord {
  const { store, settings } = context;
  const target = findTarget(context, entity, element);
  const before = target.kind === 'update' ? target.row.record : undefined;
  const sent = withoutFirstValues(withoutSteering(element), before, settings.losesFirstWrites);
  const now = settings.now();
  countsOf(context.counts, entity.name)[target.kind === 'create' ? 'created' : 'updated'] += 1;
  if (target.kind === 'update') {
    if (target.row.isDeleted) store.recoverTicket(target.row);
    const { record } = target.row;
    const after = store.put(entity.name, mergeSent(store, entity, record, sent, now), now);
    if (entity.name === 'tickets') tellOfChange(context, record, after);
    return after;
  }
  // Nothing is stored here; the answer is what was sent, with its id.
  if (target.kind === 'counted') return sent;
  if (settings.sinkMode === 'count') return { ...sent, id: context.sink.add(entity.name, sent) };
  const created = store.put(entity.name, completeNew(store, entity, sent, now), now);
  if (entity.name === 'tickets') context.webhooks.happened('created', created);
  return withActionOnTicket(context, entity, created, now);
}

function tellOfChange({ webhooks }: ApiContext, before: HaloRecord, after: HaloRecord): void {
  webhooks.happened('updated', after);
  if (after.status_id === before.status_id) return;
  webhooks.happened('statusChanged', after);
  if (after.dateclosed !== before.dateclosed) webhooks.happened('closed', after);
}

/** An action moves its ticket's dates. */
function withActionOnTicket({ store }: ApiContext, entity: Entity, stored: HaloRecord, now: number): HaloRecord {
  const ticketId = textOf(stored.ticket_id);
  if (entity.name !== 'actions' || store.table('tickets').isReadOnly) return stored;
  if (store.get('tickets', ticketId) !== undefined) {
    store.update('tickets', ticketId, { lastactiondate: formatDate(now) }, now);
  }
  return stored;
}

/** One element is answered as an object; several as the sandbox is told, because nobody knows what Halo does. */
function writeStored(context: ApiContext, entity: Entity, stored: readonly HaloRecord[]): string {
  const texts = stored.map((record) => writeRecord(entity, record));
  const isObject = texts.length === 1 || context.settings.multiPostAnswer === 'object';
  return isObject ? (texts.at(-1) ?? '{}') : `[${texts.join(',')}]`;
}
