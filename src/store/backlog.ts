import type { Database } from './database.ts';
import { writeHandedTasks } from './handed-claims.ts';

/** Tasks of a route that are not at their goal. */
export interface RouteBacklog {
  readonly route: string;
  /** New, retrying or processing. */
  readonly open: number;
  readonly waiting: number;
  readonly failed: number;
  /** When the oldest open one was made. */
  readonly oldestAt: number | null;
}

/** Most tasks that are counted of a kind: more than that is told as this number. */
const CAP = 100_000;

const OPEN = `state IN ('new', 'retrying', 'processing')`;

/** How far routes are behind, and what asks for a person. */
export function backlogRepository(database: Database) {
  return {
    /** Each route with its counts, in the order given; routes without tasks have zeros. */
    async byRoute(routes: readonly string[]): Promise<RouteBacklog[]> {
      await writeHandedTasks(database, 'route = ANY($1::text[])', [routes]);
      const { rows: open } = await database.query<{ route: string; open: number; oldestAt: number | null }>(
        `SELECT r.route,
           (SELECT count(*)::int FROM (SELECT 1 FROM task t WHERE t.route = r.route AND t.${OPEN} LIMIT $2) n) AS open,
           (SELECT t.created_at FROM task t WHERE t.route = r.route AND t.${OPEN} ORDER BY t.id LIMIT 1) AS "oldestAt"
         FROM unnest($1::text[]) AS r(route)`,
        [routes, CAP],
      );
      const { rows: halted } = await database.query<{ route: string; state: string; count: number }>(
        `SELECT route, state, count(*)::int AS count
         FROM (SELECT route, state FROM task WHERE state IN ('failed', 'waiting') LIMIT $1) t GROUP BY route, state`,
        [CAP],
      );
      const counts = new Map(halted.map(({ route, state, count }) => [`${state} ${route}`, count]));
      return open.map((row) => ({
        ...row,
        waiting: counts.get(`waiting ${row.route}`) ?? 0,
        failed: counts.get(`failed ${row.route}`) ?? 0,
      }));
    },
  };
}
