import { causeOfText } from '../core/error-cause.ts';
import type { CommittedPage, PageCommit } from '../core/run.ts';
import type { NewTask } from '../core/task.ts';
import type { Database } from './database.ts';
import { addGroups, groupsOf } from './error-groups.ts';
import { searchText } from './search-text.ts';
import { queryWith } from './step-effects.ts';

/**
 * One statement is one transaction and one round trip. Nothing is written unless the run is this worker's, and its lease
 * is good for the batches that it takes at once: those stand in their claims (see the handed claims).
 *
 * Ids are drawn for items of a list, not for a series of numbers: of those the planner expects a thousand, and would plan
 * the statement anew for each page.
 */
const COMMIT_PAGE = `
  WITH held AS (
    UPDATE run SET received = received + $3, fresh = fresh + $4, unchanged = unchanged + $5, repeated = repeated + $6,
      pages = pages + $29, losses = 0, announced = coalesce($7, announced), progress = $8
    WHERE id = $1 AND worker = $2 AND status = 'running' AND NOT cancelled
      AND (cardinality($14::text[]) = 0 OR EXISTS (SELECT 1 FROM worker WHERE id = $2)) RETURNING id),
  marks AS (
    INSERT INTO seen (incoming, key, hash, pass, body)
    SELECT $9, s.key, s.hash, $10, s.body FROM held, unnest($11::text[], $12::text[], $13::text[]) AS s(key, hash, body)
    ORDER BY s.key
    ON CONFLICT (incoming, key) DO UPDATE SET hash = excluded.hash, pass = excluded.pass,
      body = coalesce(excluded.body, seen.body)),
  body AS (
    INSERT INTO page_body (run, created_at, body) SELECT held.id, $20, $19 FROM held WHERE $19::text IS NOT NULL RETURNING id),
  claimed AS (
    INSERT INTO claim (worker, route, created_at, incoming, run, page, tasks, keys, items, search)
    SELECT $2, c.route, $20, $9, held.id, body.id,
      ARRAY(SELECT nextval('task_id_seq') FROM unnest(($17::int[])[c.first:c.last])),
      ($16::text[])[c.first:c.last], ($17::int[])[c.first:c.last], ($18::text[])[c.first:c.last]
    FROM held, body, (
      SELECT route, last - size + 1 AS first, last, position FROM (
        SELECT route, size, sum(size) OVER (ORDER BY position)::int AS last, position
        FROM unnest($14::text[], $15::int[]) WITH ORDINALITY AS b(route, size, position)) sized) c
    ORDER BY c.position RETURNING id, tasks),
  made AS (
    INSERT INTO task (route, incoming, run, key, state, page, item, stage, error, cause, search, created_at, updated_at)
    SELECT t.route, $9, held.id, t.key, t.state, body.id, t.item, t.stage, t.error, t.cause, t.search::text[], $20, $20
    FROM held, body, unnest($21::text[], $22::text[], $23::text[], $24::int[], $25::text[], $26::text[], $27::text[],
        $28::text[]) WITH ORDINALITY AS t(route, key, state, item, stage, error, cause, search, position)
    ORDER BY t.position)
  SELECT held.id AS run, claimed.id AS claim, claimed.tasks::text AS tasks
  FROM held LEFT JOIN claimed ON true ORDER BY claimed.id`;

/** A claim of the page with the ids of its tasks; nulls where it has none. */
interface ClaimMade {
  readonly claim: number | null;
  readonly tasks: string | null;
}

type Committed = Extract<CommittedPage, { result: 'committed' }>;

/**
 * Makes a few pages durable: tasks, marks, counts and position in one transaction.
 *
 * @returns undefined when the run is not this worker's (any more), or is cancelled; nothing was written then.
 */
export async function writePage(database: Database, page: PageCommit): Promise<Committed | undefined> {
  const { run, worker, counts, tasks, seen, claims } = page;
  const { body, items } = bodyOf(tasks);
  const handed = claims.flatMap((claim) => claim.tasks);
  const rest = without(tasks, handed);
  const causes = rest.map(({ task: { state, error, route } }) =>
    state === 'failed' ? causeOfText(error, { route }) : undefined,
  );
  await addGroups(database, groupsOf(causes));
  const values = [
    run.id,
    worker,
    counts.received,
    counts.fresh,
    counts.unchanged,
    counts.repeated,
    page.announced,
    page.progress,
    run.incoming,
    page.pass,
    seen.map((row) => row.key),
    seen.map((row) => row.hash),
    seen.some((row) => row.body !== undefined) ? seen.map((row) => row.body ?? null) : null,
    claims.map((claim) => claim.route),
    claims.map((claim) => claim.tasks.length),
    handed.map((index) => tasks[index]?.key),
    handed.map((index) => items[index]),
    handed.some((index) => tasks[index]?.search) ? handed.map((index) => searchText(tasks[index]?.search)) : null,
    body,
    Date.now(),
    rest.map(({ task }) => task.route),
    rest.map(({ task }) => task.key),
    rest.map(({ task }) => task.state),
    rest.map(({ index }) => items[index]),
    rest.map(({ task }) => task.stage),
    rest.map(({ task }) => task.error),
    causes.map((cause) => cause?.id ?? null),
    rest.map(({ task }) => searchText(task.search)),
    counts.pages,
  ];
  const rows = await queryWith<ClaimMade>(database, COMMIT_PAGE, values, page.effects);
  if (rows.length > 0) return { result: 'committed', claims: claimsOf(page, rows) };
  // A lease that is over takes nothing at once; the tasks are for whoever claims them.
  return claims.length > 0 ? writePage(database, { ...page, claims: [] }) : undefined;
}

/** The records of a page's tasks as one JSON list, each written once, and which item is whose. */
function bodyOf(tasks: PageCommit['tasks']): { body: string | null; items: number[] } {
  const [first] = tasks;
  if (!first) return { body: null, items: [] };
  // Only routes share records.
  if (tasks.every(({ route }) => route === first.route)) {
    return { body: `[${tasks.map(({ payload }) => payload).join(',')}]`, items: tasks.map((_, index) => index) };
  }
  const places = new Map<string, number>();
  const items = tasks.map(({ payload }) => {
    const place = places.get(payload) ?? places.size;
    places.set(payload, place);
    return place;
  });
  return { body: `[${[...places.keys()].join(',')}]`, items };
}

/** Tasks that are not handed over, with their places. */
function without(tasks: readonly NewTask[], handed: readonly number[]): { task: NewTask; index: number }[] {
  if (handed.length === tasks.length) return [];
  const isHanded = new Set(handed);
  return tasks.flatMap((task, index) => (isHanded.has(index) ? [] : [{ task, index }]));
}

/** Claims got their ids in the order of the batches. */
function claimsOf({ tasks, claims }: PageCommit, rows: readonly ClaimMade[]): Committed['claims'] {
  return claims.flatMap(({ route, tasks: places }, batch) => {
    const { claim: id = null, tasks: ids = null } = rows[batch] ?? {};
    if (id === null || ids === null) return [];
    const numbers = ids.slice(1, -1).split(',');
    const claimed = places.flatMap((place, index) => {
      const task = tasks[place];
      if (!task) return [];
      const { key, record, stage } = task;
      return [{ id: Number(numbers[index]), key, record, stage, attempts: 1, uncertainSince: null, nextAt: 0 }];
    });
    return [{ id, route, isHanded: true, tasks: claimed }];
  });
}
