import type { NewHookEvent, ShownDelivery } from '../core/hook.ts';
import type { Database } from './database.ts';
import { searchText } from './search-text.ts';

/** Deliveries kept of an incoming, for people to look at. */
const KEPT = 50;
const BATCH = 5000;

/**
 * One statement is one transaction and one round trip, for the events of many senders at once. An event that is known by
 * its mark, or whose record was last seen with the same content, makes no task.
 *
 * Marks are looked up as a hashed list: joins by hash are off in our sessions. Rows are written in one order everywhere,
 * so that two writers never wait for one another in a circle.
 */
const COMMIT = `
  WITH e AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
      WITH ORDINALITY AS e(incoming, mark, window_ms, key, hash, payload, stage, delivery, n)),
  marks AS (
    INSERT INTO delivery_mark SELECT incoming, mark, $9 + window_ms FROM e WHERE mark IS NOT NULL ORDER BY incoming, mark
    ON CONFLICT (incoming, mark) DO UPDATE SET until = excluded.until WHERE delivery_mark.until < $9
    RETURNING incoming, mark),
  fresh AS (
    SELECT e.* FROM e WHERE (e.mark IS NULL OR (e.incoming, e.mark) IN (SELECT incoming, mark FROM marks))
      AND (e.stage = 'event' OR NOT EXISTS (
        SELECT 1 FROM seen s WHERE s.incoming = e.incoming AND s.key = e.key AND s.hash = e.hash))),
  noted AS (
    INSERT INTO seen SELECT incoming, key, hash, 0 FROM fresh WHERE stage = 'source' ORDER BY incoming, key
    ON CONFLICT (incoming, key) DO UPDATE SET hash = excluded.hash),
  made AS (
    INSERT INTO task (route, incoming, run, key, state, payload, stage, search, delivery, created_at, updated_at)
    SELECT ($12::text[])[i], fresh.incoming, 0, fresh.key, 'new', fresh.payload, fresh.stage, ($13::text[])[i]::text[],
      fresh.delivery, $9, $9
    FROM fresh, generate_series(($10::int[])[fresh.n], ($11::int[])[fresh.n]) AS i ORDER BY fresh.n, i)
  SELECT n::int FROM fresh`;

/** What webhooks brought: tasks, what counts as known, and the last deliveries. */
export function deliveryRepository(database: Database) {
  return {
    /**
     * Makes events durable. No two of them may have the same incoming and key, nor the same incoming and mark.
     *
     * @returns Places of those that were new.
     */
    async commit(events: readonly NewHookEvent[]): Promise<number[]> {
      const routes = events.flatMap((event) => event.routes);
      let next = 1;
      const spans = events.map((event) => [next, (next += event.routes.length) - 1] as const);
      const { rows } = await database.query<{ n: number }>(COMMIT, [
        events.map((event) => event.incoming),
        events.map((event) => event.mark ?? null),
        events.map((event) => event.windowMs),
        events.map((event) => event.key),
        events.map((event) => event.hash),
        events.map((event) => event.text),
        events.map((event) => event.stage),
        events.map((event) => event.delivery ?? null),
        Date.now(),
        spans.map(([first]) => first),
        spans.map(([, last]) => last),
        routes.map((each) => each.route),
        routes.map((each) => searchText(each.search)),
      ]);
      return rows.map(({ n }) => n - 1);
    },

    /** Keeps deliveries for people; of each incoming only the last. */
    async keep(deliveries: readonly ShownDelivery[]): Promise<void> {
      await database.query(
        `INSERT INTO delivery (incoming, at, status, body)
         SELECT * FROM unnest($1::text[], $2::bigint[], $3::int[], $4::text[])`,
        [
          deliveries.map((each) => each.incoming),
          deliveries.map((each) => each.at),
          deliveries.map((each) => each.status),
          deliveries.map((each) => each.body),
        ],
      );
      for (const incoming of new Set(deliveries.map((each) => each.incoming))) {
        await database.query(
          `DELETE FROM delivery WHERE incoming = $1 AND id <= (
             SELECT id FROM delivery WHERE incoming = $1 ORDER BY id DESC OFFSET ${KEPT} LIMIT 1)`,
          [incoming],
        );
      }
    },

    /** The last deliveries, newest first. */
    async list(incoming: string): Promise<ShownDelivery[]> {
      const { rows } = await database.query<ShownDelivery>(
        `SELECT incoming, at, status, body FROM delivery WHERE incoming = $1 ORDER BY id DESC LIMIT ${KEPT}`,
        [incoming],
      );
      return rows;
    },

    /** Removes marks whose time is over. */
    async forgetMarks(): Promise<void> {
      for (;;) {
        const { rowCount } = await database.query(
          `DELETE FROM delivery_mark WHERE (incoming, mark) IN (
             SELECT incoming, mark FROM delivery_mark WHERE until < $1 ORDER BY until LIMIT $2)`,
          [Date.now(), BATCH],
        );
        if (rowCount < BATCH) return;
      }
    },
  };
}
