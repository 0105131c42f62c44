import { describe, expect, test } from '@jest/globals';
import type { FaultEffect } from '../../sandbox/halo/faults.ts';
import { type SandboxHalo, startSandboxHalo } from '../../sandbox/halo/server.ts';
import { clientOf, countKeys, ticketsToAssets } from '../support/documents.ts';
import { ENGINES, type EngineEnvironment } from '../support/engines.ts';
import { type TestPlatform, until, withPlatformOn } from '../support/with-platform.ts';

const TICKETS = 30;
const REFUSED: FaultEffect = { kind: 'answer', status: 400, body: { error: 'invalid_client' } };
const TOKEN_URL = { path: /auth\/token/ };

interface World extends TestPlatform {
  readonly source: SandboxHalo;
  readonly target: SandboxHalo;
}

/** A platform on an embedded database with probes after `probe`, and two sandboxes. */
async function withWorld(probe: string, use: (world: World) => Promise<void>): Promise<void> {
  const engine = ENGINES.find(({ name }) => name === 'embedded');
  const environment = (await engine?.create()) as EngineEnvironment;
  const source = await startSandboxHalo({ seed: { tickets: TICKETS }, rateLimit: false });
  const target = await startSandboxHalo({ seed: {}, rateLimit: false });
  const variables = { ...environment.variables, SLUICE_PROBE: probe };
  try {
    await withPlatformOn({ ...environment, variables }, (platform) => use({ ...platform, source, target }));
  } finally {
    await Promise.all([source.close(), target.close()]);
    await environment.dispose();
  }
}

function documents({ source, target }: World, changes: Parameters<typeof ticketsToAssets>[2] = {}): object[] {
  return ticketsToAssets(source, target, { ...changes, route: { retry: { attempts: 3, delay: '50ms' } } });
}

async function openStates({ platform }: TestPlatform): Promise<string[]> {
  return (await platform.store.incidents.open()).map(({ subject, state }) => `${subject} ${state}`);
}

