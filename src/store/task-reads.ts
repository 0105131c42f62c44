import { coalesce } from '../core/coalesce.ts';
import { BEHIND_CAUSE } from '../core/error-cause.ts';
import { TASK_STATES, type TaskStage, type TaskState } from '../core/task.ts';
import type { Database } from './database.ts';
import { writeHandedTasks } from './handed-claims.ts';
import type { PageBodies } from './page-bodies.ts';
import { taskConditions, type TaskFilter } from './task-filter.ts';

/** A try that failed. */
export interface AttemptRow {
  readonly task: number;
  readonly at: number;
  readonly error: string;
  readonly exchange: number | null;
}

/** What keeps records of a route from being in the target. */
interface NotArrivedRow {
  readonly hasRun: boolean;
  readonly open: number;
  readonly failed: number;
  readonly samples: readonly { readonly key: string; readonly search: readonly string[] }[];
}

const NOT_ARRIVED = `
  WITH late AS (
    SELECT id, key, state, search FROM task t
    WHERE route = $1 AND state NOT IN ('finished', 'skipped')
      AND NOT EXISTS (SELECT 1 FROM task n WHERE n.route = t.route AND n.key = t.key AND n.id > t.id)),
  failed AS (SELECT id, key, search FROM late WHERE state = 'failed' ORDER BY id LIMIT $3)
  SELECT
    EXISTS (SELECT 1 FROM seen WHERE incoming = $2)
      OR EXISTS (SELECT 1 FROM run WHERE incoming = $2 AND status = 'succeeded') AS "hasRun",
    (SELECT count(*)::int FROM late WHERE state <> 'failed') AS open,
    (SELECT count(*)::int FROM late WHERE state = 'failed') AS failed,
    coalesce((SELECT jsonb_agg(jsonb_build_object('key', key, 'search', coalesce(search, '{}')) ORDER BY id) FROM failed), '[]')
      AS samples`;

