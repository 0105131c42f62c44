import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Claim, ClaimOrder, TaskOutcome } from '../../src/core/task.ts';
import { taskConditions } from '../../src/store/task-filter.ts';
import { describeEngines } from '../support/engines.ts';
import { openTestStore, outcomeOf, type TestStore } from '../support/with-store.ts';

const NO_CLAIM: Claim = { id: 0, tasks: [] };

const REFUSED = { code: 'ERR_REFUSED', class: 'data', message: 'Ticket 4711 was refused: "Ada" is no customer' };

describeEngines('the inbox in the store', ['embedded', 'postgres'], (engine) => {
  let opened: TestStore;

  beforeAll(async () => {
    opened = await openTestStore(engine);
  });
  afterAll(() => opened.close());

  /** Claims everything of a route and ends it. */
  async function settleAll(
    route: string,
    state: TaskOutcome['state'],
    error?: object,
    order: ClaimOrder = 'key',
  ): Promise<number[]> {
    const [claim] = await opened.store.tasks.claim(route, 'alive', 500, 1, order);
    if (!claim) return [];
    const report = error === undefined ? null : JSON.stringify(error);
    await opened.store.tasks.settle(
      claim,
      claim.tasks.map(({ id }) => outcomeOf(id, state, { error: report })),
      { outgoing: `out-${route}`, learnt: [] },
      { route, target: `client-${route}`, order },
    );
    return claim.tasks.map(({ id }) => id);
  }

  async function claimKeys(route: string, order: ClaimOrder, limit = 500): Promise<string[]> {
    const [claim] = await opened.store.tasks.claim(route, 'alive', limit, 1, order);
    return claim?.tasks.map(({ key }) => key) ?? [];
  }

  describe('groups of errors', () => {
    test('failures that differ only in what they name are one group, with its count and a sample', async () => {
      await opened.makeTasks('grouped', ['a', 'b', 'c']);
      const [claim] = await opened.store.tasks.claim('grouped', 'alive', 10, 1);
      const outcomes = (claim?.tasks ?? []).map(({ id }, index) =>
        outcomeOf(id, 'failed', {
          error: JSON.stringify({ ...REFUSED, message: REFUSED.message.replace('4711', String(index)) }),
        }),
      );
      await opened.store.tasks.settle(claim ?? NO_CLAIM, outcomes, { outgoing: 'o', learnt: [] }, { route: 'grouped' });

      const groups = await opened.store.errors.list({ route: 'grouped' });

      expect(groups).toMatchObject([
        { class: 'value', code: 'ERR_REFUSED', count: 3, state: 'open', routes: [{ route: 'grouped', count: 3 }] },
      ]);
      expect(groups[0]?.message).toBe('Ticket … was refused: "…" is no customer');
      expect(await opened.store.tasks.list({ error: groups[0]?.id, limit: 10 })).toHaveLength(3);
    });

    test('what a group was resolved for opens it again, what was ignored stays hidden', async () => {
      await opened.makeTasks('again', ['a']);
      await settleAll('again', 'failed', REFUSED);
      const id = (await opened.store.errors.list({ route: 'again' }))[0]?.id ?? '';
      await opened.store.errors.decide(id, 'resolved', 'ada', 'corrected');
      expect(await opened.store.errors.list({ route: 'again', state: 'resolved' })).toMatchObject([
        { reason: 'corrected' },
      ]);

      await new Promise((resolve) => setTimeout(resolve, 2));
      await opened.makeTasks('again', ['b']);
      await settleAll('again', 'failed', REFUSED);
      expect(await opened.store.errors.list({ route: 'again', state: 'open' })).toMatchObject([{ id, count: 2 }]);

      await opened.store.errors.decide(id, 'ignored', 'ada', undefined);
      await opened.makeTasks('again', ['c']);
      await settleAll('again', 'failed', REFUSED);
      expect(await opened.store.errors.list({ route: 'again', state: 'open' })).toEqual([]);
    });

    test('a later version that arrives resolves the failed one, and the group shrinks', async () => {
      await opened.makeTasks('healed', ['a']);
      const [failed = 0] = await settleAll('healed', 'failed', REFUSED);
      await opened.makeTasks('healed', ['b']);
      await settleAll('healed', 'failed', REFUSED);
      await opened.makeTasks('healed', ['a']);
      const [later] = await settleAll('healed', 'finished');

      expect(await opened.store.errors.list({ route: 'healed' })).toMatchObject([{ count: 1 }]);
      const task = await opened.store.tasks.get(failed);
      expect(task?.state).toBe('skipped');
      expect(JSON.parse(task?.error ?? '')).toMatchObject({ code: 'SUPERSEDED', details: { by: String(later) } });
    });

    test('a task whose worker died too often gets its cause from the housekeeping', async () => {
      await opened.makeTasks('died', ['a']);
      await opened.database.query(`UPDATE task SET state = 'failed', error = $1 WHERE route = 'died'`, [
        JSON.stringify({ code: 'ERR_WORKER_DIED', class: 'system', message: 'The worker died 10 times' }),
      ]);
      expect(await opened.store.errors.sortFailures(100)).toBe(1);
      expect(await opened.store.errors.list({ route: 'died' })).toMatchObject([{ class: 'worker-died', count: 1 }]);
      expect(await opened.store.errors.sortFailures(100)).toBe(0);
    });

    test('100,000 failed tasks are counted without reading them, and a page of them is found by an index', async () => {
      await opened.database.query(
        `INSERT INTO error_group (id, class, code, message, first_at)
         SELECT 'many' || lpad(g::text, 12, '0'), 'value', 'ERR_REFUSED', 'm', 1 FROM generate_series(1, 50) g`,
      );
      await opened.database.query(
        `INSERT INTO task (route, incoming, run, key, state, cause, payload, created_at, updated_at)
         SELECT 'many', 'i', 1, g::text, 'failed', 'many' || lpad((1 + g % 50)::text, 12, '0'), '{}', 1, g FROM generate_series(1, 100000) g`,
      );
      const groups = await opened.store.errors.list({ route: 'many' });
      expect(groups).toHaveLength(50);
      expect(groups.every(({ count }) => count === 2000)).toBe(true);
      const { rows } = await opened.database.query<{ 'QUERY PLAN': string }>(
        `EXPLAIN SELECT cause, route, count(*), max(updated_at), max(id) FROM task WHERE cause IS NOT NULL GROUP BY cause, route`,
      );
      expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/task_cause/);
      await opened.database.query('ANALYZE task');
      const filters = [{}, { before: 50_000 }, { state: 'failed' }, { route: 'many' }, { run: 1 }, { key: '5' }];
      for (const filter of [...filters, { error: 'many000000000001' }, { incoming: 'none' }]) {
        const { where, values } = taskConditions(filter);
        const plan = await opened.database.query<{ 'QUERY PLAN': string }>(
          `EXPLAIN SELECT id FROM task ${where} ORDER BY id DESC LIMIT 200`,
          values,
        );
        expect(plan.rows.map((row) => row['QUERY PLAN']).join('\n')).not.toMatch(/Seq Scan/);
      }
      await opened.database.query(`DELETE FROM task WHERE route = 'many'`);
    });
  });

  describe('the search', () => {
    test('finds a record on all routes by the beginning of its key, and by a whole value', async () => {
      await opened.makeTasks('found-1', ['47_11', '4711'], { search: ['printer "a"\\', 'ada'] });
      await opened.makeTasks('found-2', ['4711/2'], { search: [] });
      const keysOf = async (q: string): Promise<string[]> =>
        (await opened.store.tasks.list({ q, limit: 10 })).map(({ key }) => key);
      expect(await keysOf('4711')).toEqual(['4711/2', '4711']);
      expect(await keysOf('47_')).toEqual(['47_11']);
      expect(await keysOf('Printer "A"\\')).toEqual(['4711', '47_11']);
      expect(await keysOf('prin')).toEqual([]);
    });
  });

  describe('ordering "route"', () => {
    test('is one batch at a time, and a failed record stops it', async () => {
      await opened.makeTasks('strict', ['a', 'b', 'c', 'd']);
      expect(await claimKeys('strict', 'route-stop', 2)).toEqual(['a', 'b']);
      expect(await claimKeys('strict', 'route-stop', 2)).toEqual([]);
      const { store } = opened;
      const [b, a] = (await store.tasks.list({ route: 'strict', state: 'processing', limit: 5 })).map(({ id }) => id);
      const { rows } = await opened.database.query<{ id: number }>(`SELECT id FROM claim WHERE route = 'strict'`);
      await store.tasks.settle(
        { id: rows[0]?.id ?? 0, tasks: [] },
        [outcomeOf(a ?? 0, 'finished'), outcomeOf(b ?? 0, 'failed', { error: JSON.stringify(REFUSED) })],
        { outgoing: 'o', learnt: [] },
        { route: 'strict' },
      );
      expect(await claimKeys('strict', 'route-stop')).toEqual([]);
      expect(await store.tasks.firstStop('strict')).toMatchObject({ key: 'b' });
      await store.tasks.act([b ?? 0], 'retry');
      expect(await claimKeys('strict', 'route-stop')).toEqual(['b', 'c', 'd']);
    });

    test('passes a failed record where it is told to, and never one that is tried again', async () => {
      await opened.makeTasks('lenient', ['a']);
      await settleAll('lenient', 'failed', REFUSED, 'route-continue');
      await opened.makeTasks('lenient', ['b', 'c']);
      await opened.database.query(
        `UPDATE task SET state = 'retrying', next_at = $1 WHERE route = 'lenient' AND key = 'b'`,
        [Date.now() + 60_000],
      );
      expect(await claimKeys('lenient', 'route-continue')).toEqual([]);
      await opened.database.query(`UPDATE task SET next_at = 0 WHERE route = 'lenient' AND key = 'b'`);
      expect(await claimKeys('lenient', 'route-continue')).toEqual(['b', 'c']);
    });

    test('takes no two versions of a record in one batch', async () => {
      await opened.makeTasks('twice', ['a', 'b', 'a', 'c']);
      expect(await settleAll('twice', 'finished', undefined, 'route-stop')).toHaveLength(2);
      expect(await claimKeys('twice', 'route-stop')).toEqual(['a', 'c']);
    });
  });

  describe('ordering "none"', () => {
    test('takes the newest version, and sets the older aside when that has arrived', async () => {
      await opened.makeTasks('free', ['a', 'a', 'b', 'a']);
      const claimed = await settleAll('free', 'finished', undefined, 'none');
      expect(claimed).toHaveLength(2);
      expect(await opened.statesOf('free')).toEqual(['skipped', 'skipped', 'finished', 'finished']);
    });

    test('never takes two versions of a record at a time', async () => {
      await opened.makeTasks('alone', ['a']);
      expect(await claimKeys('alone', 'none')).toEqual(['a']);
      await opened.makeTasks('alone', ['a', 'b']);
      expect(await claimKeys('alone', 'none')).toEqual(['b']);
    });

    test('settles a version that may have arrived before a later one goes out', async () => {
      await opened.makeTasks('doubt', ['a', 'a']);
      await opened.database.query(
        `UPDATE task SET state = 'retrying', uncertain_since = 1, next_at = $1
         WHERE id = (SELECT min(id) FROM task WHERE route = 'doubt')`,
        [Date.now() + 60_000],
      );
      expect(await claimKeys('doubt', 'none')).toEqual([]);
      await opened.database.query(`UPDATE task SET next_at = 0 WHERE route = 'doubt'`);
      expect(await settleAll('doubt', 'finished', undefined, 'none')).toHaveLength(1);
      expect(await opened.statesOf('doubt')).toEqual(['finished', 'new']);
    });

    test('two workers that claim at once share no record', async () => {
      const keys = Array.from({ length: 300 }, (_, index) => `k${index % 30}`);
      await opened.makeTasks('race', keys);
      const claims = await Promise.all(
        Array.from({ length: 6 }, () => opened.store.tasks.claim('race', 'alive', 10, 1, 'none')),
      );
      const claimed = claims.flatMap(([claim]) => claim?.tasks.map(({ key }) => key) ?? []);
      expect(claimed).toHaveLength(30);
      expect(new Set(claimed).size).toBe(30);
    });
  });

  describe('bulk actions', () => {
    test('replay with edits keeps the original, counts what does not fit, and leaves later tasks alone', async () => {
      const { store } = opened;
      await opened.makeTasks('edited', ['a', 'b'], { payload: '{"id":1,"name":"x"}' });
      await opened.makeTasks('edited', ['c'], { payload: '{"id":"plain","name":{}}' });
      await settleAll('edited', 'failed', REFUSED);
      const filter = JSON.stringify({ route: 'edited', state: 'failed' });
      await store.bulkActions.start({ name: 'n', action: 'replay', filter, edits: '[]', actor: 'ada', matched: 3 });
      await opened.makeTasks('edited', ['d']);
      await settleAll('edited', 'failed', REFUSED);

      const edit = (_: unknown, payload: string): string | undefined =>
        payload.includes('plain') ? undefined : payload.replace('"x"', '"y"');
      expect((await store.bulkActions.step(edit))?.routes).toEqual(['edited', 'edited']);
      expect(await store.bulkActions.step(edit)).toBeUndefined();

      const [action] = await store.bulkActions.list({ limit: 1 });
      expect(action).toMatchObject({ status: 'done', done: 3, changed: 2, refused: 1 });
      expect(await opened.statesOf('edited')).toEqual(['new', 'new', 'failed', 'failed']);
      const [newest] = await store.tasks.list({ route: 'edited', state: 'new', limit: 1 });
      expect(await store.tasks.get(newest?.id ?? 0)).toMatchObject({
        payload: '{"id":1,"name":"y"}',
        original: '{"id":1,"name":"x"}',
      });
    });

    test('goes on where it was after a crash, and stops when asked', async () => {
      const { store } = opened;
      await opened.makeTasks(
        'much',
        Array.from({ length: 1200 }, (_, index) => `m${index}`),
      );
      const filter = JSON.stringify({ route: 'much', state: 'new' });
      const row = await store.bulkActions.start({
        ...{ name: 'n', action: 'skip', filter, edits: null, actor: 'ada', matched: 1200 },
      });
      await store.bulkActions.step(() => undefined);
      expect(await store.bulkActions.get(row.id)).toMatchObject({ status: 'running', done: 500, changed: 500 });
      await store.bulkActions.step(() => undefined);
      expect(await store.bulkActions.stop(row.id)).toBe(true);
      expect(await store.bulkActions.step(() => undefined)).toBeUndefined();
      expect(await store.bulkActions.get(row.id)).toMatchObject({ status: 'stopped', done: 1000 });
      expect(await store.tasks.backlog('much', 2000)).toBe(200);
    });
  });

  describe('deliveries', () => {
    const event = (key: string, text: string, mark?: string) => ({
      ...{ incoming: 'hooked', key, text, hash: text, stage: 'source' as const, mark, windowMs: 60_000 },
      ...{
        delivery: mark,
        routes: [
          { route: 'h1', search: ['x'] },
          { route: 'h2', search: [] },
        ],
      },
    });

    test('make one task for each route, and none for what is known by its mark or its content', async () => {
      const { deliveries, tasks } = opened.store;
      expect(await deliveries.commit([event('1', '{"v":1}', 'd1'), event('2', '{"v":1}')])).toEqual([0, 1]);
      expect(await deliveries.commit([event('1', '{"v":2}', 'd1'), event('2', '{"v":1}'), event('3', '{}')])).toEqual([
        2,
      ]);
      expect(await deliveries.commit([event('2', '{"v":2}')])).toEqual([0]);
      expect(await deliveries.commit([event('2', '{"v":1}')])).toEqual([0]);
      expect((await tasks.list({ route: 'h1', limit: 9 })).map(({ key }) => key)).toEqual(['2', '2', '3', '2', '1']);
      expect(await tasks.list({ route: 'h2', limit: 9 })).toHaveLength(5);
      expect(await opened.store.runs.seen('hooked', ['2'])).toMatchObject(new Map([['2', { hash: '{"v":1}' }]]));
    });

    test('are known until their window is over', async () => {
      const { deliveries } = opened.store;
      expect(await deliveries.commit([event('w', '{"w":1}', 'w1')])).toEqual([0]);
      await opened.database.query('UPDATE delivery_mark SET until = 1');
      expect(await deliveries.commit([event('w', '{"w":2}', 'w1')])).toEqual([0]);
      await opened.database.query('UPDATE delivery_mark SET until = 1');
      await deliveries.forgetMarks();
      expect((await opened.database.query('SELECT 1 FROM delivery_mark')).rows).toEqual([]);
    });

    test('only the last are kept to be looked at', async () => {
      const { deliveries } = opened.store;
      const shown = Array.from({ length: 60 }, (_, at) => ({ incoming: 'shown', at, status: 200, body: '{}' }));
      await deliveries.keep(shown.slice(0, 30));
      await deliveries.keep(shown.slice(30));
      expect((await deliveries.list('shown')).map(({ at }) => at)).toEqual(
        Array.from({ length: 50 }, (_, n) => 59 - n),
      );
    });
  });
});
