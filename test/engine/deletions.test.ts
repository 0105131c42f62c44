import { expect, test } from '@jest/globals';
import { type AssetsSystem, devicesToAssets, withAssetsSystem } from '../support/assets-system.ts';
import { describeEngines, type Engine } from '../support/engines.ts';
import { type TestPlatform, until, withPlatformOn } from '../support/with-platform.ts';

async function withSystem(
  engine: Engine,
  use: (sluice: TestPlatform, system: AssetsSystem, url: string) => Promise<void>,
): Promise<void> {
  const environment = await engine.create();
  try {
    await withAssetsSystem(async (system, url, folder) => {
      const variables = { ...environment.variables, SLUICE_CONNECTORS: folder };
      await withPlatformOn({ ...environment, variables }, (sluice) => use(sluice, system, url));
    });
  } finally {
    await environment.dispose();
  }
}

function fill(system: AssetsSystem, count: number): void {
  system.devices = Array.from({ length: count }, (_, index) => ({ id: index + 1, name: `device ${index + 1}` }));
}

const DELETING = { incoming: { deletions: { ceiling: '10%' } }, publisher: { deleted: 'delete' } };

describeEngines('records that the source has no more', ['embedded', 'postgres'], (engine) => {
  test('are deleted by their links after a complete reading, and are new when they come back', async () => {
    await withSystem(engine, async (sluice, system, url) => {
      fill(system, 40);
      await sluice.apply(devicesToAssets(url, DELETING));
      expect((await sluice.run('devices')).tasks).toMatchObject({ finished: 40 });

      const [, second, ...rest] = system.devices;
      system.devices = rest;
      system.writes.splice(0);
      const run = await sluice.run('devices');
      expect(run).toMatchObject({ status: 'succeeded', unchanged: 38, tasks: { finished: 2 } });
      expect(system.writes.map((call) => call.replace(/\d+/, 'n'))).toEqual(['DELETE /assets/n', 'DELETE /assets/n']);
      expect(system.assets.size).toBe(38);
      const [task] = await sluice.platform.store.tasks.list({ key: '2', limit: 1 });
      const { payload } = (await sluice.platform.store.tasks.get(task?.id ?? 0)) ?? {};
      expect(JSON.parse(payload ?? '{}')).toMatchObject({ name: 'device 2', $deleted: true });

      system.devices = [second ?? {}, ...rest];
      expect(await sluice.run('devices')).toMatchObject({ fresh: 1, tasks: { finished: 1 } });
      expect(system.assets.size).toBe(39);
    });
  });

  test('are held above the ceiling, and the run says so; all else is taken over', async () => {
    await withSystem(engine, async (sluice, system, url) => {
      fill(system, 20);
      await sluice.apply(devicesToAssets(url, DELETING));
      await sluice.run('devices');

      system.devices = [{ id: 1, name: 'changed' }, ...system.devices.slice(4)];
      const held = await sluice.run('devices');
      expect(held).toMatchObject({ status: 'failed', error: { code: 'ERR_DELETIONS_HELD' }, tasks: { finished: 1 } });
      expect(held.error?.message).toContain('3 of 20 known records are gone');
      expect(system.assets.size).toBe(20);

      system.devices = [];
      expect(await sluice.run('devices')).toMatchObject({ status: 'failed', error: { code: 'ERR_DELETIONS_HELD' } });

      system.devices = [{ id: 1, name: 'changed' }];
      const raised = { ...DELETING, incoming: { deletions: { ceiling: 19 } } };
      await sluice.apply(devicesToAssets(url, raised));
      expect(await sluice.run('devices')).toMatchObject({ status: 'succeeded', tasks: { finished: 19 } });
      expect(system.assets.size).toBe(1);
    });
  });

  test('count as gone after so many readings in a row, and a few are believed although nothing is left', async () => {
    await withSystem(engine, async (sluice, system, url) => {
      fill(system, 3);
      const deletions = { ceiling: '50%', few: 3, readings: 2 };
      await sluice.apply(devicesToAssets(url, { ...DELETING, incoming: { deletions } }));
      await sluice.run('devices');
      const all = system.devices;

      // Nothing by mistake, once.
      system.devices = [];
      expect(await sluice.run('devices')).toMatchObject({ status: 'succeeded', tasks: { finished: 0 } });
      system.devices = all;
      expect(await sluice.run('devices')).toMatchObject({ status: 'succeeded', tasks: { finished: 0 } });

      system.devices = [];
      expect(await sluice.run('devices')).toMatchObject({ status: 'succeeded', tasks: { finished: 0 } });
      expect(await sluice.run('devices')).toMatchObject({ status: 'succeeded', tasks: { finished: 3 } });
      expect(system.assets.size).toBe(0);
      expect(await sluice.run('devices')).toMatchObject({ status: 'succeeded', tasks: { finished: 0 } });
    });
  });

  test('are not looked for where the reading was cut short', async () => {
    await withSystem(engine, async (sluice, system, url) => {
      fill(system, 10);
      await sluice.apply(devicesToAssets(url, DELETING));
      await sluice.run('devices');
      system.devices = [...system.devices.slice(1), 'no record' as never];
      expect(await sluice.run('devices')).toMatchObject({ status: 'failed', error: { code: 'ERR_RECORD_INVALID' } });
      expect(system.assets.size).toBe(10);
    });
  });

  test('stay marked whatever the steps make of them, so that nothing is written for them as if they were new', async () => {
    await withSystem(engine, async (sluice, system, url) => {
      fill(system, 10);
      await sluice.apply(devicesToAssets(url, { incoming: DELETING.incoming }));
      await sluice.run('devices');
      system.devices = system.devices.slice(1);
      system.writes.splice(0);
      const run = await sluice.run('devices');
      expect(run.tasks).toMatchObject({ skipped: 1, finished: 0 });
      expect(system.writes).toEqual([]);
      const [skipped] = await sluice.platform.store.tasks.list({ state: 'skipped', limit: 1 });
      expect(JSON.parse(skipped?.error ?? '{}')).toMatchObject({ code: 'DELETED_IN_SOURCE' });
    });
  });
});

