import { afterAll, beforeAll, expect } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { describeEngines } from '../../support/engines.ts';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { startSluice } from '../../support/processes.ts';
import { type CrashStory, type Moment, tellCrashStory } from './crashes.ts';
import { type Allowed, assertInvariants } from './invariants.ts';
import { CANARIES, type MatrixPlatform, openMatrixPlatform } from './platform.ts';
import { type FaultRow, testRows } from './rows.ts';
import { eventually, pause, type RunAnswer, withScenario } from './scenario.ts';

interface World {
  readonly platform: MatrixPlatform;
  readonly story: () => Promise<CrashStory>;
}

type Row = FaultRow<World>;

function afterCrash(row: number, fault: string, moment: Moment, allowed: Allowed = {}): Row {
  return {
    row,
    fault,
    run: async ({ story }) => {
      await assertInvariants((await story()).scenarios[moment], allowed);
    },
  };
}

const CRASHES: readonly Row[] = [
  afterCrash(1, 'kill -9 of a worker between page fetch and commit', 'page fetched, not written'),
  afterCrash(2, 'kill -9 of a worker before it sends', 'claimed, not sent'),
  afterCrash(2, 'kill -9 of a worker that has sent, before the target stores', 'sent, not stored'),
  afterCrash(2, 'kill -9 of a worker after the target stored, before it answers', 'stored, not answered'),
  afterCrash(2, 'kill -9 of a worker after the answer, before it is settled', 'answered, not settled'),
  afterCrash(
    2,
    'kill -9 of a worker after the target stored, without a match rule',
    'stored, not answered, no match rule',
    { waiting: [1] },
  ),
  afterCrash(4, 'worker frozen past its lease while publishing', 'frozen while publishing'),
  {
    row: 4,
    fault: 'schedule of 1 s while its workers freeze and die',
    run: async ({ story }) => {
      const ticking = (await story()).scenarios.ticking;
      const starts = (await ticking.runs()).map(({ startedAt }) => Date.parse(startedAt)).sort((a, b) => a - b);
      const gaps = starts.slice(1).map((at, index) => at - (starts[index] ?? 0));
      expect(gaps.length).toBeGreaterThan(3);
      // No tick twice. None is lost for longer than the leases of the two workers that may have held its run.
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(900);
      expect(Math.max(...gaps)).toBeLessThan(50_000);
      const [, , incoming] = ticking.documents() as { spec: object }[];
      await ticking.apply([{ ...incoming, spec: { ...incoming?.spec, schedule: undefined } }]);
      await assertInvariants(ticking);
    },
  },
  {
    row: 5,
    fault: 'a second SIGTERM',
    run: async ({ story }) => {
      const { terminated, scenarios } = await story();
      expect(terminated.code).toBe(1);
      expect(terminated.ms).toBeLessThan(2000);
      await assertInvariants(scenarios['terminated twice']);
    },
  },
  afterCrash(6, 'event loop stopped past lease and lock while reading', 'frozen while reading'),
];

const STOPS: readonly Row[] = [
  {
    row: 5,
    fault: 'SIGTERM under load',
    run: ({ platform }) =>
      withScenario(platform, 'r05-load', async (scenario) => {
        const { lab } = scenario;
        lab.add(300);
        lab.scripts.on({ method: 'POST' }, async ({ commit, send }) => {
          const answer = commit();
          await pause(100);
          send(answer);
        });
        const leaving = await platform.start('worker');
        await scenario.start();
        await eventually('it is under load', 20_000, () => lab.items.length > 30);
        const at = Date.now();
        expect(await platform.stop(leaving)).toBe(0);
        expect(Date.now() - at).toBeLessThan(25_000);
        await assertInvariants(scenario);
      }),
  },
  {
    row: 9,
    fault: 'rolling restart of all processes with jobs in flight',
    run: ({ platform }) =>
      withScenario(platform, 'r09-rolling', async (scenario) => {
        const { lab } = scenario;
        lab.add(400);
        lab.scripts.on({ method: 'POST' }, async ({ commit, send }) => {
          await pause(50);
          send(commit());
        });
        const run = await scenario.start();
        await eventually('it is under load', 20_000, () => lab.items.length > 20);
        for (const old of [...platform.running]) {
          await platform.start(old.url === '' ? 'worker' : 'api');
          expect(await platform.stop(old)).toBe(0);
        }
        expect(await scenario.end(run)).toMatchObject({ status: 'succeeded' });
        await assertInvariants(scenario);
      }),
  },
  {
    row: 9,
    fault: 'jobs in the queue that this version does not know',
    run: ({ platform }) =>
      withScenario(platform, 'r09-unknown', async (scenario) => {
        scenario.lab.add(20);
        const connection = new Redis(platform.variables['REDIS_URL'] ?? '');
        const prefix = platform.variables['SLUICE_QUEUE_PREFIX'] ?? '';
        for (const name of ['sluice-poll', 'sluice-publish']) {
          const queue = new Queue(name, { connection, prefix });
          await queue.add('of-a-later-version', { run: 'not a number', route: { nested: true }, version: 99 });
          await queue.add('empty', {});
          await queue.close();
        }
        connection.disconnect();
        await scenario.sync();
        await assertInvariants(scenario);
      }),
  },
  {
    row: 9,
    fault: 'database that a later version has changed',
    run: async ({ platform }) => {
      const client = new pg.Client(platform.variables['DATABASE_URL']);
      await client.connect();
      await client.query('INSERT INTO sluice.applied_migration SELECT each, 0 FROM generate_series(9001, 9999) each');
      try {
        await expect(startSluice(platform.variables, 'api')).rejects.toThrow('ERR_DATABASE_NEWER');
      } finally {
        await client.query('DELETE FROM sluice.applied_migration WHERE version > 9000');
        await client.end();
      }
    },
  },
];

