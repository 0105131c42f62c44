import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import pg from 'pg';
import { describeEngines } from '../../support/engines.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { type SluiceProcess, startSluice } from '../../support/processes.ts';
import { assertInvariants } from './invariants.ts';
import { type MatrixPlatform, openMatrixPlatform } from './platform.ts';
import { type FaultRow, IS_LONG, testRows } from './rows.ts';
import { eventually, pause, type Scenario, withScenario } from './scenario.ts';
import { FragileServer } from './servers.ts';
import { withSmallDisk } from './small-disk.ts';
import { TOGETHER } from './together.ts';

interface World {
  readonly platform: MatrixPlatform;
  readonly postgres: FragileServer;
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
        await strikeMidway(scenario, () => strike(world, scenario));
      }),
  };
}

async function strikeMidway(scenario: Scenario, strike: () => Promise<void>, megabytes?: number): Promise<void> {
  const { lab } = scenario;
  lab.add(300);
  lab.scripts.on({ method: 'POST' }, async ({ commit, send }) => {
    await pause(30);
    send(commit());
  });
  await scenario.start();
  await eventually('it is under way', 20_000, () => lab.items.length > 20);
  await strike();
  lab.add(10);
  await assertInvariants(scenario, megabytes === undefined ? {} : { megabytes });
}

