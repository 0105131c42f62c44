import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createSealer } from '../../src/core/sealing.ts';
import type { Database } from '../../src/store/database.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { describeEngines } from '../support/engines.ts';
import { openTestStore, TEST_KEY, type TestStore } from '../support/with-store.ts';

const MANY = 100_000;
/** Rows that one page may touch: more than it has, far fewer than there are. */
const MOST_TOUCHED = 6000;

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Plan[];
}

type Seen = readonly [sql: string, values: readonly unknown[]];

/** Every list of the API that can grow, with the filters that it takes. Small tables that people write by hand are left out. */
const LISTS: readonly (readonly [name: string, list: (store: Store) => Promise<unknown>])[] = [
  ['tasks', ({ tasks }) => tasks.list({ limit: 200 })],
  ['tasks, a later page', ({ tasks }) => tasks.list({ limit: 200, before: 50_000 })],
  ['tasks by state', ({ tasks }) => tasks.list({ state: 'failed', limit: 200 })],
  ['tasks by several states', ({ tasks }) => tasks.list({ state: 'failed,waiting', limit: 200 })],
  ['tasks by route', ({ tasks }) => tasks.list({ route: 'route-1', limit: 200 })],
  ['tasks by run', ({ tasks }) => tasks.list({ run: 7, limit: 200 })],
  ['tasks by key', ({ tasks }) => tasks.list({ key: '4711', limit: 200 })],
  ['tasks by search', ({ tasks }) => tasks.list({ q: '4711', limit: 200 })],
  ['tasks by cause', ({ tasks }) => tasks.list({ error: 'cause-3', limit: 200 })],
  ['runs', ({ runs }) => runs.list({ limit: 51 })],
  ['runs of an incoming', ({ runs }) => runs.list({ incoming: 'in-3', limit: 51 })],
  ['audit', ({ audit }) => audit.list({ limit: 51 })],
  ['audit by subject', ({ audit }) => audit.list({ subject: 'client/c7', limit: 51 })],
  ['audit by actor', ({ audit }) => audit.list({ actor: 'actor-3', limit: 51 })],
  ['entries of a storage', ({ storages }) => storages.list('storage-3', { limit: 51 })],
  ['deliveries', ({ deliveries }) => deliveries.list('in-3')],
  ['messages of a notification', ({ notifications }) => notifications.messages('n-3')],
  ['what a notification has to tell', ({ notifications }) => notifications.waiting('n-3', 100)],
  ['failed runs for a notification', ({ notifications }) => notifications.failedRuns(MANY - 50)],
  ['failures for a notification', ({ notifications }) => notifications.failures(MANY - 500)],
  ['incidents', ({ incidents }) => incidents.list({ limit: 51 })],
  ['versions of a document', ({ versions }) => versions.list('client', 'c3', undefined, 51)],
  ['unmatched values', ({ unmatched }) => unmatched.list('map-3', { after: undefined, limit: 51 })],
];

describeEngines('lists over large tables', ['postgres'], (engine) => {
  let opened: TestStore;
  let store: Store;
  const seen: Seen[] = [];

  beforeAll(async () => {
    opened = await openTestStore(engine);
    const { database } = opened;
    for (const sql of FILL) await database.query(sql);
    const spied: Database = {
      ...{ engine: database.engine, queuePool: database.queuePool, close: () => database.close() },
      transaction: (work) => database.transaction(work),
      query: (text, values = []) => {
        seen.push([text, values]);
        return database.query(text, values);
      },
    };
    store = await openStore(spied, createSealer(TEST_KEY));
  });

  afterAll(() => opened.close());

  test.each(LISTS)('%s: an index finds the page', async (_name, list) => {
    seen.length = 0;
    await list(store);
    expect(seen.length).toBeGreaterThan(0);
    for (const [sql, values] of seen) {
      const nodes = await explain(opened.database, sql, values);
      expect(nodes.filter((node) => node['Node Type'] === 'Seq Scan').map((node) => node['Relation Name'])).toEqual([]);
      const touched = nodes.map(
        (node) => (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
      );
      expect(Math.max(...touched)).toBeLessThan(MOST_TOUCHED);
    }
  });
});

/** Every node of a statement's plan, as it ran. Statements that write are not run. */
async function explain(database: Database, sql: string, values: readonly unknown[]): Promise<Plan[]> {
  if (!/^\s*(SELECT|WITH)/i.test(sql)) return [];
  const { rows } = await database.query<{ 'QUERY PLAN': readonly { Plan: Plan }[] | string }>(
    `EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`,
    values,
  );
  const plan = rows[0]?.['QUERY PLAN'] ?? [];
  const parsed = typeof plan === 'string' ? (JSON.parse(plan) as readonly { Plan: Plan }[]) : plan;
  return parsed.flatMap((each) => nodesOf(each.Plan));
}

function nodesOf(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}

const FILL = [
  `INSERT INTO task (route, incoming, run, key, state, cause, payload, created_at, updated_at, search)
   SELECT 'route-' || g % 5, 'in-' || g % 5, g / 100, g::text,
     CASE WHEN g % 20 = 0 THEN 'failed' WHEN g % 500 = 1 THEN 'waiting' ELSE 'finished' END,
     CASE WHEN g % 20 = 0 THEN 'cause-' || g % 7 END, '{}', g, g, ARRAY['text ' || g]
   FROM generate_series(1, ${MANY}) g`,
  `INSERT INTO run (incoming, mode, cause, status, created_at, finished_at)
   SELECT 'in-' || g % 50, 'full', 'api', CASE WHEN g % 10 = 0 THEN 'failed' ELSE 'succeeded' END, g, g
   FROM generate_series(1, ${MANY}) g`,
  `INSERT INTO audit (id, at, actor, action, subject, hash)
   SELECT g, g, 'actor-' || g % 50, 'document.update', 'client/c' || g % 500, 'x' FROM generate_series(1, ${MANY}) g`,
  `INSERT INTO storage_entry (storage, key, value, updated_at)
   SELECT 'storage-' || g % 5, g::text, '1', g FROM generate_series(1, ${MANY}) g`,
  `INSERT INTO delivery (incoming, at, status, body) SELECT 'in-' || g % 400, g, 202, '{}' FROM generate_series(1, 20000) g`,
  `INSERT INTO notification_message (notification, at, status, count, duration_ms, title)
   SELECT 'n-' || g % 200, g, 'sent', 1, 1, 't' FROM generate_series(1, 20000) g`,
  `INSERT INTO notice (notification, key, at, body, told_at)
   SELECT 'n-' || g % 50, g::text, g, '{}', CASE WHEN g % 50 = 3 AND g > ${MANY - 5000} THEN NULL ELSE g END
   FROM generate_series(1, ${MANY}) g`,
  `INSERT INTO incident (subject, state, code, message, started_at, ended_at, checked_at, next_probe_at)
   SELECT 'client/' || g % 50, 'away', 'E', 'm', g, g, g, g FROM generate_series(1, 20000) g`,
  `INSERT INTO document_version (kind, identifier, version, action, body, author, at)
   SELECT 'client', 'c' || g % 200, g, 'update', '{}', 'a', g FROM generate_series(1, 20000) g`,
  `INSERT INTO unmatched_value (value_map, value, count, sample, first_at, last_at)
   SELECT 'map-' || g % 50, to_json(g)::text, g, 'k', g, g FROM generate_series(1, 20000) g`,
  'ANALYZE',
];
