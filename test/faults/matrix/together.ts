import { expect } from '@jest/globals';
import type { SluiceProcess } from '../../support/processes.ts';
import { assertInvariants } from './invariants.ts';
import { type MatrixPlatform, openMatrixPlatform, type Role } from './platform.ts';
import { type FaultRow, IS_LONG } from './rows.ts';
import { eventually, pause, withScenario } from './scenario.ts';
import { FragileServer } from './servers.ts';

/** Four of them are one of each. */
const KILLS = IS_LONG ? 20 : 4;
const RECORDS = IS_LONG ? 6000 : 1500;

/** Kills at random, each of our processes and servers in turn; row 0, because the matrix has no number for it. */
export const TOGETHER: readonly FaultRow<unknown>[] = [
  {
    row: 0,
    fault: `${KILLS} times kill -9 at random, of worker, API, Redis and Postgres in turn`,
    run: async () => {
      const [redis, postgres] = await Promise.all([FragileServer.redis(), FragileServer.postgres()]);
      const platform = await openMatrixPlatform('postgres and redis', {
        REDIS_URL: redis.url,
        DATABASE_URL: postgres.url,
      });
      try {
        await killInTurn(platform, { redis, postgres });
      } finally {
        await platform.close();
        await Promise.all([redis.close(), postgres.close()]);
      }
    },
  },
];

async function killInTurn(
  platform: MatrixPlatform,
  servers: { readonly redis: FragileServer; readonly postgres: FragileServer },
): Promise<void> {
  const seed = Number(process.env['SLUICE_TEST_SEED'] ?? (IS_LONG ? Date.now() % 1_000_000 : 20_261_130));
  console.log(`Kills at random: SLUICE_TEST_SEED=${seed}`);
  const random = seededRandom(seed);
  const processes: Record<'api' | 'worker', SluiceProcess> = {
    api: await platform.start('api'),
    worker: await platform.start('worker'),
  };
  await platform.start('worker');
  await withScenario(platform, 'together', async (scenario) => {
    const { lab } = scenario;
    lab.add(RECORDS);
    lab.scripts.on({ method: 'POST' }, async ({ commit, send }) => {
      const answer = commit();
      await pause(random() * 120);
      send(answer);
    });
    const run = await scenario.start();
    for (let round = 0; round < KILLS; round += 1) {
      await pause(200 + random() * 1500);
      const target = (['worker', 'redis', 'api', 'postgres'] as const)[round % 4] ?? 'worker';
      if (target === 'redis' || target === 'postgres') await killServer(servers[target], random() * 2000);
      else processes[target] = await killProcess(platform, processes[target], target);
      // Changes go on meanwhile.
      lab.write(1 + Math.floor(random() * RECORDS));
    }
    await eventually('the API is ready', 60_000, async () => (await scenario.run(run)).id === run);
    expect(await scenario.end(run, 200_000)).toMatchObject({ status: 'succeeded' });
    await assertInvariants(scenario);
  });
}

async function killServer(server: FragileServer, awayMs: number): Promise<void> {
  await server.kill();
  await pause(awayMs);
  await server.restart();
}

async function killProcess(platform: MatrixPlatform, old: SluiceProcess, role: Role): Promise<SluiceProcess> {
  await platform.kill(old);
  return platform.start(role);
}

/** Moments that differ from one another and are the same for the same seed (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
