import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CommittedPage } from '../../src/core/run.ts';
import type { Link, NewTask, TaskOutcome } from '../../src/core/task.ts';
import { describeEngines } from '../support/engines.ts';
import { openTestStore, outcomeOf, type TestStore } from '../support/with-store.ts';

type Handed = Extract<CommittedPage, { result: 'committed' }>['claims'][number];

const REPORT = JSON.stringify({ code: 'ERR_REFUSED', class: 'data', message: 'refused' });

describeEngines('batches that are handed over with their page', ['embedded', 'postgres'], (engine) => {
  let opened: TestStore;

  beforeAll(async () => {
    opened = await openTestStore(engine);
  });
  afterAll(() => opened.close());

  /** A page of records, of which all or the first ones are handed over as one batch to "alive" or another worker. */
  async function hand(
    route: string,
    keys: readonly string[],
    {
      worker = 'alive',
      handed = keys.length,
      ...changes
    }: Partial<NewTask> & { worker?: string; handed?: number } = {},
  ): Promise<Handed> {
    const { store } = opened;
    const run = await store.runs.start(`in-${route}-${Math.random()}`, 'full', 'test');
    if (!run) throw new Error('no run');
    await store.runs.claim(run.id, worker);
    const tasks = keys.map((key): NewTask => {
      const record = { key };
      const own = { route, key, isFirst: true, state: 'new' as const, record, payload: JSON.stringify(record) };
      return { ...own, stage: 'ready', error: null, ...changes };
    });
    const committed = await store.runs.commitPage({
      ...{ run, worker, pass: 1, seen: [], tasks, announced: null, progress: '{}' },
      counts: { pages: 1, received: keys.length, fresh: keys.length, unchanged: 0, repeated: 0 },
      claims: [{ route, tasks: keys.slice(0, handed).map((_, index) => index) }],
    });
    await store.runs.finish(run, worker, { status: 'succeeded' });
    if (committed.result !== 'committed' || !committed.claims[0]) throw new Error(committed.result);
    return committed.claims[0];
  }

  function settle(claim: Handed, change: (key: string) => Partial<TaskOutcome> = () => ({})): Promise<void> {
    const outcomes = claim.tasks.map(({ id, key }, index) =>
      outcomeOf(id, 'finished', { targetId: `t-${key}`, exchange: 7, exchangeIndex: index, ...change(key) }),
    );
    const learnt = claim.tasks.map(({ key }): Link => ({ key, targetId: `t-${key}` }));
    const { route } = claim;
    return opened.store.tasks.settle(claim, outcomes, { outgoing: `out-${route}`, learnt }, { route, target: 'c' });
  }

  async function rows(route: string): Promise<object[]> {
    const found = await opened.database.query<object>('SELECT * FROM task WHERE route = $1', [route]);
    return found.rows;
  }

  async function claims(route: string): Promise<object[]> {
    return (await opened.database.query<object>('SELECT * FROM claim WHERE route = $1', [route])).rows;
  }

  test('are written once, when their records arrived', async () => {
    const claim = await hand('whole', ['a', 'b'], { search: ['ada'] });
    expect(await rows('whole')).toEqual([]);
    expect(await opened.store.tasks.backlog('whole', 100)).toBe(2);
    expect(await opened.store.tasks.backlog('whole', 1)).toBe(1);
    await settle(claim);
    const [b, a] = await opened.store.tasks.list({ route: 'whole', limit: 10 });
    expect(a).toMatchObject({ id: claim.tasks[0]?.id, key: 'a', state: 'finished', attempts: 1, targetId: 't-a' });
    expect(b).toMatchObject({ exchange: 7, exchangeIndex: 1, losses: 0, error: null, uncertain: false });
    expect((await opened.store.tasks.get(b?.id ?? 0))?.payload).toBe('{"key":"b"}');
    expect(await opened.store.links.links('out-whole', ['a', 'b'])).toEqual(
      new Map([
        ['a', 't-a'],
        ['b', 't-b'],
      ]),
    );
    expect((await opened.store.tasks.list({ route: 'whole', q: 'ada', limit: 10 })).length).toBe(2);
    expect(await claims('whole')).toEqual([]);
  });

  test('come before later versions of their records that are made with them', async () => {
    const { tasks } = opened.store;
    const claim = await hand('versions', ['a', 'b', 'a'], { handed: 2 });
    const [later] = await tasks.list({ route: 'versions', state: 'new', limit: 10 });
    expect(later).toMatchObject({ key: 'a' });
    expect(later?.id).toBeGreaterThan(claim.tasks[0]?.id ?? Infinity);
    expect(await tasks.claim('versions', 'alive', 10, 1, 'key')).toEqual([]);
    await settle(claim, (key) => (key === 'a' ? { state: 'failed', error: REPORT } : {}));
    const [second] = await tasks.claim('versions', 'alive', 10, 1, 'key');
    expect(second?.tasks.map(({ id }) => id)).toEqual([later?.id]);
    if (!second) throw new Error('no claim');
    await settle({ ...second, route: 'versions' });
    const states = (await tasks.list({ route: 'versions', limit: 10 })).map(({ key, state }) => `${key} ${state}`);
    expect(states.toSorted()).toEqual(['a finished', 'a skipped', 'b finished']);
  });

  test('take the calls along that brought them', async () => {
    const { tasks } = opened.store;
    const call = { client: 'c', at: 5, method: 'POST', url: 'https://x/a', status: 200, durationMs: 1.4 };
    const odd = '{"quoted":"\\"","cut":"\u0001","zero":"\u0000"}';
    const first = await tasks.recordExchange({ ...call, request: odd, answer: 'é' });
    const second = await tasks.recordExchange({ ...call, status: undefined, error: 'no answer' });
    expect(second).toBeGreaterThan(first);
    const kept = await opened.database.query('SELECT 1 FROM exchange WHERE id = $1', [first]);
    expect(kept.rows).toEqual([]);
    await settle(await hand('calls', ['a']));
    const { rows: found } = await opened.database.query('SELECT * FROM exchange WHERE id IN ($1, $2) ORDER BY id', [
      ...[first, second],
    ]);
    expect(found).toMatchObject([
      {
        client: 'c',
        at: 5,
        status: 200,
        duration_ms: 1,
        request: '{"quoted":"\\"","cut":"␁","zero":"␀"}',
        answer: 'é',
      },
      { status: null, error: 'no answer', request: null, answer: null },
    ]);
    const third = await tasks.recordExchange({ ...call, request: 'looked at before' });
    expect(await tasks.exchange(third)).toMatchObject({ id: third, request: 'looked at before' });
  });

  test('end although their calls were written before the connection broke', async () => {
    const { tasks } = opened.store;
    const call = { client: 'c', at: 5, method: 'POST', url: 'https://x/b', status: 200, durationMs: 1 };
    for (const route of ['again-whole', 'again-single']) {
      const claim = await hand(route, ['a']);
      const id = await tasks.recordExchange({ ...call, request: 'kept' });
      await opened.database.query(
        `INSERT INTO exchange (id, client, at, method, url, duration_ms, request) OVERRIDING SYSTEM VALUE
         VALUES ($1, 'c', 5, 'POST', 'u', 1, 'written')`,
        [id],
      );
      await settle(claim, () => (route === 'again-single' ? { state: 'failed', error: REPORT, targetId: null } : {}));
      expect(await opened.statesOf(route)).toEqual([route === 'again-single' ? 'failed' : 'finished']);
      expect(await tasks.exchange(id)).toMatchObject({ id, request: 'written' });
    }
  });

  test('are there for everybody who looks, and end the same way then', async () => {
    const claim = await hand('looked-at', ['a', 'b']);
    expect(await opened.statesOf('looked-at')).toEqual(['processing', 'processing']);
    expect(await rows('looked-at')).toHaveLength(2);
    await settle(claim);
    expect(await opened.statesOf('looked-at')).toEqual(['finished', 'finished']);
    expect(await opened.store.links.links('out-looked-at', ['b'])).toEqual(new Map([['b', 't-b']]));
    expect(await claims('looked-at')).toEqual([]);
  });

  test('end in every mixture of looking and settling at once', async () => {
    for (let round = 0; round < 20; round += 1) {
      const route = `at-once-${round}`;
      const handed = await Promise.all(['a', 'b', 'c'].map((key) => hand(route, [key, `${key}${key}`])));
      const looks = handed.map(() => opened.statesOf(route));
      await Promise.all([...looks, ...handed.map((claim) => settle(claim)), opened.statesOf(route)]);
      expect(await opened.statesOf(route)).toEqual(Array.from({ length: 6 }, () => 'finished'));
      expect(await claims(route)).toEqual([]);
    }
  });

  test('tell of single records where one of them failed or is tried again', async () => {
    const claim = await hand('mixed', ['a', 'b', 'c']);
    await settle(claim, (key) => {
      if (key === 'b') return { state: 'failed', error: REPORT, targetId: null };
      return key === 'c' ? { state: 'retrying', nextAt: 5, error: REPORT, targetId: null } : {};
    });
    expect(await opened.statesOf('mixed')).toEqual(['finished', 'failed', 'retrying']);
    expect(await opened.store.tasks.attempts(claim.tasks[1]?.id ?? 0)).toHaveLength(1);
    expect(await claims('mixed')).toEqual([]);
  });

  test('come back when they are handed back, without an attempt', async () => {
    const claim = await hand('released', ['a']);
    await opened.store.tasks.release(claim.id);
    const [task] = await opened.store.tasks.list({ route: 'released', limit: 1 });
    expect(task).toMatchObject({ state: 'retrying', attempts: 0, uncertain: false });
  });

  test('come back when their worker is gone, in doubt where a call had begun, and its results are dropped', async () => {
    const { store } = opened;
    await store.workers.register('dying', 'worker', 600_000);
    const sent = await hand('lost', ['sent'], { worker: 'dying' });
    const unsent = await hand('lost', ['unsent'], { worker: 'dying' });
    expect(await store.tasks.markSending(sent.id)).toBe(true);
    await store.workers.leave('dying');
    expect(await store.workers.reclaim({ worker: 'alive', claims: [], runs: [] }, 10)).toMatchObject({ tasks: 2 });
    await settle(sent);
    await settle(unsent);
    const [second, first] = await store.tasks.list({ route: 'lost', limit: 2 });
    expect(first).toMatchObject({ key: 'sent', state: 'retrying', losses: 1, uncertain: true, attempts: 1 });
    expect(second).toMatchObject({ key: 'unsent', state: 'retrying', losses: 1, uncertain: false, attempts: 0 });
    expect(await store.tasks.markSending(sent.id)).toBe(false);
  });

  test('hold back later versions of their records', async () => {
    const { store } = opened;
    const claim = await hand('versions', ['a', 'b']);
    await opened.makeTasks('versions', ['a', 'c']);
    for (const order of ['key', 'none'] as const) {
      const [claimed] = await store.tasks.claim('versions', 'alive', 10, 1, order);
      expect(claimed?.tasks.map(({ key }) => key)).toEqual(order === 'key' ? ['c'] : undefined);
    }
    expect(await store.tasks.claim('versions', 'alive', 10, 1, 'route-stop')).toEqual([]);
    await settle(claim);
    const [later] = await store.tasks.claim('versions', 'alive', 10, 1);
    expect(later?.tasks.map(({ key }) => key)).toEqual(['a']);
  });

  test('set aside a failed version of before', async () => {
    const { store } = opened;
    await opened.makeTasks('resolved', ['a'], { state: 'failed', error: REPORT });
    await settle(await hand('resolved', ['a']));
    expect(await opened.statesOf('resolved')).toEqual(['skipped', 'finished']);
    expect(await store.runs.routesWithOthers('another', ['resolved'])).toEqual(new Set());
  });

  test('keep their page and count as open for other incomings', async () => {
    const { store, database } = opened;
    const claim = await hand('slow', ['a']);
    await database.query('UPDATE page_body SET created_at = 0');
    await store.maintenance.prune({ restMs: 1e12, failedMs: 1e12, maxTasks: 1e9, maxRuns: 0, maxBytes: 1e12 });
    expect(await store.runs.routesWithOthers('another', ['slow'])).toEqual(new Set(['slow']));
    await settle(claim);
    expect((await store.tasks.get(claim.tasks[0]?.id ?? 0))?.payload).toBe('{"key":"a"}');
  });
});