/** A task as the API shows it. */
export interface TaskRow {
  readonly id: number;
  readonly route: string;
  readonly incoming: string;
  readonly run: number;
  readonly key: string;
  readonly state: TaskState;
  readonly attempts: number;
  readonly losses: number;
  readonly uncertain: boolean;
  readonly payload: string | null;
  readonly stage: TaskStage;
  readonly error: string | null;
  readonly targetId: string | null;
  readonly exchange: number | null;
  readonly exchangeIndex: number | null;
  readonly nextAt: number;
  /** Group of what failed it; null where nothing did, or where it is still to be found. */
  readonly cause: string | null;
  /** The record before a person edited it, and when that was. */
  readonly original: string | null;
  readonly editedAt: number | null;
  /** When the last try began. */
  readonly startedAt: number | null;
  /** Delivery of a webhook that it came with. */
  readonly delivery: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What became of one record. */
export type RowTask = Pick<TaskRow, 'state' | 'error' | 'targetId'>;

export const TASK_COLUMNS = `id, route, incoming, run, key, state, attempts, losses, uncertain_since IS NOT NULL AS uncertain, error, target_id AS "targetId", exchange,
  exchange_index AS "exchangeIndex", next_at AS "nextAt", nullif(cause, '${BEHIND_CAUSE}') AS cause, edited_at AS "editedAt", started_at AS "startedAt",
  delivery, created_at AS "createdAt", updated_at AS "updatedAt"`;

/** Tasks as people see them. */
export function taskReads(database: Database, bodies: PageBodies) {
  /** Who reads tasks sees those, too, that stand in their claims. */
  const showHanded = coalesce(async (asked: readonly undefined[]) => {
    await writeHandedTasks(database, 'true', []);
    return asked;
  });
  return {
    async countByState(filter: { run?: number; route?: string }): Promise<Record<TaskState, number>> {
      await showHanded(undefined);
      const { rows } = await database.query<{ state: TaskState; count: number }>(
        `SELECT state, count(*)::int AS count FROM task
         WHERE ($1::bigint IS NULL OR run = $1) AND ($2::text IS NULL OR route = $2) GROUP BY state`,
        [filter.run ?? null, filter.route ?? null],
      );
      const counts = Object.fromEntries(TASK_STATES.map((state) => [state, 0])) as Record<TaskState, number>;
      for (const { state, count } of rows) counts[state] = count;
      return counts;
    },

    /** What keeps records of a route from being in the target; later versions of a record speak for it. */
    async notArrived(route: string, incoming: string, samples: number): Promise<NotArrivedRow> {
      await showHanded(undefined);
      const { rows } = await database.query<NotArrivedRow>(NOT_ARRIVED, [route, incoming, samples]);
      return rows[0] ?? { hasRun: false, open: 0, failed: 0, samples: [] };
    },

    async list(filter: TaskFilter): Promise<TaskRow[]> {
      await showHanded(undefined);
      const { where, values } = taskConditions(filter);
      const { rows } = await database.query<TaskRow>(
        `SELECT ${TASK_COLUMNS}, NULL AS payload, NULL AS original, stage FROM task ${where} ORDER BY id DESC LIMIT $${values.length + 1}`,
        [...values, filter.limit],
      );
      return rows;
    },

    async get(id: number): Promise<TaskRow | undefined> {
      await showHanded(undefined);
      const { rows } = await database.query<TaskRow & { page: number | null; item: number | null }>(
        `SELECT ${TASK_COLUMNS}, payload, original, page, item, stage FROM task WHERE id = $1`,
        [id],
      );
      const [row] = rows;
      if (!row) return undefined;
      const { page, item, ...task } = row;
      if (task.payload !== null || page === null) return task;
      const record = (await bodies.read([page])).get(page)?.[item ?? 0];
      return { ...task, payload: record === undefined ? null : JSON.stringify(record) };
    },

    /** How many match, counted up to `cap`. */
    async count(filter: Omit<TaskFilter, 'limit'>, cap: number): Promise<number> {
      await showHanded(undefined);
      const { where, values } = taskConditions(filter);
      const { rows } = await database.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM (SELECT 1 FROM task ${where} LIMIT $${values.length + 1}) t`,
        [...values, cap],
      );
      return rows[0]?.count ?? 0;
    },

    /** The newest task of each of these keys on a route. */
    async newestOf(route: string, keys: readonly string[]): Promise<ReadonlyMap<string, RowTask>> {
      await showHanded(undefined);
      const { rows } = await database.query<RowTask & { key: string }>(
        `SELECT k.key, t.state, t.error, t.target_id AS "targetId" FROM unnest($2::text[]) AS k(key)
         CROSS JOIN LATERAL (
           SELECT state, error, target_id FROM task WHERE key = k.key AND route = $1 ORDER BY id DESC LIMIT 1) t`,
        [route, keys],
      );
      return new Map(rows.map(({ key, ...task }) => [key, task]));
    },

    /** Failed tries of several tasks, oldest first. */
    async attemptsOf(tasks: readonly number[]): Promise<AttemptRow[]> {
      const { rows } = await database.query<AttemptRow>(
        'SELECT task, at, error, exchange FROM attempt WHERE task = ANY($1::bigint[]) ORDER BY id',
        [tasks],
      );
      return rows;
    },

    /** Tasks of these routes that were finished lately: how many, and in what time. */
    async recentRate(routes: readonly string[]): Promise<{ finished: number; spanMs: number }> {
      const { rows } = await database.query<{ finished: number; first: number | null; last: number | null }>(
        `SELECT count(*)::int AS finished, min(updated_at) AS first, max(updated_at) AS last FROM (
           SELECT route, state, updated_at FROM task ORDER BY id DESC LIMIT 2000) t
         WHERE state = 'finished' AND route = ANY($1)`,
        [routes],
      );
      const { finished = 0, first = null, last = null } = rows[0] ?? {};
      return { finished, spanMs: (last ?? 0) - (first ?? 0) };
    },

    /** The first task that stands in the way of a route in strict order; undefined where none does. */
    async firstStop(route: string): Promise<TaskRow | undefined> {
      const { rows } = await database.query<TaskRow>(
        `SELECT ${TASK_COLUMNS}, NULL AS payload, NULL AS original, stage FROM task
         WHERE route = $1 AND state IN ('failed', 'waiting') ORDER BY id LIMIT 1`,
        [route],
      );
      return rows[0];
    },

    async attempts(task: number): Promise<{ at: number; error: string; exchange: number | null }[]> {
      const { rows } = await database.query<{ at: number; error: string; exchange: number | null }>(
        'SELECT at, error, exchange FROM attempt WHERE task = $1 ORDER BY id',
        [task],
      );
      return rows;
    },
  };
}
