import { appendFileSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { Redis } from 'ioredis';
import { describeEngines } from '../../support/engines.ts';
import { assertInvariants } from './invariants.ts';
import { type MatrixPlatform, openMatrixPlatform } from './platform.ts';
import { type FaultRow, IS_LONG, testRows } from './rows.ts';
import { eventually, pause, type Scenario, withScenario } from './scenario.ts';
import { FragileServer } from './servers.ts';

interface World {
  readonly platform: MatrixPlatform;
  readonly redis: FragileServer;
}

type Row = FaultRow<World>;

/** The fault strikes in the middle of reading and publishing; afterwards all has to arrive by itself. */
function duringSync(
  row: number,
  fault: string,
  name: string,
  strike: (world: World, scenario: Scenario) => Promise<void>,
  isLong = false,
): Row {
  return {
    row,
    fault,
    isLong,
    run: (world) =>
      withScenario(world.platform, name, async (scenario) => {
        const { lab } = scenario;
        lab.add(300);
        lab.scripts.on({ method: 'POST' }, async ({ commit, send }) => {
          await pause(30);
          send(commit());
        });
        const run = await scenario.start();
        await eventually('it is under way', 20_000, () => lab.items.length > 20);
        await strike(world, scenario);
        expect(await scenario.end(run)).toMatchObject({ status: 'succeeded' });
        lab.add(10);
        await assertInvariants(scenario);
      }),
  };
}

async function command(redis: FragileServer, ...[name = '', ...args]: string[]): Promise<void> {
  const client = new Redis(redis.directUrl);
  try {
    await client.call(name, ...args);
  } finally {
    client.disconnect();
  }
}

async function readiness({ platform }: World): Promise<number> {
  const [api] = platform.running;
  return (await fetch(`${api?.url ?? ''}/readyz`, { signal: AbortSignal.timeout(5000) })).status;
}

/** Away for so long: the API goes on, says so, and is ready again by itself. */
async function away(world: World, seconds: number): Promise<void> {
  const [api] = world.platform.running;
  await world.redis.kill();
  await eventually('the API says that it is degraded', 10_000, async () => (await readiness(world)) === 503);
  expect((await fetch(`${api?.url ?? ''}/healthz`)).status).toBe(200);
  await pause(seconds * 1000);
  await world.redis.restart();
  await eventually('the API is ready again', 60_000, async () => (await readiness(world)) === 200);
}

/** The short form has one of each kind. */
const AWAY_S = IS_LONG ? 5 : 2;

const AWAY: readonly Row[] = [
  {
    row: 10,
    fault: 'Redis absent at start',
    run: async ({ platform, redis }) => {
      for (const each of [...platform.running]) await platform.stop(each);
      redis.proxy.set({ kind: 'refuse' });
      const sluice = await platform.start('all');
      await eventually(
        'it says that it is degraded',
        10_000,
        async () => (await readiness({ platform, redis })) === 503,
      );
      expect((await fetch(`${sluice.url}/healthz`)).status).toBe(200);
      redis.proxy.set({ kind: 'open' });
      await eventually('it is ready', 30_000, async () => (await readiness({ platform, redis })) === 200);
      await withScenario(platform, 'r10-start', async (scenario) => {
        scenario.lab.add(20);
        await scenario.sync();
        await assertInvariants(scenario);
      });
    },
  },
  duringSync(10, `Redis killed and away for ${AWAY_S} s`, 'r10-5', (world) => away(world, AWAY_S)),
  duringSync(10, 'Redis killed and away for 20 s', 'r10-20', (world) => away(world, 20), true),
  duringSync(10, 'Redis killed and away for 60 s', 'r10-60', (world) => away(world, 60), true),
];

const LOST: readonly Row[] = [
  duringSync(11, 'Redis killed, the end of its log cut off', 'r11-cut', async ({ redis }) => {
    await redis.kill();
    const log = logOf(redis);
    truncateSync(log, Math.max(0, statSync(log).size - 3000));
    await redis.restart();
  }),
  duringSync(
    11,
    'Redis killed, its log corrupt and thrown away',
    'r11-corrupt',
    async ({ redis }) => {
      await redis.kill();
      appendFileSync(logOf(redis), '*9\r\nnonsense');
      // It would refuse to start on this; what an operator does then is to begin with nothing.
      writeFileSync(logOf(redis), '');
      await redis.restart();
    },
    true,
  ),
  duringSync(12, 'FLUSHALL', 'r12', ({ redis }) => command(redis, 'FLUSHALL')),
  duringSync(13, 'Redis out of memory, noeviction', 'r13-memory', async ({ redis }) => {
    await command(redis, 'CONFIG', 'SET', 'maxmemory', '1kb');
    await pause(IS_LONG ? 3000 : 1000);
    await command(redis, 'CONFIG', 'SET', 'maxmemory', '0');
  }),
  {
    row: 13,
    fault: 'wrong eviction policy at start',
    run: async ({ platform, redis }) => {
      await command(redis, 'CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
      try {
        const worker = await platform.start('worker');
        await eventually('it warns', 5000, () => /noeviction/.test(worker.log()));
        await platform.stop(worker);
      } finally {
        await command(redis, 'CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
      }
    },
  },
];

function logOf(redis: FragileServer): string {
  const folder = path.join(redis.folder, 'redis/appendonlydir');
  const [log] = readdirSync(folder).filter((name) => name.endsWith('.incr.aof'));
  return path.join(folder, log ?? '');
}

const SILENT: readonly Row[] = [
  duringSync(
    14,
    'Redis answers nothing for 5 s',
    'r14-sleep',
    ({ redis }) => command(redis, 'DEBUG', 'SLEEP', '5'),
    true,
  ),
  duringSync(14, 'half-open socket to Redis', 'r14-half-open', async ({ redis }) => {
    redis.proxy.set({ kind: 'freeze' });
    await pause(IS_LONG ? 6000 : 2000);
    redis.proxy.cut();
    redis.proxy.set({ kind: 'open' });
  }),
  duringSync(
    14,
    'failover: a replica that only reads, then a master again',
    'r14-replica',
    async ({ redis }) => {
      await command(redis, 'REPLICAOF', '127.0.0.1', '1');
      await pause(4000);
      await command(redis, 'REPLICAOF', 'NO', 'ONE');
    },
    true,
  ),
];

describeEngines('fault matrix: Redis', ['postgres and redis'], () => {
  let world: World;

  beforeAll(async () => {
    const redis = await FragileServer.redis();
    const platform = await openMatrixPlatform('postgres and redis', { REDIS_URL: redis.url });
    world = { platform, redis };
    await platform.start('all');
  });
  afterAll(async () => {
    await world.platform.close();
    await world.redis.close();
  });

  testRows(() => world, [...AWAY, ...LOST, ...SILENT]);
});