const EMBEDDED: readonly Row[] = [
  {
    row: 2,
    fault: 'kill -9 of a process with the embedded database, while reading and after the target stored',
    isLong: true,
    run: async () => {
      const platform = await openMatrixPlatform('embedded');
      try {
        const dying = await platform.start('all');
        await withScenario(platform, 'r02-embedded', async (scenario) => {
          const { lab } = scenario;
          lab.add(200);
          const page = lab.scripts.hold({ path: '/records', page: 2 }, 'after');
          const post = lab.scripts.hold({ method: 'POST', path: '/items' }, 'after');
          await scenario.start();
          await Promise.all([page.reached, post.reached]);
          await platform.kill(dying);
          page.release();
          post.release();
          await platform.start('all');
          await assertInvariants(scenario, { megabytes: 1400 });
        });
      } finally {
        await platform.close();
      }
    },
  },
];

const API_KILLS: readonly Row[] = [
  apiKilled('kill -9 of the API before it stores a request to run', 'r03-before', 'freeze'),
  apiKilled('kill -9 of the API after it stored a request to run, before it answers', 'r03-after', 'mute'),
  {
    row: 3,
    fault: 'kill -9 of the API while it takes a webhook',
    run: ({ platform }) =>
      withScenario(
        platform,
        'r03-webhook',
        async (scenario) => {
          const { lab, name } = scenario;
          for (const kind of ['freeze', 'mute'] as const) {
            lab.write(kind);
            await withFragileApi(platform, kind, async (url, isRetry) => {
              const answer = await fetch(`${url}/hooks/${name}`, {
                method: 'POST',
                headers: { 'content-type': 'application/json', 'x-secret': CANARIES.key },
                body: JSON.stringify(lab.rows.get(kind)),
              });
              if (isRetry) expect(answer.status).toBeLessThan(300);
            });
          }
          await assertInvariants(scenario, { hasProbe: false });
        },
        { incoming: { webhook: { verify: { type: 'secret', header: 'x-secret', secret: CANARIES.key } } } },
      ),
  },
];

/** The caller tries again, as senders do; each record is published once. */
function apiKilled(fault: string, name: string, kind: 'freeze' | 'mute'): Row {
  return {
    row: 3,
    fault,
    isLong: true,
    run: ({ platform }) =>
      withScenario(platform, name, async (scenario) => {
        scenario.lab.add(20);
        await withFragileApi(platform, kind, async (url, isRetry) => {
          const answer = await fetch(`${url}/api/v1/incomings/${name}/runs`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', authorization: `Bearer ${CANARIES.token}` },
            body: '{}',
          });
          if (isRetry) expect([202, 409]).toContain(answer.status);
        });
        await assertInvariants(scenario);
      }),
  };
}

/** Calls an API that dies during the call, at the moment its database falls silent, and then a sound one. */
async function withFragileApi(
  platform: MatrixPlatform,
  kind: 'freeze' | 'mute',
  call: (url: string, isRetry: boolean) => Promise<void>,
): Promise<void> {
  const proxy: FaultProxy = await startFaultProxy(platform.variables['DATABASE_URL'] ?? '');
  const database = proxy.through(platform.variables['DATABASE_URL'] ?? '');
  const fragile = await platform.start('api', { DATABASE_URL: database });
  proxy.set({ kind });
  const lost = call(fragile.url, false).then(
    () => 'answered',
    () => 'lost',
  );
  await pause(700);
  await platform.kill(fragile);
  await proxy.close();
  expect(await lost).toBe('lost');
  const sound = [...platform.running].find(({ url }) => url !== '');
  await call(sound?.url ?? '', true);
}

