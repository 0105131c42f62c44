import { createSealer } from '../../src/core/sealing.ts';
import type { NewTask, TaskOutcome } from '../../src/core/task.ts';
import type { Database } from '../../src/store/database.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { openPglite } from '../../src/store/open-pglite.ts';
import { openPostgres } from '../../src/store/open-postgres.ts';
import type { Engine } from './engines.ts';

export const TEST_KEY = 'a master key for tests only, not secret';
const LEASE_MS = 600_000;

/** A store on an empty database, with one worker, "alive". */
export interface TestStore {
  readonly store: Store;
  readonly database: Database;
  /** Makes tasks on a route through a page of a run, as polling does. */
  readonly makeTasks: (route: string, keys: readonly string[], changes?: Partial<NewTask>) => Promise<void>;
  /** States of a route's tasks, in the order they were made. */
  readonly statesOf: (route: string) => Promise<string[]>;
  readonly close: () => Promise<void>;
}

/** Opens a store on fresh engines. */
export async function openTestStore(engine: Engine): Promise<TestStore> {
  const environment = await engine.create();
  const url = environment.variables['DATABASE_URL'];
  const database =
    url === undefined
      ? await openPglite(`${environment.variables['SLUICE_DATA'] ?? ''}/postgres`)
      : openPostgres(url, { onError: () => undefined });
  const store = await openStore(database, createSealer(TEST_KEY));
  await store.workers.register('alive', 'worker', LEASE_MS);
  return {
    store,
    database,
    makeTasks: (route, keys, changes = {}) => makeTasks(store, route, keys, changes),
    async statesOf(route) {
      const rows = await store.tasks.list({ route, limit: 500 });
      return rows.map((row) => row.state).reverse();
    },
    async close() {
      await database.close();
      await environment.dispose();
    },
  };
}

async function makeTasks(
  store: Store,
  route: string,
  keys: readonly string[],
  changes: Partial<NewTask>,
): Promise<void> {
  const run = await store.runs.start(`in-${route}-${Math.random()}`, 'full', 'test');
  if (!run) throw new Error('no run');
  await store.runs.claim(run.id, 'alive');
  const tasks = keys.map((key): NewTask => {
    const record = { key };
    const own = { route, key, isFirst: true, state: 'new' as const, record, payload: JSON.stringify(record) };
    return { ...own, stage: 'ready', error: null, ...changes };
  });
  await store.runs.commitPage({
    ...{ run, worker: 'alive', pass: 1, seen: [], tasks, announced: null, progress: '{}', claims: [] },
    counts: { pages: 1, received: keys.length, fresh: keys.length, unchanged: 0, repeated: 0 },
  });
  await store.runs.finish(run, 'alive', { status: 'succeeded' });
}

/** How a claimed task ends. */
export function outcomeOf(task: number, state: TaskOutcome['state'], changes: Partial<TaskOutcome> = {}): TaskOutcome {
  return {
    ...{ task, state, error: null, targetId: null, exchange: null, exchangeIndex: null },
    ...{ nextAt: 0, uncertainSince: null, countsAttempt: true },
    ...changes,
  };
}
