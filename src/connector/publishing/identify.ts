import { IntegrationError, PublishError } from '../../core/errors.ts';
import type { DataRecord } from '../../core/record.ts';
import { type Item, notSent, type Sending } from './item.ts';
import { type Doubt, findMatches } from './match.ts';
import { matchValue, type Target } from './target.ts';
import type { OutgoingRecord, RecordResult } from './types.ts';

/**
 * Turns a batch into records that may be sent: prepared, with their id in the target where one is known.
 *
 * Ids come from the record's own field, from the link learnt earlier, or from the match rules. What must not be sent
 * has its result already.
 */
export async function identify(sending: Sending, batch: readonly OutgoingRecord[]): Promise<Item[]> {
  const prepared = await prepareAll(sending, batch);
  const linked = await applyLinks(sending, prepared);
  const matched = await applyMatches(sending, linked, doubtOf(linked));
  return setAsideUnsafe(sending, matched);
}

/** Runs the request transformers and casts integers; what fails here was never sent. */
async function prepareAll(sending: Sending, batch: readonly OutgoingRecord[]): Promise<Item[]> {
  const { target, results } = sending;
  const items: Item[] = [];
  for (const [index, source] of batch.entries()) {
    try {
      const outputs = await target.transform(source.record);
      const [output] = outputs;
      if (!output || outputs.length > 1) throw notOneRecord(outputs.length);
      const record = target.fit(output);
      const own =
        target.idField === undefined || target.action === 'delete' ? undefined : ownId(record, target.idField);
      items.push({ index, source, record, targetId: own, idIsOurs: false });
    } catch (error) {
      if (!(error instanceof IntegrationError)) throw error;
      results[index] = { kind: 'failed', error };
    }
  }
  return items;
}

async function applyLinks({ target, context }: Sending, items: readonly Item[]): Promise<Item[]> {
  const without = items.filter((item) => item.targetId === undefined);
  if (!target.usesLinks || without.length === 0) return [...items];
  const links = await context.links(without.map((item) => item.source.key));
  return items.map((item) => withId(item, item.targetId === undefined ? links.get(item.source.key) : undefined));
}

/**
 * Looks records up by the match rules, in order.
 *
 * A record whose earlier try may have arrived is looked up afresh. Two records of one batch that stand for the same
 * target record are not created both: the second waits until the first has its id.
 */
export async function applyMatches(
  sending: Sending,
  items: readonly Item[],
  doubt: Doubt | undefined,
): Promise<Item[]> {
  const { target, context, results, signal } = sending;
  const found = new Map<number, string>();
  try {
    for (const fields of target.match) {
      const open = items.filter(
        (item) => item.targetId === undefined && !found.has(item.index) && !results[item.index],
      );
      const values = new Map(open.map((item) => [item.index, matchValue(item.record, fields)]));
      const known = open.filter((item) => values.get(item.index) !== undefined);
      if (known.length === 0) continue;
      const wanted = known.map((item) => values.get(item.index) ?? '');
      const matches = await findMatches(target, fields, wanted, context.matchIndex(fields), doubt, signal);
      for (const item of known) {
        const ids = matches.get(values.get(item.index) ?? '') ?? [];
        if (ids.length > 1) results[item.index] = { kind: 'failed', error: ambiguous(item, fields, ids) };
        else if (ids[0] !== undefined) found.set(item.index, ids[0]);
      }
    }
  } catch (error) {
    if (!(error instanceof IntegrationError)) throw error;
    for (const item of items) if (item.targetId === undefined) results[item.index] ??= notSent(error);
  }
  return items.filter((item) => !results[item.index]).map((item) => withId(item, found.get(item.index)));
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
function setAsideUnsafe({ target, results }: Sending, items: readonly Item[]): Item[] {
  const created = new Set<string>();
  return items.filter((item) => {
    if (target.action === 'delete') return !isDeletedAlready(target, item, results);
    if (item.targetId !== undefined) return true;
    const value = firstMatchValue(target, item.record);
    if (item.source.uncertainSince !== undefined && target.onUncertain !== 'resend' && value === undefined) {
      results[item.index] = { kind: 'uncertain', error: stillUncertain(item), since: item.source.uncertainSince };
      return false;
    }
    if (value !== undefined && created.has(value)) {
      results[item.index] = { kind: 'postponed', error: twin(item), afterMs: 0 };
      return false;
    }
    if (value !== undefined) created.add(value);
    return true;
  });
}

/** An earlier try may have deleted it, and now it cannot be found: then it has. */
function isDeletedAlready(target: Target, item: Item, results: RecordResult[]): boolean {
  const isGoneByNow =
    item.source.uncertainSince !== undefined && item.targetId === undefined && target.match.length > 0;
  if (isGoneByNow) results[item.index] = { kind: 'done' };
  return isGoneByNow;
}

function withId(item: Item, id: string | undefined): Item {
  return id === undefined ? item : { ...item, targetId: id, idIsOurs: true };
}

function ownId(record: DataRecord, field: string): string | undefined {
  const value = Object.hasOwn(record, field) ? record[field] : undefined;
  return typeof value === 'number' || (typeof value === 'string' && value !== '') ? String(value) : undefined;
}

function firstMatchValue(target: Target, record: DataRecord): string | undefined {
  for (const fields of target.match) {
    const value = matchValue(record, fields);
    if (value !== undefined) return `${fields.join(',')}=${value}`;
  }
  return undefined;
}

function notOneRecord(count: number): PublishError {
  return new PublishError(
    'ERR_REQUEST_TRANSFORMERS',
    `The publisher's requestTransformers must make one record of each; they made ${count}. Filter and split in the outgoing's transformers instead`,
  );
}

function ambiguous(item: Item, fields: readonly string[], ids: readonly string[]): PublishError {
  return new PublishError(
    'ERR_MATCH_AMBIGUOUS',
    `${ids.length} records of the target match by ${fields.join(' and ')} (ids ${ids.slice(0, 5).join(', ')}); merge them there or add a rule, then retry`,
    { details: { key: item.source.key, fields, ids: ids.slice(0, 20) } },
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