const POISON: readonly Row[] = [
  {
    row: 7,
    fault: 'records that a step cannot handle, and one made to slow expressions down',
    run: async ({ platform }) => {
      // Rows before it leave a worker behind; alone it needs its own.
      if (![...platform.running].some(({ url }) => url === '')) await platform.start('worker');
      await withScenario(
        platform,
        'r07-steps',
        async (scenario) => {
          const { lab } = scenario;
          lab.add(30);
          lab.write(3, { version: null, name: 'no version' });
          lab.rows.set(4, { ...lab.rows.get(4), id: 4, name: `${'a'.repeat(200_000)}!` } as never);
          lab.write(5, { lines: 'no list' });
          await scenario.sync();
          const failed = await scenario.tasks('&state=failed');
          for (const task of failed)
            expect(task).toMatchObject({ attempts: expect.any(Number), error: { class: 'data' } });
          await assertInvariants(scenario, { failed: [5] });
        },
        {
          route: {
            transformers: [
              { type: 'filter', when: { field: 'name', matches: '^((a+)+)+$|^row|^no|!$' } },
              {
                type: 'conditional',
                when: { field: 'lines', exists: true },
                then: [{ type: 'split-list', field: 'lines' }],
              },
              { type: 'map', fields: { key_field: 'K-&{id}', version: '?{version}' } },
            ],
          },
        },
      );
    },
  },
  {
    row: 7,
    fault: 'record whose publishing kills the process every time',
    isLong: true,
    run: async () => {
      const platform = await openMatrixPlatform('embedded');
      try {
        let sluice = await platform.start('all');
        await withScenario(platform, 'r07-kill', async (scenario) => {
          const { lab } = scenario;
          lab.add(30);
          let deaths = 0;
          const state = { isDead: false };
          lab.scripts.on({ method: 'POST', contains: '"K-3"' }, ({ response }) => {
            response.destroy();
            sluice.signal('SIGKILL');
            deaths += 1;
            state.isDead = true;
          });
          await scenario.start();
          const isFailed = async (): Promise<boolean> => (await scenario.tasks('&state=failed')).length === 1;
          for (const until = Date.now() + 240_000; Date.now() < until;) {
            await pause(100);
            if (state.isDead) {
              await platform.kill(sluice);
              state.isDead = false;
              sluice = await platform.start('all');
            } else if (await isFailed().catch(() => false)) break;
          }
          const [poison] = await scenario.tasks('&state=failed');
          expect(poison).toMatchObject({ key: '3', error: { code: 'ERR_WORKER_DIED' } });
          expect(deaths).toBeLessThanOrEqual(10);
          await assertInvariants(scenario, { failed: [3], megabytes: 1400 });
        });
      } finally {
        await platform.close();
      }
    },
  },
  {
    row: 8,
    fault: 'page that takes more memory than the process may have',
    isLong: true,
    run: async () => {
      const platform = await openMatrixPlatform('embedded', { NODE_OPTIONS: '--max-old-space-size=120' });
      try {
        let sluice = await platform.start('all');
        await withScenario(platform, 'r08', async (scenario) => {
          const { lab } = scenario;
          for (let id = 1; id <= 50; id += 1)
            lab.write(id, { filler: Array.from({ length: 40_000 }, () => ({ a: 'x' })) });
          await scenario.start();
          let deaths = 0;
          let last: RunAnswer | undefined;
          for (const until = Date.now() + 200_000; Date.now() < until && last?.status !== 'failed';) {
            await pause(100);
            last = (await scenario.runs().catch(() => []))[0] ?? last;
            const code = await Promise.race([sluice.exited(), pause(100).then(() => 'alive' as const)]);
            if (code === 'alive') continue;
            deaths += 1;
            await platform.kill(sluice);
            sluice = await platform.start('all');
          }
          expect(deaths).toBeLessThanOrEqual(10);
          expect(last).toMatchObject({ status: 'failed', error: { message: expect.stringMatching(/byte|memory|MB/) } });
        });
      } finally {
        await platform.close();
      }
    },
  },
];

describeEngines('fault matrix: our processes', ['postgres and redis'], () => {
  let platform: MatrixPlatform;
  let told: Promise<CrashStory> | undefined;

  beforeAll(async () => {
    platform = await openMatrixPlatform('postgres and redis');
    await platform.start('api');
  });
  afterAll(async () => {
    await (await told?.catch(() => undefined))?.close();
    await platform.close();
  });

  testRows(
    () => ({ platform, story: () => (told ??= tellCrashStory(platform)) }),
    [...CRASHES, ...STOPS, ...API_KILLS, ...POISON, ...EMBEDDED],
  );
});