describeEngines('records that follow from answers', ['embedded'], (engine) => {
  test('go through the steps of their route, once for each record that arrived', async () => {
    await withSystem(engine, async (sluice, system, url) => {
      fill(system, 3);
      const documents = devicesToAssets(url, {
        publisher: {
          responseTransformers: [{ type: 'map', fields: { name: 'note on &{id}', parent: '&{id}' } }],
        },
        outgoing: { afterwards: { route: 'notes' } },
      });
      await sluice.apply([
        ...documents,
        {
          kind: 'outgoing',
          identifier: 'notes',
          spec: { publisher: { type: 'connector', client: 'system', action: 'create', entity: 'assets' } },
        },
        {
          kind: 'route',
          identifier: 'notes',
          spec: { incoming: 'hand', outgoing: 'notes', transformers: [{ type: 'set', fields: { kind: 'note' } }] },
        },
        {
          kind: 'incoming',
          identifier: 'hand',
          spec: { subscriber: { type: 'connector', client: 'system', entity: 'devices' } },
        },
      ]);
      const run = await sluice.start('devices');
      await sluice.end(run);
      await until(async () => (await sluice.platform.store.tasks.countByState({ run })).finished === 6);
      const assets = [...system.assets.values()];
      const notes = assets.filter(({ kind }) => kind === 'note').map(({ name }) => name);
      const devices = assets.filter(({ kind }) => kind !== 'note').map(({ id }) => `note on ${String(id)}`);
      expect(notes).toHaveLength(3);
      expect(new Set(notes)).toEqual(new Set(devices));
    });
  });

  test('cannot lead back to where they came from', async () => {
    await withSystem(engine, async (sluice, _system, url) => {
      const documents = devicesToAssets(url, { outgoing: { afterwards: { route: 'devices-to-assets' } } });
      await expect(sluice.apply(documents)).rejects.toThrow('would never end');
    });
  });
});
