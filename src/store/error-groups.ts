import { BEHIND_CAUSE, type CauseClass, causeOfText, type ErrorCause } from '../core/error-cause.ts';
import type { Database, Queryable } from './database.ts';

/** What a person decided about a group of errors. */
export type GroupState = 'open' | 'resolved' | 'ignored';

/** Tasks that failed, or wait, for one cause. */
export interface ErrorGroup {
  readonly id: string;
  readonly class: CauseClass;
  readonly code: string;
  readonly message: string;
  readonly target: string | null;
  readonly state: GroupState;
  readonly stateAt: number;
  readonly actor: string | null;
  readonly reason: string | null;
  /** When it was first seen at all; when one of its tasks failed last. */
  readonly firstAt: number;
  readonly lastAt: number;
  readonly count: number;
  /** Its routes, and how many tasks each has. */
  readonly routes: readonly { readonly route: string; readonly count: number }[];
  /** Newest task of it; null where none is left. */
  readonly sample: number | null;
}

export interface GroupFilter {
  readonly state?: GroupState | undefined;
  readonly class?: string | undefined;
  readonly route?: string | undefined;
  readonly target?: string | undefined;
  readonly id?: string | undefined;
}

/** A group that was resolved is open again as soon as something fails for its cause later. */
const STATE = `CASE WHEN g.state = 'resolved' AND coalesce(c.last_at, 0) > g.state_at THEN 'open' ELSE g.state END`;

/** Counted by the index over causes alone, however many tasks have failed. */
const GROUPS = `
  WITH by_route AS (
    SELECT cause, route, count(*)::int AS count, max(updated_at) AS last_at, max(id) AS sample FROM task
    WHERE cause IS NOT NULL AND cause <> '${BEHIND_CAUSE}' AND ($1::text IS NULL OR cause = $1) GROUP BY cause, route),
  c AS (
    SELECT cause, sum(count)::int AS count, max(last_at) AS last_at, max(sample) AS sample,
      json_agg(json_build_object('route', route, 'count', count) ORDER BY count DESC, route)::text AS routes
    FROM by_route GROUP BY cause HAVING $2::text IS NULL OR bool_or(route = $2))
  SELECT g.id, g.class, g.code, g.message, g.target, ${STATE} AS state, g.state_at AS "stateAt", g.actor, g.reason,
    g.first_at AS "firstAt", coalesce(c.last_at, g.first_at) AS "lastAt", coalesce(c.count, 0) AS count, c.routes, c.sample
  FROM error_group g LEFT JOIN c ON c.cause = g.id
  WHERE (c.cause IS NOT NULL OR $1::text IS NOT NULL) AND ($1::text IS NULL OR g.id = $1)
    AND ($3::text IS NULL OR ${STATE} = $3) AND ($4::text IS NULL OR g.class = $4) AND ($5::text IS NULL OR g.target = $5)
  ORDER BY "lastAt" DESC, g.id LIMIT 2000`;

/** Groups of failed and waiting tasks by their cause. */
export function errorGroupRepository(database: Database) {
  return {
    /** Groups that have tasks, the latest first; the one with an id also when it has none any more. */
    async list(filter: GroupFilter): Promise<ErrorGroup[]> {
      const { rows } = await database.query<Omit<ErrorGroup, 'routes'> & { routes: string | null }>(GROUPS, [
        filter.id ?? null,
        filter.route ?? null,
        filter.state ?? null,
        filter.class ?? null,
        filter.target ?? null,
      ]);
      return rows.map((row) => ({ ...row, routes: JSON.parse(row.routes ?? '[]') as ErrorGroup['routes'] }));
    },

    /** Writes what a person decided; false when there is no such group. */
    async decide(id: string, state: GroupState, actor: string, reason: string | undefined): Promise<boolean> {
      const { rowCount } = await database.query(
        'UPDATE error_group SET state = $2, state_at = $3, actor = $4, reason = $5 WHERE id = $1',
        [id, state, Date.now(), actor, reason ?? null],
      );
      return rowCount > 0;
    },

    /**
     * Finds the causes of failures that were written without one: by a database of an earlier version, or by what takes
     * work back from a process that died.
     *
     * @returns How many were sorted; `limit` when there may be more.
     */
    async sortFailures(limit: number): Promise<number> {
      const { rows } = await database.query<{ id: number; route: string; error: string | null }>(
        `SELECT id, route, error FROM task WHERE cause IS NULL AND state IN ('failed', 'waiting') LIMIT $1`,
        [limit],
      );
      if (rows.length === 0) return 0;
      const causes = rows.map(({ route, error }) => causeOfText(error, { route }));
      await addGroups(database, groupsOf(causes));
      await database.query(
        `UPDATE task SET cause = s.cause FROM unnest($1::bigint[], $2::text[]) AS s(id, cause)
         WHERE task.id = s.id AND task.cause IS NULL AND task.state IN ('failed', 'waiting')`,
        [rows.map(({ id }) => id), causes.map(({ id }) => id)],
      );
      return rows.length;
    },

    /** Forgets groups without tasks that nobody has seen for this long. */
    async forget(unseenMs: number): Promise<void> {
      await database.query(
        `DELETE FROM error_group g WHERE greatest(g.first_at, g.state_at) < $1
           AND NOT EXISTS (SELECT 1 FROM task t WHERE t.cause = g.id)`,
        [Date.now() - unseenMs],
      );
    },
  };
}

/** Each cause once, in an order that is the same everywhere: so two writers never wait for one another in a circle. */
export function groupsOf(causes: readonly (ErrorCause | undefined)[]): ErrorCause[] {
  const byId = new Map<string, ErrorCause>();
  for (const cause of causes) if (cause) byId.set(cause.id, cause);
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Makes groups that are not there yet. A group without tasks is not shown, so it may be made before them. */
export async function addGroups(database: Queryable, causes: readonly ErrorCause[]): Promise<void> {
  if (causes.length === 0) return;
  await database.query(
    `INSERT INTO error_group (id, class, code, message, route, target, first_at)
     SELECT g.id, g.class, g.code, g.message, g.route, g.target, $7
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) WITH ORDINALITY
       AS g(id, class, code, message, route, target, position)
     ORDER BY g.position ON CONFLICT (id) DO NOTHING`,
    [
      causes.map((cause) => cause.id),
      causes.map((cause) => cause.class),
      causes.map((cause) => cause.code),
      causes.map((cause) => cause.message),
      causes.map((cause) => cause.route),
      causes.map((cause) => cause.target),
      Date.now(),
    ],
  );
}
