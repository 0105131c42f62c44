import type { TaskState } from '../core/task.ts';
import type { Queryable } from './database.ts';
import { type RecordPlace, recordTexts } from './page-bodies.ts';

export type TaskAction = 'retry' | 'skip' | 'resolve';

/** What a person may do with tasks, from which states, and what becomes of them. */
export const ACTIONS: Readonly<Record<TaskAction, { from: TaskState[]; to: TaskState }>> = {
  retry: { from: ['failed', 'waiting', 'skipped'], to: 'new' },
  skip: { from: ['new', 'retrying', 'waiting', 'failed'], to: 'skipped' },
  resolve: { from: ['waiting'], to: 'finished' },
};

/** A record in the place of the one that a task holds. */
export interface RecordEdit {
  readonly id: number;
  readonly payload: string;
  /** Where it is taken up; where the task is without it. */
  readonly stage?: 'source' | 'route' | 'ready' | undefined;
}

/**
 * Puts tasks that are at rest back to work, or sets them aside.
 *
 * @param action retry: failed, waiting or skipped tasks that hold a record; skip: everything that is not finished or
 *   being processed; resolve: waiting tasks that a person knows to have arrived.
 * @param edits New records, for a retry; the first record that a task held is kept.
 * @returns Ids that were changed.
 */
export async function actOnTasks(
  tx: Queryable,
  ids: readonly number[],
  action: TaskAction,
  edits?: readonly RecordEdit[],
): Promise<number[]> {
  const { from, to } = ACTIONS[action];
  const superseded = action === 'retry' && edits === undefined ? await setAsideSuperseded(tx, ids) : [];
  const { rows } = await tx.query<{ id: number }>(ACT, [
    ids.filter((id) => !superseded.includes(id)),
    to,
    Date.now(),
    from,
    SKIPPED_BY_HAND,
    edits?.map((edit) => edit.id) ?? [],
    edits?.map((edit) => edit.payload) ?? [],
    edits ? await textsOf(tx, edits) : [],
    edits?.map((edit) => edit.stage ?? null) ?? [],
  ]);
  const changed = rows.map((row) => row.id);
  await releaseFollowers(tx, changed);
  return [...superseded, ...changed];
}

/** The records that edits replace. */
async function textsOf(tx: Queryable, edits: readonly RecordEdit[]): Promise<(string | null)[]> {
  const { rows } = await tx.query<RecordPlace & { id: number }>(
    'SELECT id, payload, page, item FROM task WHERE id = ANY($1::bigint[])',
    [edits.map((edit) => edit.id)],
  );
  const texts = await recordTexts(tx, rows);
  const byId = new Map(rows.map(({ id }, index) => [id, texts[index] ?? null]));
  return edits.map(({ id }) => byId.get(id) ?? null);
}

const ACT = `
  WITH edit AS (SELECT * FROM unnest($6::bigint[], $7::text[], $8::text[], $9::text[]) AS e(id, payload, before, stage)),
  chosen AS (SELECT i.id, edit.payload, edit.before, edit.stage FROM unnest($1::bigint[]) AS i(id) LEFT JOIN edit ON edit.id = i.id)
  UPDATE task SET state = $2, next_at = CASE WHEN $2 = 'new' THEN $3::bigint ELSE 0 END, updated_at = $3, losses = 0, claim = NULL, cause = NULL,
    attempts = CASE WHEN $2 = 'new' THEN 0 ELSE attempts END,
    uncertain_since = CASE WHEN state = 'waiting' THEN NULL ELSE uncertain_since END,
    original = CASE WHEN chosen.payload IS NULL THEN original ELSE coalesce(original, chosen.before) END,
    edited_at = CASE WHEN chosen.payload IS NULL THEN edited_at ELSE $3 END,
    payload = coalesce(chosen.payload, task.payload), stage = coalesce(chosen.stage, task.stage),
    error = CASE WHEN $2 = 'skipped' THEN $5 WHEN $2 = 'finished' THEN NULL ELSE error END
  FROM chosen
  WHERE task.id = chosen.id AND state = ANY($4::text[])
    AND ($2 <> 'new' OR task.payload IS NOT NULL OR task.page IS NOT NULL OR chosen.payload IS NOT NULL)
  RETURNING task.id`;

/** An old version must not be published over a newer one: it is skipped, or stays so, and says why. */
async function setAsideSuperseded(tx: Queryable, ids: readonly number[]): Promise<number[]> {
  const { rows } = await tx.query<{ id: number }>(
    `UPDATE task t SET state = 'skipped', error = $2, updated_at = $3, cause = NULL
     WHERE t.id = ANY($1::bigint[]) AND (t.state IN ('failed', 'waiting') OR t.state = 'skipped' AND t.error LIKE '%"code":"SUPERSEDED"%') AND EXISTS (
       SELECT 1 FROM task l WHERE l.key = t.key AND l.route || '' = t.route AND l.id + 0 > t.id
         AND l.state IN ('new', 'retrying', 'processing', 'finished'))
     RETURNING t.id`,
    [ids, SUPERSEDED, Date.now()],
  );
  return rows.map((row) => row.id);
}

/** Lets versions go on that only waited for an earlier one. */
async function releaseFollowers(tx: Queryable, ids: readonly number[]): Promise<void> {
  await tx.query(
    `UPDATE task f SET state = 'new', error = NULL, next_at = 0, cause = NULL FROM task t
     WHERE t.id = ANY($1::bigint[]) AND f.key = t.key AND f.route = t.route AND f.id > t.id
       AND f.state = 'waiting' AND f.error = $2`,
    [ids, BEHIND],
  );
}

/** Error of a version that waits behind one that waits for a person. */
export const BEHIND = JSON.stringify({
  code: 'ERR_BEHIND_WAITING',
  class: 'data',
  message: 'An earlier version of this record waits for a decision; this one goes on as soon as that is made',
});

const SKIPPED_BY_HAND = JSON.stringify({ code: 'SKIPPED_BY_HAND', class: 'data', message: 'Skipped by a person' });

const SUPERSEDED = JSON.stringify({
  code: 'SUPERSEDED',
  class: 'data',
  message: 'A later version of this record was published or is about to be',
});

/** Like SUPERSEDED, without anybody having asked; `$task` stands for the task that arrived. */
export const RESOLVED_BY_LATER = JSON.stringify({
  code: 'SUPERSEDED',
  class: 'data',
  message: 'Resolved by itself: a later version of this record was published by task $task',
  details: { by: '$task' },
});
