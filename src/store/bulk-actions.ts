import type { Database, Queryable } from './database.ts';
import { type RecordPlace, recordTexts } from './page-bodies.ts';
import { ACTIONS, actOnTasks, type RecordEdit, type TaskAction } from './task-actions.ts';
import { taskConditions, type TaskFilter } from './task-filter.ts';

/** "replay" is a retry with edited records. */
export type BulkActionKind = TaskAction | 'replay';

export type BulkStatus = 'running' | 'done' | 'stopped' | 'failed';

/** Which tasks are meant, as it is kept. */
export type BulkFilter = Omit<TaskFilter, 'limit' | 'before' | 'after' | 'upTo'>;

/** What a person asked for many tasks, and how far it came. */
export interface BulkActionRow {
  readonly id: number;
  readonly name: string;
  readonly action: BulkActionKind;
  /** JSON texts. */
  readonly filter: string;
  readonly edits: string | null;
  readonly actor: string;
  readonly status: BulkStatus;
  /** Tasks that matched at the start, handled so far, changed, and that the edits did not fit. */
  readonly matched: number;
  readonly done: number;
  readonly changed: number;
  readonly refused: number;
  readonly error: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export type NewBulkAction = Pick<BulkActionRow, 'name' | 'action' | 'filter' | 'edits' | 'actor' | 'matched'>;

/** Changes a record, a JSON text, by the edits of an action; undefined where they do not fit it. */
export type EditRecord = (action: BulkActionRow, payload: string) => string | undefined;

const COLUMNS = `id, name, action, filter, edits, actor, status, matched, done, changed, refused, error,
  created_at AS "createdAt", updated_at AS "updatedAt"`;

/** Tasks of one transaction. */
const BATCH = 500;

/** The states in which an action is possible for a task. */
export function statesFor(action: BulkActionKind): readonly string[] {
  return ACTIONS[action === 'replay' ? 'retry' : action].from;
}

/** The filter of an action, cut down to tasks that it is possible for. */
export function possibleTasks(action: BulkActionKind, filter: BulkFilter): BulkFilter {
  const possible = statesFor(action);
  const wanted = filter.state?.split(',').filter((state) => possible.includes(state)) ?? possible;
  return { ...filter, state: wanted.join(',') };
}

/** Bulk actions: done in batches, each in one transaction with its place, so that a crash repeats none. */
export function bulkActionRepository(database: Database) {
  return {
    /** Starts one; tasks that are made later are not meant. */
    async start(action: NewBulkAction): Promise<BulkActionRow> {
      const { name, filter, edits, actor, matched } = action;
      const { rows } = await database.query<BulkActionRow>(
        `INSERT INTO bulk_action (name, action, filter, edits, actor, status, matched, up_to, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, 'running', $6, (SELECT coalesce(max(id), 0) FROM task), $7, $7) RETURNING ${COLUMNS}`,
        [name, action.action, filter, edits, actor, matched, Date.now()],
      );
      return rows[0] as BulkActionRow;
    },

    async get(id: number): Promise<BulkActionRow | undefined> {
      const { rows } = await database.query<BulkActionRow>(`SELECT ${COLUMNS} FROM bulk_action WHERE id = $1`, [id]);
      return rows[0];
    },

    async list(filter: { before?: number | undefined; limit: number }): Promise<BulkActionRow[]> {
      const { rows } = await database.query<BulkActionRow>(
        `SELECT ${COLUMNS} FROM bulk_action WHERE $1::bigint IS NULL OR id < $1 ORDER BY id DESC LIMIT $2`,
        [filter.before ?? null, filter.limit],
      );
      return rows;
    },

    /** Stops one after its batch; false when it is over already. */
    async stop(id: number): Promise<boolean> {
      const { rowCount } = await database.query(
        `UPDATE bulk_action SET status = 'stopped', updated_at = $2 WHERE id = $1 AND status = 'running'`,
        [id, Date.now()],
      );
      return rowCount > 0;
    },

    /** Does the next batch of an action that nobody else works on; undefined when there is none. */
    step(edit: EditRecord): Promise<{ readonly routes: readonly string[] } | undefined> {
      return database.transaction(async (tx) => {
        const { rows } = await tx.query<BulkActionRow & { place: number; upTo: number }>(
          `SELECT ${COLUMNS}, place, up_to AS "upTo" FROM bulk_action WHERE status = 'running'
           ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED`,
        );
        const [action] = rows;
        return action && doBatch(tx, action, edit);
      });
    },

    /** Fails an action whose batch cannot be done, so that it stands in nobody's way. */
    async fail(error: string): Promise<void> {
      await database.query(
        `UPDATE bulk_action SET status = 'failed', error = $1, updated_at = $2
         WHERE id = (SELECT min(id) FROM bulk_action WHERE status = 'running')`,
        [error, Date.now()],
      );
    },
  };
}

interface Candidate extends RecordPlace {
  readonly id: number;
  readonly route: string;
}

async function doBatch(
  tx: Queryable,
  action: BulkActionRow & { readonly place: number; readonly upTo: number },
  edit: EditRecord,
): Promise<{ routes: readonly string[] }> {
  const filter = possibleTasks(action.action, JSON.parse(action.filter) as BulkFilter);
  const { where, values } = taskConditions({ ...filter, after: action.place, upTo: action.upTo });
  const isReplay = action.action === 'replay';
  const { rows } = await tx.query<Candidate>(
    `SELECT id, route, payload, page, item FROM task ${where} ORDER BY id LIMIT $${values.length + 1}`,
    [...values, BATCH],
  );
  const edits = isReplay ? await editAll(tx, rows, (payload) => edit(action, payload)) : undefined;
  const chosen = edits ? edits.map(({ id }) => id) : rows.map(({ id }) => id);
  const changed = new Set(await actOnTasks(tx, chosen, action.action === 'replay' ? 'retry' : action.action, edits));
  await tx.query(
    `UPDATE bulk_action SET place = $2, done = done + $3, changed = changed + $4, refused = refused + $5, status = $6, updated_at = $7
     WHERE id = $1`,
    [
      action.id,
      rows.at(-1)?.id ?? action.upTo,
      rows.length,
      changed.size,
      rows.length - chosen.length,
      rows.length < BATCH ? 'done' : 'running',
      Date.now(),
    ],
  );
  return { routes: rows.filter(({ id }) => changed.has(id)).map(({ route }) => route) };
}

async function editAll(
  tx: Queryable,
  rows: readonly Candidate[],
  edit: (payload: string) => string | undefined,
): Promise<RecordEdit[]> {
  const texts = await recordTexts(tx, rows);
  return rows.flatMap(({ id }, index) => {
    const payload = texts[index] ?? null;
    const edited = payload === null ? undefined : edit(payload);
    return edited === undefined ? [] : [{ id, payload: edited }];
  });
}
