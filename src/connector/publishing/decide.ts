import { IntegrationError } from '../../core/errors.ts';
import { getPath } from '../../core/field-path.ts';
import type { DataRecord } from '../../core/record.ts';
import { changesOf } from './field-rules.ts';
import { readCurrent } from './current.ts';
import { type Item, type Sending } from './item.ts';
import type { Target } from './target.ts';
import type { Note } from './types.ts';

const UNCHANGED: Note = { code: 'UNCHANGED', message: 'The target has all of it already; nothing was sent' };

/**
 * Says what is sent of each record: rules of fields, defaults, and whether anything is left to change.
 *
 * What has nothing to change is done without a call.
 */
export async function decideBodies(sending: Sending, items: readonly Item[]): Promise<Item[]> {
  const { target, results } = sending;
  const open = items.filter((item) => needsCurrent(sending, item));
  const current = open.length === 0 ? new Map<number, DataRecord>() : await readCurrent(sending, open);
  return items.flatMap((item) => {
    if (results[item.index]) return [];
    try {
      const decided = watched(target, { ...item, current: current.get(item.index) });
      const body = bodyOf(target, decided);
      if (item.does !== 'update' || !isUnchanged(target, body, decided)) return [{ ...decided, body }];
      results[item.index] = { kind: 'done', targetId: item.targetId, note: decided.note ?? UNCHANGED };
    } catch (error) {
      if (!(error instanceof IntegrationError)) throw error;
      results[item.index] = { kind: 'failed', error };
    }
    return [];
  });
}

function needsCurrent({ target, planned }: Sending, { does, record, isDeleted, targetId }: Item): boolean {
  if (does !== 'update' || !target.read || targetId === undefined) return false;
  if (target.watched.length > 0 && !isDeleted) return true;
  return planned !== undefined || target.skipUnchanged || (!isDeleted && target.rules.needsCurrent(record));
}

/** Tells of fields that people want to hear of when they change, whether the change is sent or not. */
function watched(target: Target, item: Item): Item {
  const { current, record, isDeleted, does } = item;
  if (!current || isDeleted || does !== 'update') return item;
  const changes = target.watched.flatMap(({ name, path }) => {
    const sent = getPath(record, path);
    const stored = getPath(current, path);
    return sent === undefined || stored === undefined ? [] : changesOf({ [name]: sent }, { [name]: stored });
  });
  if (changes.length === 0) return item;
  const told = changes.map(({ field, from, to }) => `${field} from ${JSON.stringify(from)} to ${JSON.stringify(to)}`);
  return { ...item, note: { code: 'FIELD_CHANGED', message: `In the source it changed: ${told.join(', ')}` } };
}

function bodyOf(target: Target, { does, record, isDeleted, current }: Item): DataRecord {
  if (does === 'delete') return {};
  if (does === 'create') return target.rules.forCreate(record);
  return isDeleted
    ? { ...ownId(target, record), ...target.deletedFields(record) }
    : target.rules.forUpdate(record, current);
}

/** A record that carries its own id keeps it: without, the write would create another one. */
function ownId({ idField }: Target, record: DataRecord): DataRecord {
  const id = idField === undefined || !Object.hasOwn(record, idField) ? undefined : record[idField];
  return idField === undefined || id === undefined ? {} : { [idField]: id };
}

function isUnchanged(target: Target, body: DataRecord, { record, current }: Item): boolean {
  const { idField, skipUnchanged } = target;
  const fields = Object.keys(body).filter((field) => field !== idField);
  // Rules of fields left nothing. A record that was empty from the start is sent as it is.
  if (fields.length === 0 && Object.keys(record).some((field) => field !== idField)) return true;
  return (
    skipUnchanged &&
    current !== undefined &&
    changesOf(body, current, target.listKeys).every(({ field }) => field === idField)
  );
}
