import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { StepEffects } from '../../src/core/step-run.ts';
import { describeEngines } from '../support/engines.ts';
import { openTestStore, outcomeOf, type TestStore } from '../support/with-store.ts';

const save = (storage: string, key: string, value: unknown, expiresAt: number | null = null): StepEffects => ({
  entries: [{ storage, key, value: JSON.stringify(value), expiresAt }],
  unmatched: [],
});

describeEngines('what steps leave', ['embedded', 'postgres'], (engine) => {
  let opened: TestStore;

  beforeAll(async () => {
    opened = await openTestStore(engine);
  });

  afterAll(async () => {
    await opened.close();
  });

  async function pageOf(incoming: string, worker: string, effects: StepEffects) {
    const { store } = opened;
    const run = await store.runs.start(incoming, 'full', 'test');
    if (!run) throw new Error('no run');
    await store.runs.claim(run.id, 'alive');
    return store.runs.commitPage({
      ...{ run, worker, pass: 1, seen: [], tasks: [], announced: null, progress: '{}', claims: [], effects },
      counts: { pages: 1, received: 0, fresh: 0, unchanged: 0, repeated: 0 },
    });
  }

  async function claimOne(route: string) {
    const [claim] = await opened.store.tasks.claim(route, 'alive', 10, 1);
    const [task] = claim?.tasks ?? [];
    if (!claim || !task) throw new Error('nothing to claim');
    return { ...claim, task: task.id };
  }

  test('becomes durable with its page, and not with one that was lost', async () => {
    const { storages } = opened.store;
    expect(await pageOf('kept', 'alive', save('pages', 'a', 1))).toMatchObject({ result: 'committed' });
    expect(await pageOf('lost', 'another', save('pages', 'b', 1))).toEqual({ result: 'lost' });
    expect((await storages.list('pages', { limit: 10 })).map(({ key, value }) => [key, value])).toEqual([['a', '1']]);
  });

  test('becomes durable with the results of a claim, and not where the claim was taken back', async () => {
    const { tasks, storages } = opened.store;
    await opened.makeTasks('settled', ['a']);
    const first = await claimOne('settled');
    await tasks.release(first.id);
    const links = { outgoing: 'o', learnt: [] };
    await tasks.settle(first, [outcomeOf(first.task, 'finished')], links, undefined, [], save('s', 'late', 1));
    expect(await storages.get('s', 'late')).toBeUndefined();
    const second = await claimOne('settled');
    await tasks.settle(second, [outcomeOf(second.task, 'finished')], links, undefined, [], save('s', 'ok', 1));
    expect((await storages.get('s', 'ok'))?.value).toBe('1');
    await tasks.settle(second, [outcomeOf(second.task, 'finished')], links, undefined, [], save('s', 'ok', 2));
    expect((await storages.get('s', 'ok'))?.value).toBe('1');
    expect(await opened.statesOf('settled')).toEqual(['finished']);
  });

  test('is gone when its time is over, and maintenance removes it', async () => {
    const { storages, maintenance } = opened.store;
    await storages.put('ttl', 'old', '1', Date.now() - 1);
    await storages.put('ttl', 'new', '2', Date.now() + 60_000);
    expect(await storages.get('ttl', 'old')).toBeUndefined();
    expect(
      await storages.valuesAt([
        { storage: 'ttl', key: 'old' },
        { storage: 'ttl', key: 'new' },
      ]),
    ).toEqual([undefined, '2']);
    expect((await storages.list('ttl', { limit: 10 })).map(({ key }) => key)).toEqual(['new']);
    expect(await storages.remove('ttl', 'old')).toBe(false);
    await storages.put('ttl', 'old', '1', Date.now() - 1);
    await maintenance.prune({ restMs: 1e12, failedMs: 1e12, maxTasks: 1e9, maxRuns: 1e9, maxBytes: 1e12 });
    const { rows } = await opened.database.query(`SELECT key FROM storage_entry WHERE storage = 'ttl'`);
    expect(rows).toEqual([{ key: 'new' }]);
  });

  test('an entry that is removed is not there', async () => {
    await opened.store.storages.put('gone', 'a', '1');
    const removal = { entries: [{ storage: 'gone', key: 'a', value: null, expiresAt: null }], unmatched: [] };
    await pageOf('removing', 'alive', removal);
    expect(await opened.store.storages.get('gone', 'a')).toBeUndefined();
  });

  test('links of several outgoings are read together', async () => {
    await opened.makeTasks('linked', ['k']);
    const claimed = await claimOne('linked');
    const { task } = claimed;
    await opened.store.tasks.settle(claimed, [outcomeOf(task, 'finished')], {
      outgoing: 'o1',
      learnt: [{ key: 'k', targetId: '77' }],
    });
    const places = [
      { outgoing: 'o2', key: 'k' },
      { outgoing: 'o1', key: 'k' },
    ];
    expect(await opened.store.links.targetsOf(places)).toEqual([undefined, '77']);
  });
});