describe('a client that cannot sign in', () => {
  test('holds its tasks without using up attempts, and they arrive once when a probe passes', async () => {
    await withWorld('200ms', async (world) => {
      const { platform, target, start, end } = world;
      await world.apply(documents(world));
      const fault = target.faults.add({ match: TOKEN_URL, effect: REFUSED });
      const run = await start('tickets');
      await until(async () => (await openStates(world)).includes('client/halo-b broken'));
      await until(async () => (await platform.store.runs.get(run))?.status === 'succeeded');
      const tokenCalls = target.requests.filter(({ path }) => path.includes('/auth/token')).length;
      await until(() => target.requests.filter(({ path }) => path.includes('/auth/token')).length > tokenCalls + 1);
      const rows = await platform.store.tasks.list({ limit: 100 });
      expect(rows.filter(({ state }) => state === 'failed')).toEqual([]);
      expect(Math.max(...rows.filter(({ state }) => state !== 'processing').map(({ attempts }) => attempts))).toBe(0);

      fault.remove();
      expect((await end(run)).tasks).toMatchObject({ finished: TICKETS, failed: 0 });
      expect(countKeys(target)).toEqual({ total: TICKETS, distinct: TICKETS });
      const incidents = await platform.store.incidents.list({ limit: 10 });
      expect(incidents).toMatchObject([{ code: 'ERR_CLIENT_REFUSED', note: 'A test of its connection passed' }]);
    });
  });

  test('goes on at once when its document is changed', async () => {
    await withWorld('1h', async (world) => {
      const { source, target, start, end } = world;
      const [halo, , ...rest] = documents(world) as [object, object, ...object[]];
      const wrong = clientOf('halo-b', target, { parameters: { clientSecret: 'wrong' } });
      await world.apply([halo, wrong, ...rest]);
      const run = await start('tickets');
      await until(async () => (await openStates(world)).includes('client/halo-b broken'));
      await world.apply([clientOf('halo', source), clientOf('halo-b', target)]);
      expect((await end(run)).tasks).toMatchObject({ finished: TICKETS, failed: 0 });
      expect(await openStates(world)).toEqual([]);
    });
  });

  test('is told from an outgoing whose calls are refused: that rests, burns no record, and goes on when it is let in', async () => {
    // So long it is tried out, too: a busy machine has to have made its calls until then.
    await withWorld('2s', async (world) => {
      const { platform, target, start, end } = world;
      const fault = target.faults.add({
        match: { method: 'POST', path: /api\/asset/i },
        effect: { kind: 'unauthorized' },
      });
      await world.apply(documents(world));
      const run = await start('tickets');
      await until(async () => (await openStates(world)).includes('outgoing/assets broken'));
      // It is tried out again and again, and stays one incident.
      await until(async () => ((await platform.store.incidents.open())[0]?.probes ?? 0) >= 2);
      expect(await openStates(world)).toHaveLength(1);
      expect(await platform.store.tasks.countByState({})).toMatchObject({ failed: 0, finished: 0 });
      fault.remove();
      expect((await end(run)).tasks).toMatchObject({ finished: TICKETS, failed: 0 });
      await until(async () => (await openStates(world)).length === 0);
      const incidents = await platform.store.incidents.list({ limit: 10 });
      expect(incidents).toMatchObject([{ code: 'ERR_TOKEN_REFUSED', note: 'It was let in again' }]);
    });
  });

  test('is told from a record that is refused while others pass: that one fails, nothing rests', async () => {
    await withWorld('1h', async (world) => {
      const { target, run, platform } = world;
      await world.apply(documents(world, { publisher: { batch: { size: 1 } } }));
      await run('tickets');
      const [row] = await platform.store.tasks.list({ limit: 1 });
      target.faults.add({
        match: { method: 'POST', path: /api\/asset/i, bodyContains: `"key_field":"T-${row?.key ?? ''}"` },
        effect: { kind: 'unauthorized' },
      });
      expect((await run('tickets', 'full')).tasks).toMatchObject({ finished: TICKETS - 1, failed: 1 });
      expect(await platform.store.incidents.list({ limit: 10 })).toEqual([]);
    });
  });

  test('is broken when its API refuses every token', async () => {
    await withWorld('1h', async (world) => {
      const { platform, target, start } = world;
      target.faults.add({ match: { path: /^\/api/ }, effect: { kind: 'unauthorized' } });
      await world.apply(documents(world));
      await start('tickets');
      await until(async () => (await openStates(world)).includes('client/halo-b broken'));
      await until(async () => (await platform.store.tasks.countByState({})).processing === 0);
      expect(await platform.store.tasks.countByState({})).toMatchObject({ failed: 0, finished: 0 });
    });
  });

  test('of a source fails one run, passes ticks over with the reason, and makes them up when it works', async () => {
    await withWorld('300ms', async (world) => {
      const { platform, source } = world;
      const fault = source.faults.add({ match: TOKEN_URL, effect: REFUSED });
      await world.apply(documents(world, { incoming: { schedule: { every: '1s' } } }));
      await until(async () => (await platform.store.schedules.all())[0]?.skipReason != null);
      const [before] = await platform.store.schedules.all();
      expect(before?.skipReason).toContain('The client "halo" is broken');
      await until(async () => ((await platform.store.schedules.all())[0]?.nextAt ?? 0) > (before?.nextAt ?? 0) + 900);
      expect(await platform.store.runs.list({ limit: 10 })).toMatchObject([{ status: 'failed' }]);

      fault.remove();
      await until(async () => (await platform.store.runs.list({ status: 'succeeded', limit: 5 })).length > 0);
      expect((await platform.store.schedules.all())[0]).toMatchObject({ skipReason: null });
      expect(await platform.store.runs.list({ status: 'failed', limit: 5 })).toHaveLength(1);
    });
  });
});

test('a target that is away rests as a whole, and its tasks arrive when it is back', async () => {
  await withWorld('1s', async (world) => {
    const { platform, target, start, end } = world;
    await world.apply(documents(world));
    const fault = target.faults.add({ effect: { kind: 'answer', status: 503 } });
    const run = await start('tickets');
    await until(async () => (await openStates(world)).some((each) => each.startsWith('client/halo-b ')));
    await until(async () => (await platform.store.tasks.countByState({})).processing === 0);
    expect(await platform.store.tasks.countByState({})).toMatchObject({ failed: 0 });
    fault.remove();
    expect((await end(run)).tasks).toMatchObject({ finished: TICKETS, failed: 0 });
    await until(async () => (await openStates(world)).length === 0);
    expect(await platform.store.incidents.list({ limit: 10 })).toHaveLength(1);
  });
});
