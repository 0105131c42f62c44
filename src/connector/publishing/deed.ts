import { PublishError } from '../../core/errors.ts';
import { type Item, type Sending } from './item.ts';
import type { Target } from './target.ts';
import type { RecordResult } from './types.ts';

/**
 * Says what is done with a record, now that it is known whether the target has it.
 *
 * @param mayBeOurs Whether what the target has may have been stored by an earlier try of ours.
 * @returns The record with its deed; or its result, where nothing is done.
 */
export function deedOf(
  { target }: Sending,
  item: Item,
  mayBeOurs = item.source.uncertainSince !== undefined,
): Item | RecordResult {
  if (isDelete(target, item)) return deletion(target, item, mayBeOurs);
  if (item.isDeleted) return markOfDeletion(target, item);
  const isKnown = item.targetId !== undefined;
  if (target.mode === 'create' && isKnown) {
    if (mayBeOurs) return { kind: 'done', targetId: item.targetId };
    return { kind: target.onExisting === 'fail' ? 'failed' : 'skipped', error: exists(item) };
  }
  if (target.mode === 'update' && !isKnown) {
    return { kind: target.onMissing === 'skip' ? 'skipped' : 'failed', error: absent(target, item) };
  }
  return { ...item, does: isKnown ? 'update' : 'create' };
}

/** Whether this record is removed from the target. */
export function isDelete(target: Target, { isDeleted }: Pick<Item, 'isDeleted'>): boolean {
  return target.mode === 'delete' || (isDeleted && target.deleted === 'delete');
}

/** Whether a deed is a result already. */
export function isResult(deed: Item | RecordResult): deed is RecordResult {
  return 'kind' in deed;
}

function deletion(target: Target, item: Item, mayBeOurs: boolean): Item | RecordResult {
  if (item.targetId !== undefined) return { ...item, does: 'delete' };
  // An earlier try may have deleted it, and now it cannot be found: then it has.
  if (mayBeOurs && target.match.length > 0) return { kind: 'done' };
  if (item.isDeleted || target.onMissing === 'skip') return { kind: 'skipped', error: absent(target, item) };
  // Parameters of the path may name the record.
  return { ...item, does: 'delete' };
}

function markOfDeletion(target: Target, item: Item): Item | RecordResult {
  if (target.deleted !== 'update') return { kind: 'skipped', error: deletedInSource(item) };
  if (item.targetId === undefined) return { kind: 'skipped', error: absent(target, item) };
  return { ...item, does: 'update' };
}

function exists(item: Item): PublishError {
  return new PublishError(
    'ERR_RECORD_EXISTS',
    `The target has this record already (id ${item.targetId ?? ''}, found by ${item.matchedBy ?? 'its id'}), and this outgoing only creates`,
    { details: { key: item.source.key, targetId: item.targetId } },
  );
}

function absent(target: Target, item: Item): PublishError {
  return new PublishError(
    'ERR_RECORD_ABSENT',
    `No record of "${target.operation.entity.title}" in the target belongs to this one, by link or match rule, so there is nothing to ${isDelete(target, item) ? 'delete' : 'update'}`,
    { details: { key: item.source.key } },
  );
}

function deletedInSource(item: Item): PublishError {
  return new PublishError(
    'DELETED_IN_SOURCE',
    'The record is gone in the source; set "deleted" of the publisher to say what becomes of it in the target',
    { details: { key: item.source.key } },
  );
}
