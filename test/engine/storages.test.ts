import { expect, test } from '@jest/globals';
import { describeEngines } from '../support/engines.ts';
import { type TestPlatform, until, withPlatform } from '../support/with-platform.ts';

/** Entries of "source" go into "target", by the names "entries", "copies" and "copy". */
function copies(subscriber: object = {}, publisher: object = {}, incoming: object = {}): object[] {
  return [
    { kind: 'storage', identifier: 'source', spec: {} },
    { kind: 'storage', identifier: 'target', spec: {} },
    {
      kind: 'incoming',
      identifier: 'entries',
      spec: { subscriber: { type: 'storage', storage: 'source', ...subscriber }, ...incoming },
    },
    {
      kind: 'outgoing',
      identifier: 'copies',
      spec: { publisher: { type: 'storage', storage: 'target', key: 'c-&{key}', value: '&{value}', ...publisher } },
    },
    { kind: 'route', identifier: 'copy', spec: { incoming: 'entries', outgoing: 'copies' } },
  ];
}

const put = async ({ platform }: TestPlatform, key: string, value: unknown): Promise<void> => {
  await platform.store.storages.put('source', key, JSON.stringify(value));
};
const target = async ({ platform }: TestPlatform) => {
  const entries = await platform.store.storages.list('target', { limit: 2000 });
  return Object.fromEntries(entries.map(({ key, value }) => [key, JSON.parse(value) as unknown]));
};

describeEngines('storages are read and written', ['embedded', 'postgres'], (engine) => {
  test('all entries once, then those that changed', async () => {
    await withPlatform(engine, async (sluice) => {
      await sluice.apply(copies());
      for (let index = 0; index < 1100; index += 1) await put(sluice, `k${index}`, { n: index });
      expect(await sluice.run('entries')).toMatchObject({
        ...{ status: 'succeeded', received: 1100, fresh: 1100, tasks: { finished: 1100, failed: 0 } },
      });
      await put(sluice, 'k5', { n: 'changed' });
      await put(sluice, 'k6', { n: 6 });
      expect(await sluice.run('entries')).toMatchObject({ status: 'succeeded', fresh: 1, tasks: { finished: 1 } });
      const written = await target(sluice);
      expect(Object.keys(written)).toHaveLength(1100);
      expect(written).toMatchObject({ 'c-k5': { n: 'changed' }, 'c-k6': { n: 6 } });
    });
  });

  test('those that nobody wrote since are not even read', async () => {
    await withPlatform(engine, async (sluice) => {
      await sluice.apply(copies({ overlap: '0s' }));
      await put(sluice, 'a', 1);
      await sluice.run('entries');
      const before = Date.now();
      await until(() => Date.now() > before);
      await put(sluice, 'b', 2);
      await sluice.run('entries');
      await put(sluice, 'b', 3);
      const last = await sluice.run('entries');
      expect(last).toMatchObject({ status: 'succeeded', received: 1, fresh: 1 });
      expect(await target(sluice)).toEqual({ 'c-a': 1, 'c-b': 3 });
    });
  });

  test('an entry that is gone goes in the target too, where deletions are looked for', async () => {
    await withPlatform(engine, async (sluice) => {
      await sluice.apply(copies({}, {}, { deletions: { ceiling: '100%' } }));
      await put(sluice, 'a', 1);
      await put(sluice, 'b', 2);
      await sluice.run('entries');
      await sluice.platform.store.storages.remove('source', 'a');
      expect(await sluice.run('entries', 'full')).toMatchObject({ status: 'succeeded' });
      expect(await target(sluice)).toEqual({ 'c-b': 2 });
    });
  });

  test('a record without a key fails alone, and entries are removed where that is the action', async () => {
    await withPlatform(engine, async (sluice) => {
      await sluice.apply(copies({}, { key: '&{value.id}' }));
      await put(sluice, 'a', { id: 'x' });
      await put(sluice, 'b', {});
      await put(sluice, 'c', { id: '' });
      expect((await sluice.run('entries')).tasks).toMatchObject({ finished: 1, failed: 2 });
      expect(await target(sluice)).toEqual({ x: { id: 'x' } });
      await sluice.apply(copies({}, { key: '&{value.id}', action: 'delete' }));
      expect((await sluice.run('entries', 'full')).tasks).toMatchObject({ finished: 1, failed: 2 });
      expect(await target(sluice)).toEqual({});
    });
  });
});
