import { IntegrationError, PublishError } from '../../core/errors.ts';
import type { DataRecord } from '../../core/record.ts';
import type { Eventually } from '../../core/step-run.ts';
import { decideBodies } from './decide.ts';
import { deedOf, isDelete, isResult } from './deed.ts';
import { DELETED_FIELD, type Item, notSent, type Sending } from './item.ts';
import { type Doubt, findMatches } from './match.ts';
import { type MatchRule, pickOne } from './match-rule.ts';
import type { Target } from './target.ts';
import type { OutgoingRecord, RecordResult } from './types.ts';

import { createTaken, type Taken } from './taken.ts';

/**
 * Turns a batch into records that may be sent: prepared, with their id in the target where one is known, and with what is
 * sent of them.
 *
 * Ids come from the record's own field, from the link learnt earlier, or from the match rules. What must not be sent
 * has its result already.
 */
export async function identify(sending: Sending, batch: readonly OutgoingRecord[]): Promise<Item[]> {
  const prepared = await prepareAll(sending, batch);
  const linked = await applyLinks(sending, prepared);
  const matched = await applyMatches(sending, linked, doubtOf(linked));
  return decideBodies(sending, setAsideUnsafe(sending, applyDeeds(sending, matched)));
}

/** Looks records up again that were refused together, and says anew what is done with those that are there by now. */
export async function identifyAgain(sending: Sending, items: readonly Item[], doubt: Doubt): Promise<Item[]> {
  const matched = await applyMatches(sending, items, doubt);
  const before = new Map(items.map((item) => [item.index, item.targetId]));
  const found = matched.filter((item) => item.targetId !== before.get(item.index));
  const decided = await decideBodies(sending, applyDeeds(sending, found, true));
  const anew = new Map(decided.map((item) => [item.index, item]));
  return matched.flatMap((item) => {
    if (item.targetId === before.get(item.index)) return [item];
    const again = anew.get(item.index);
    return again ? [again] : [];
  });
}

function applyDeeds(sending: Sending, items: readonly Item[], mayBeOurs?: boolean): Item[] {
  return items.flatMap((item) => {
    const deed = deedOf(sending, item, mayBeOurs);
    if (!isResult(deed)) return [deed];
    sending.results[item.index] = deed;
    return [];
  });
}

/** Runs the request transformers and casts integers; what fails here was never sent. */
async function prepareAll(sending: Sending, batch: readonly OutgoingRecord[]): Promise<Item[]> {
  const items: Item[] = [];
  for (const [index, source] of batch.entries()) {
    try {
      const item = prepare(sending, source, index);
      items.push(item instanceof Promise ? await item : item);
    } catch (error) {
      if (!(error instanceof IntegrationError)) throw error;
      sending.results[index] = { kind: 'failed', error };
    }
  }
  return items;
}

function prepare({ target }: Sending, source: OutgoingRecord, index: number): Eventually<Item> {
  const isDeleted = source.record[DELETED_FIELD] === true;
  const outputs = target.transform(isDeleted ? withoutMark(source.record) : source.record, source.run);
  const item = (records: readonly DataRecord[]): Item => toItem(target, source, index, isDeleted, records);
  return outputs instanceof Promise ? outputs.then(item) : item(outputs);
}

function toItem(
  target: Target,
  source: OutgoingRecord,
  index: number,
  isDeleted: boolean,
  outputs: readonly DataRecord[],
): Item {
  const [output] = outputs;
  if (!output || outputs.length > 1) throw notOneRecord(outputs.length);
  const record = target.fit(withoutMark(output));
  const targetId =
    target.idField === undefined || isDelete(target, { isDeleted }) ? undefined : ownId(record, target.idField);
  const matchedBy = targetId === undefined ? undefined : 'id';
  const unknown = { idIsOurs: false, current: undefined, note: undefined };
  return { index, source, record, body: record, isDeleted, does: 'create', targetId, matchedBy, ...unknown };
}

function withoutMark(record: DataRecord): DataRecord {
  if (!Object.hasOwn(record, DELETED_FIELD)) return record;
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== DELETED_FIELD));
}

async function applyLinks({ target, context }: Sending, items: readonly Item[]): Promise<Item[]> {
  const without = items.filter((item) => item.targetId === undefined);
  if (!target.usesLinks || without.length === 0) return [...items];
  const links = await context.links(without.map((item) => item.source.key));
  return items.map((item) =>
    withId(item, item.targetId === undefined ? links.get(item.source.key) : undefined, 'link'),
  );
}

/**
 * Looks records up by the match rules, in order.
 *
 * A record whose earlier try may have arrived is looked up afresh. Two records of one batch that stand for the same
 * target record are not created both: the second waits until the first has its id.
 */
async function applyMatches(sending: Sending, items: readonly Item[], doubt: Doubt | undefined): Promise<Item[]> {
  const { target, results } = sending;
  if (target.match.length === 0) return items.filter((item) => !results[item.index]);
  const found = new Map<number, Found>();
  const taken = createTaken(sending, items);
  try {
    for (const rule of target.match) {
      const open = items.filter(
        (item) => item.targetId === undefined && !found.has(item.index) && !results[item.index],
      );
      await applyRule(sending, rule, open, { found, taken }, doubt);
    }
  } catch (error) {
    if (!(error instanceof IntegrationError)) throw error;
    for (const item of items) if (item.targetId === undefined) results[item.index] ??= notSent(error);
  }
  return items
    .filter((item) => !results[item.index])
    .map((item) => ({ ...item, note: taken.note(item), ...found.get(item.index) }));
}

