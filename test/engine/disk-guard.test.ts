import { expect, test } from '@jest/globals';
import { createDiskGuard, isDiskFull } from '../../src/engine/disk-guard.ts';
import { startSandboxHalo } from '../../sandbox/halo/server.ts';
import { ticketsToAssets } from '../support/documents.ts';
import { describeEngines } from '../support/engines.ts';
import { until, withPlatformOn } from '../support/with-platform.ts';

function createWorld(start: { free: number; now?: number }) {
  const world = { free: start.free, now: 0, told: [] as string[], open: 0 };
  const log = (level: string) => (_facts: object, message: string) => void world.told.push(`${level}: ${message}`);
  const guard = createDiskGuard({
    folder: '/data',
    minFreeBytes: 1000,
    incidents: {
      begin: () => Promise.resolve((world.open += 1) === 1),
      end: () => Promise.resolve((world.open -= 1) === 0),
    },
    log: { info: log('info'), warn: log('warn'), error: log('error') },
    now: () => world.now,
    free: () => Promise.resolve(world.free),
  });
  return { world, guard };
}

test('little space is told once, and so is its end; in between it does not stop and go', async () => {
  const { world, guard } = createWorld({ free: 5000 });
  await guard.check();
  world.open = 0;
  expect(guard.isLow()).toBe(false);
  world.free = 999;
  await guard.check();
  await guard.check();
  expect(guard.isLow()).toBe(true);
  world.free = 1050;
  await guard.check();
  expect(guard.isLow()).toBe(true);
  world.free = 1101;
  await guard.check();
  expect(guard.isLow()).toBe(false);
  expect(world.told).toEqual([
    expect.stringContaining('error: The disk of /data has 999 bytes left'),
    expect.stringContaining('info: There is space'),
  ]);
});

test('a database whose disk is full counts the same, and is tried again after a while', async () => {
  const { world, guard } = createWorld({ free: 5000 });
  guard.noteFull();
  expect(guard.isLow()).toBe(true);
  world.now = 14_000;
  await guard.check();
  expect(guard.isLow()).toBe(true);
  world.now = 16_000;
  await guard.check();
  expect(guard.isLow()).toBe(false);
});

test('what databases and systems call a full disk', () => {
  expect(isDiskFull(Object.assign(new Error('x'), { code: '53100' }))).toBe(true);
  expect(isDiskFull(Object.assign(new Error('x'), { code: 'ENOSPC' }))).toBe(true);
  expect(isDiskFull(new Error('could not extend file: No space left on device'))).toBe(true);
  expect(isDiskFull(new Error('syntax error'))).toBe(false);
});

describeEngines('with hardly any space', ['embedded'], (engine) => {
  test('a run waits, the API answers, and the run goes on when there is space', async () => {
    const environment = await engine.create();
    const source = await startSandboxHalo({ seed: { tickets: 30 }, rateLimit: false });
    const target = await startSandboxHalo({ seed: {}, rateLimit: false });
    try {
      const variables = { ...environment.variables, SLUICE_MIN_FREE_BYTES: '999999999999999' };
      let run = 0;
      await withPlatformOn({ ...environment, variables }, async ({ apply, start, platform }) => {
        await until(() => platform.disk.isLow());
        await apply(ticketsToAssets(source, target));
        run = await start('tickets');
        await until(() => source.requests.some(({ path }) => /tickets/i.test(path)));
        expect(await platform.store.runs.get(run)).toMatchObject({ status: 'running', received: 0 });
        expect(await platform.store.incidents.open()).toMatchObject([{ state: 'low-disk' }]);
      });
      await withPlatformOn(environment, async ({ end, platform }) => {
        expect(await end(run)).toMatchObject({ status: 'succeeded', tasks: { finished: 30 } });
        expect(await platform.store.incidents.open()).toEqual([]);
      });
    } finally {
      await Promise.all([source.close(), target.close()]);
      await environment.dispose();
    }
  });
});