async function ask(postgres: FragileServer, ...statements: string[]): Promise<void> {
  const client = new pg.Client(postgres.directUrl);
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

const LOCK_ALL = `DO $$ DECLARE each record; BEGIN
  FOR each IN SELECT tablename FROM pg_tables WHERE schemaname = 'sluice' ORDER BY tablename LOOP
    EXECUTE format('LOCK TABLE sluice.%I IN ACCESS EXCLUSIVE MODE', each.tablename);
  END LOOP; END $$`;

const AWAY_MS = IS_LONG ? 4000 : 1500;

const AWAY: readonly Row[] = [
  duringSync(15, `Postgres killed and away for ${AWAY_MS / 1000} s`, 'r15-away', async ({ postgres }) => {
    await postgres.kill();
    await pause(AWAY_MS);
    await postgres.restart();
  }),
  duringSync(
    15,
    'database connections cut, none for 3 s',
    'r15-cut',
    async ({ postgres }) => {
      postgres.proxy.set({ kind: 'refuse' });
      await pause(3000);
      postgres.proxy.set({ kind: 'open' });
    },
    true,
  ),
  duringSync(
    15,
    'slow database: each piece 500 ms later for 8 s',
    'r15-slow',
    async ({ postgres }) => {
      postgres.proxy.set({ kind: 'delay', ms: 500 });
      await pause(8000);
      postgres.proxy.set({ kind: 'open' });
    },
    true,
  ),
  duringSync(
    15,
    'database that answers nothing for 20 s, longer than the leases',
    'r15-frozen',
    async ({ postgres }) => {
      postgres.proxy.set({ kind: 'freeze' });
      await pause(20_000);
      postgres.proxy.set({ kind: 'open' });
    },
    true,
  ),
  duringSync(
    15,
    'database connections ended nine times while the server stays up',
    'r15-ended',
    async ({ postgres }) => {
      for (let time = 0; time < 9; time += 1) {
        await ask(postgres, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sluice'`);
        await pause(150);
      }
    },
  ),
  duringSync(15, `all tables locked for ${AWAY_MS / 1000} s`, 'r15-locked', ({ postgres }) =>
    ask(postgres, 'BEGIN', LOCK_ALL, `SELECT pg_sleep(${AWAY_MS / 1000})`, 'COMMIT'),
  ),
  duringSync(
    15,
    'no database connection left for 4 s',
    'r15-pool',
    async ({ postgres }) => {
      await ask(
        postgres,
        'ALTER DATABASE postgres ALLOW_CONNECTIONS true',
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sluice'`,
        'SELECT 1',
      );
      const hogs = await Promise.allSettled(Array.from({ length: 100 }, () => connected(postgres)));
      await pause(4000);
      for (const hog of hogs) if (hog.status === 'fulfilled') await hog.value.end();
    },
    true,
  ),
];

async function connected(postgres: FragileServer): Promise<pg.Client> {
  const client = new pg.Client(postgres.directUrl);
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Takes what is left of a disk but so many megabytes; the answer gives it back. */
function fill(folder: string, leftMb: number): () => void {
  const { bavail, bsize } = statfsSync(folder);
  const ballast = path.join(folder, 'ballast');
  try {
    writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - leftMb * 1_048_576)));
  } catch (error) {
    // Somebody else took some of it meanwhile: it is full all the same.
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
  return () => {
    rmSync(ballast, { force: true });
  };
}

const DISK: readonly Row[] = [
  {
    row: 16,
    fault: 'disk of Postgres full',
    isLong: true,
    run: () =>
      withSmallDisk(async (folder) => {
        const postgres = await FragileServer.postgres(folder, ['max_wal_size=32MB', 'min_wal_size=32MB']);
        const platform = await openMatrixPlatform('postgres and redis', { DATABASE_URL: postgres.url });
        try {
          const sluice = await platform.start('all');
          await withScenario(platform, 'r16-postgres', (scenario) =>
            strikeMidway(scenario, async () => {
              const free = fill(folder, 0);
              scenario.lab.add(2000, { filler: 'x'.repeat(4000) });
              await pause(4000);
              expect((await fetch(`${sluice.url}/healthz`)).status).toBe(200);
              free();
              // Postgres may have given up; whoever runs it starts it again.
              if (!postgres.isRunning) await postgres.restart();
            }),
          );
        } finally {
          await platform.close();
          await postgres.close().catch(() => undefined);
        }
      }),
  },
  {
    row: 16,
    fault: 'disk of the embedded database full',
    isLong: true,
    run: () =>
      withSmallDisk(async (folder) => {
        const platform = await openMatrixPlatform('embedded', {
          SLUICE_DATA: path.join(folder, 'data'),
          // The disk as a whole has less than what is usually to be free.
          SLUICE_MIN_FREE_BYTES: '1000000',
        });
        try {
          let sluice: SluiceProcess = await platform.start('all');
          await withScenario(platform, 'r16-embedded', (scenario) =>
            strikeMidway(
              scenario,
              async () => {
                const free = fill(folder, 0);
                scenario.lab.add(2000, { filler: 'x'.repeat(4000) });
                await pause(4000);
                free();
                const code = await Promise.race([sluice.exited(), pause(5000).then(() => 'alive' as const)]);
                if (code === 'alive') return;
                await platform.kill(sluice);
                sluice = await platform.start('all');
              },
              1400,
            ),
          );
        } finally {
          await platform.close();
        }
      }),
  },
  {
    row: 16,
    fault: 'disk of the log of Redis full',
    isLong: true,
    run: () =>
      withSmallDisk(async (folder) => {
        const redis = await FragileServer.redis(folder);
        const platform = await openMatrixPlatform('postgres and redis', { REDIS_URL: redis.url });
        try {
          await platform.start('all');
          await withScenario(platform, 'r16-redis', (scenario) =>
            strikeMidway(scenario, async () => {
              const free = fill(folder, 0);
              await pause(5000);
              free();
            }),
          );
        } finally {
          await platform.close();
          await redis.close().catch(() => undefined);
        }
      }),
  },
];

const OLD_ROWS = IS_LONG ? 200_000 : 20_000;

const HISTORY: readonly Row[] = [
  {
    row: 17,
    fault: `retention of ${OLD_ROWS} old tasks during load`,
    run: (world) =>
      withScenario(world.platform, 'r17', async (scenario) => {
        const { lab, platform } = scenario;
        lab.add(50);
        await scenario.sync();
        await multiplyHistory(world.postgres, OLD_ROWS);
        // The age that history may reach is set for this process alone; another one starts, as after an upgrade.
        const worker = await platform.start('worker', { SLUICE_KEEP: '1d', SLUICE_MAINTENANCE: '1s' });
        lab.add(300);
        await scenario.sync();
        await eventually('old history is gone', 60_000, async () => (await countTasks(world.postgres)) < OLD_ROWS / 2);
        await platform.stop(worker);
        await assertInvariants(scenario);
      }),
  },
];

/** Copies a finished task into the past, many times. */
async function multiplyHistory(postgres: FragileServer, count: number): Promise<void> {
  await ask(
    postgres,
    `DO $$ DECLARE columns text; BEGIN
      SELECT string_agg(quote_ident(column_name), ',') INTO columns FROM information_schema.columns
        WHERE table_schema = 'sluice' AND table_name = 'task' AND column_name NOT IN ('id', 'updated_at', 'created_at', 'key');
      EXECUTE format('INSERT INTO sluice.task (key, created_at, updated_at, %s)
        SELECT ''old-'' || n, 1000, 1000, %s FROM (SELECT * FROM sluice.task WHERE state = ''finished'' LIMIT 1) t,
        generate_series(1, ${count}) n', columns, columns);
    END $$`,
  );
}

async function countTasks(postgres: FragileServer): Promise<number> {
  const client = await connected(postgres);
  const { rows } = await client.query<{ count: number }>('SELECT count(*)::int AS count FROM sluice.task');
  await client.end();
  return rows[0]?.count ?? 0;
}

/** Pieces that a first start sends to the database before it is ready, at least. */
const START_PIECES = 40;
const CUTS = IS_LONG ? [3, 5, 8, 12, 16, 20, 24, 28, 32, 36, 40] : [16];

const MIGRATION: readonly Row[] = CUTS.map((pieces) => ({
  row: 18,
  fault: `kill -9 in the first start, after ${pieces} of about ${START_PIECES} pieces for the database`,
  run: async ({ postgres }) => {
    const name = `migration_${pieces}`;
    await ask(postgres, `CREATE DATABASE ${name}`);
    const url = new URL(postgres.directUrl);
    url.pathname = `/${name}`;
    const proxy = await startFaultProxy(url.href);
    const platform = await openMatrixPlatform('postgres and redis', { DATABASE_URL: url.href });
    try {
      const variables = { ...platform.variables, DATABASE_URL: proxy.through(url.href) };
      let kill = (): void => undefined;
      const died = startSluice(variables, 'all', (killer) => (kill = killer)).then(
        () => 'started',
        () => 'died',
      );
      await Promise.race([proxy.afterSent(pieces), died]);
      kill();
      proxy.set({ kind: 'refuse' });
      await platform.start('all');
      await withScenario(platform, `r18-${pieces}`, async (scenario) => {
        scenario.lab.add(5);
        await scenario.sync();
        await assertInvariants(scenario);
      });
      await died;
    } finally {
      await platform.close();
      await proxy.close();
    }
  },
}));

describeEngines('fault matrix: database and disk', ['postgres and redis'], () => {
  let world: World;

  beforeAll(async () => {
    const postgres = await FragileServer.postgres();
    const platform = await openMatrixPlatform('postgres and redis', { DATABASE_URL: postgres.url });
    world = { platform, postgres };
    await platform.start('all');
  });
  afterAll(async () => {
    await world.platform.close();
    await world.postgres.close();
  });

  testRows(() => world, [...AWAY, ...DISK, ...HISTORY, ...MIGRATION, ...TOGETHER]);
});