type Found = Pick<Item, 'targetId' | 'idIsOurs' | 'matchedBy' | 'note'>;

async function applyRule(
  { target, context, results, signal }: Sending,
  rule: MatchRule,
  items: readonly Item[],
  { found, taken }: { readonly found: Map<number, Found>; readonly taken: Taken },
  doubt: Doubt | undefined,
): Promise<void> {
  const known = items.flatMap((item) => {
    const value = rule.valueOf(item.record);
    return value === undefined ? [] : [{ item, value }];
  });
  if (known.length === 0) return;
  const wanted = known.map(({ value }) => value);
  const notBefore = Math.max(...known.map(({ item }) => item.source.dueAt));
  const matches = await findMatches(target, rule, wanted, context.matchIndex(rule.id), { doubt, notBefore }, signal);
  await taken.look([...matches.values()].flat());
  for (const { item, value } of known) {
    const free = taken.free(item, rule, matches.get(value) ?? []);
    const chosen = choose(rule, { ...item, note: taken.note(item) }, free);
    if (!chosen) continue;
    if ('kind' in chosen) results[item.index] = chosen;
    else {
      found.set(item.index, chosen);
      taken.take(item, chosen.targetId);
    }
  }
}

/** What a rule makes of the records that it found; undefined when there are none. */
function choose(rule: MatchRule, item: Item, ids: readonly string[]): Found | RecordResult | undefined {
  const { onSeveral } = rule;
  if (ids.length < 2) {
    return ids[0] === undefined
      ? undefined
      : { targetId: ids[0], idIsOurs: true, matchedBy: rule.label, note: item.note };
  }
  const error = ambiguous(item, rule, ids);
  if (onSeveral === 'fail') return { kind: 'failed', error };
  if (onSeveral === 'skip') return { kind: 'skipped', error };
  const targetId = pickOne(ids, onSeveral);
  const note = {
    code: 'MATCH_SEVERAL',
    message: `${several(rule, ids)}; ${onSeveral === 'first' ? 'the lowest' : 'the highest'}, ${targetId ?? ''}, was taken`,
  };
  return { targetId, idIsOurs: true, matchedBy: rule.label, note };
}

/** The tries that may have stored some of these records; undefined when there are none. */
function doubtOf(items: readonly Item[]): Doubt | undefined {
  const doubtful = items.filter(
    ({ source, targetId }) => targetId === undefined && source.uncertainSince !== undefined,
  );
  if (doubtful.length === 0) return undefined;
  return {
    since: Math.min(...doubtful.map(({ source }) => source.uncertainSince ?? 0)),
    settledAt: Math.max(...doubtful.map(({ source }) => source.dueAt)),
  };
}

/** Takes out what must not be sent now: uncertain creates that cannot be verified, and twins inside the batch. */
function setAsideUnsafe({ target, results, planned }: Sending, items: readonly Item[]): Item[] {
  const created = planned ?? new Set<string>();
  return items.filter((item) => {
    if (item.does !== 'create') return true;
    const value = firstMatchValue(target, item.record);
    if (item.source.uncertainSince !== undefined && target.onUncertain !== 'resend' && value === undefined) {
      results[item.index] = { kind: 'uncertain', error: stillUncertain(item), since: item.source.uncertainSince };
      return false;
    }
    // Where each has a record of its own, none follows another.
    if (!target.isOneToOne && value !== undefined && created.has(value)) {
      results[item.index] = { kind: 'postponed', error: twin(item), afterMs: 0 };
      return false;
    }
    if (value !== undefined) created.add(value);
    return true;
  });
}

function withId(item: Item, id: string | undefined, matchedBy: string): Item {
  return id === undefined ? item : { ...item, targetId: id, idIsOurs: true, matchedBy };
}

function ownId(record: DataRecord, field: string): string | undefined {
  const value = Object.hasOwn(record, field) ? record[field] : undefined;
  return typeof value === 'number' || (typeof value === 'string' && value !== '') ? String(value) : undefined;
}

function firstMatchValue(target: Target, record: DataRecord): string | undefined {
  for (const rule of target.match) {
    const value = rule.valueOf(record);
    if (value !== undefined) return `${rule.id}=${value}`;
  }
  return undefined;
}

function notOneRecord(count: number): PublishError {
  return new PublishError(
    'ERR_REQUEST_TRANSFORMERS',
    `The publisher's requestTransformers must make one record of each; they made ${count}. Filter and split in the outgoing's transformers instead`,
  );
}

function several({ label }: MatchRule, ids: readonly string[]): string {
  return `${ids.length} records of the target match by ${label} (ids ${ids.slice(0, 5).join(', ')})`;
}

function ambiguous(item: Item, rule: MatchRule, ids: readonly string[]): PublishError {
  return new PublishError(
    'ERR_MATCH_AMBIGUOUS',
    `${several(rule, ids)}; merge them there, add a rule or set "onSeveral", then retry`,
    { details: { key: item.source.key, fields: rule.label, ids: ids.slice(0, 20) } },
  );
}

function stillUncertain(item: Item): PublishError {
  return new PublishError(
    'ERR_UNCERTAIN',
    'An earlier try may have reached the target, and there is no match rule to look the record up by. Look in the target: mark it as arrived if it is there, retry it if not',
    { details: { key: item.source.key } },
  );
}

function twin(item: Item): PublishError {
  return new PublishError(
    'ERR_MATCH_TWIN',
    'Another record of this batch stands for the same target record; this one follows it',
    {
      details: { key: item.source.key },
    },
  );
}
