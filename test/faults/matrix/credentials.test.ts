import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { describeEngines } from '../../support/engines.ts';
import type { LabAnswer, LabMatch } from '../../support/lab/script.ts';
import { SLUICE, startSluice } from '../../support/processes.ts';
import { assertInvariants } from './invariants.ts';
import { CANARIES, type MatrixPlatform, openMatrixPlatform } from './platform.ts';
import { type FaultRow, IS_LONG, testRows } from './rows.ts';
import { eventually, pause, type Scenario, type ScenarioChanges, withScenario } from './scenario.ts';

type Row = FaultRow<MatrixPlatform>;
const APPLICATION = { client: { authentication: 'application' } };
const PERSON = { client: { authentication: 'person' } };
const PAGE_2: LabMatch = { path: '/records', page: 2 };
const POST: LabMatch = { method: 'POST', path: '/items' };
const TOKEN: LabMatch = { path: '/token' };
const DENIED: LabAnswer = { status: 401, body: { message: 'who are you?' } };

/** A row that runs beside the others, in a scenario of its own. */
function row(
  number: number,
  fault: string,
  name: string,
  run: (scenario: Scenario) => Promise<void>,
  changes: ScenarioChanges = APPLICATION,
): Row {
  return { row: number, fault, wave: 'credentials', run: (platform) => withScenario(platform, name, run, changes) };
}

const TOKENS: readonly Row[] = [
  row(27, 'token that ends in the middle of a reading', 'r27-mid', async (scenario) => {
    const { lab } = scenario;
    lab.add(160);
    lab.scripts.on({ ...PAGE_2, times: 1 }, ({ commit, send }) => {
      lab.tokens.expireAll();
      send(commit());
    });
    expect(await scenario.sync()).toMatchObject({ status: 'succeeded', new: 160 });
    expect(lab.requests.filter(({ path, query }) => path === '/records' && query.get('page') === '2')).toHaveLength(2);
    // One token for each client, and one more for each.
    expect(lab.tokens.asked.length).toBeLessThanOrEqual(4);
    await assertInvariants(scenario);
  }),
  row(27, '401 once', 'r27-once', async (scenario) => {
    const { lab } = scenario;
    lab.add(160);
    lab.scripts.answer({ ...PAGE_2, times: 1 }, DENIED);
    lab.scripts.answer({ ...POST, times: 1 }, DENIED);
    const { status, tasks } = await scenario.sync();
    expect({ status, tasks }).toMatchObject({ status: 'succeeded', tasks: { finished: 160 } });
    await assertInvariants(scenario);
  }),
  row(27, '401 always, from the source', 'r27-source', async (scenario) => {
    const { lab } = scenario;
    lab.add(160);
    const script = lab.scripts.answer(PAGE_2, DENIED);
    expect(await scenario.sync()).toMatchObject({ status: 'failed', error: { class: 'sign-in' } });
    expect(script.struck).toBe(2);
    script.remove();
    await assertInvariants(scenario);
  }),
  row(27, '401 always, from the target', 'r27-target', async (scenario) => {
    const { lab } = scenario;
    lab.add(30);
    const script = lab.scripts.answer({ path: '/items' }, DENIED);
    await scenario.start();
    await eventually('the target has refused', 20_000, () => script.struck >= 2);
    await pause(3000);
    // The connection needs attention; its records wait for that, and none is used up.
    expect(await scenario.tasks('&state=failed')).toEqual([]);
    script.remove();
    await scenario.apply();
    const client = `${scenario.name}-target`;
    await scenario.platform.request('POST', `/clients/${client}/test`);
    await assertInvariants(scenario);
  }),
  row(27, 'token URL that answers 200 with an error', 'r27-error', async (scenario) => {
    const { lab } = scenario;
    lab.add(30);
    const script = lab.scripts.answer(TOKEN, { status: 200, body: { error: 'invalid_client' } });
    expect(await scenario.sync()).toMatchObject({ status: 'failed', error: { class: 'sign-in' } });
    script.remove();
    await assertInvariants(scenario);
  }),
  row(27, 'token URL that is down', 'r27-down', async (scenario) => {
    const { lab } = scenario;
    lab.add(30);
    const script = lab.scripts.answer(TOKEN, { status: 500, body: 'down' });
    const { status, error } = await scenario.sync();
    expect({ status, class: error?.class }).not.toMatchObject({ class: 'sign-in' });
    expect(status).toBe('failed');
    script.remove();
    await assertInvariants(scenario);
  }),
  row(
    27,
    'refresh token that was revoked',
    'r27-revoked',
    async (scenario) => {
      const { lab } = scenario;
      lab.add(30);
      await signIn(scenario);
      await scenario.sync();
      lab.tokens.revokeAll();
      expect(await scenario.sync()).toMatchObject({ status: 'failed', error: { class: 'sign-in' } });
      const tries = lab.tokens.asked.length;
      await scenario.sync();
      // A dead refresh token is not tried again.
      expect(lab.tokens.asked).toHaveLength(tries);
      await signIn(scenario);
      lab.add(30);
      await assertInvariants(scenario);
    },
    PERSON,
  ),
];

/** A person consents for both clients: what a browser would do. */
async function signIn({ name, platform }: Scenario): Promise<void> {
  const api = [...platform.running].find(({ url }) => url !== '')?.url ?? '';
  for (const client of [`${name}-source`, `${name}-target`]) {
    const { url } = await platform.request<{ url: string }>('POST', `/clients/${client}/authorize`);
    const state = new URL(url).searchParams.get('state') ?? '';
    const answer = await fetch(`${api}/api/v1/oauth/callback?state=${encodeURIComponent(state)}&code=consent`);
    expect(answer.status).toBe(200);
  }
}

const LIFE_SECONDS = 2;

const SHARED: readonly Row[] = [
  {
    row: 28,
    fault: 'three processes that publish with one rotating refresh token, which ends every second',
    run: async (platform) => {
      const more = await Promise.all([platform.start('worker'), platform.start('worker')]);
      await withScenario(
        platform,
        'r28',
        async (scenario) => {
          const { lab } = scenario;
          lab.tokens.lifeSeconds = LIFE_SECONDS;
          lab.add(IS_LONG ? 3000 : 150);
          lab.scripts.on(POST, async ({ commit, send }) => {
            await pause(40);
            send(commit());
          });
          await signIn(scenario);
          const startedAt = Date.now();
          const run = await scenario.end(await scenario.start());
          const seconds = (Date.now() - startedAt) / 1000;
          expect(run).toMatchObject({ status: 'succeeded' });
          expect(lab.tokens.usedTwice).toEqual([]);
          // A token is renewed after half of its life, for each of the two clients.
          const renewals = lab.tokens.asked.filter((grant) => grant === 'refresh_token').length;
          expect(renewals).toBeLessThanOrEqual(2 * Math.ceil(seconds / (LIFE_SECONDS / 2)) + 2);
          lab.tokens.lifeSeconds = 3600;
          await assertInvariants(scenario);
        },
        { ...PERSON, publisher: { batch: { size: 1 } } },
      );
      for (const worker of more) await platform.stop(worker);
    },
  },
];

const CLOCKS: readonly Row[] = [5, -5].map((minutes) =>
  row(
    29,
    `clock of the source ${minutes > 0 ? 'ahead' : 'behind'} by 5 minutes`,
    `r29-${minutes}`.replace('--', '-b'),
    async (scenario) => {
      const { lab } = scenario;
      lab.skewMs = minutes * 60_000;
      lab.add(120);
      const held = lab.scripts.hold(PAGE_2, 'after');
      const run = await scenario.start();
      await held.reached;
      // What changes behind the reader's back belongs to the next reading.
      lab.write(3);
      held.release();
      await scenario.end(run);
      lab.write(7);
      await scenario.sync();
      lab.write(8);
      await assertInvariants(scenario);
    },
  ),
);

const KEYS: readonly Row[] = [
  {
    row: 30,
    fault: 'wrong master key at start',
    run: (platform) =>
      withScenario(
        platform,
        'r30-wrong',
        async (scenario) => {
          scenario.lab.add(20);
          const wrong = { ...platform.variables, SLUICE_KEY: 'another key than the one before' };
          for (const role of IS_LONG ? (['api', 'worker', 'all'] as const) : (['all'] as const)) {
            await expect(startSluice(wrong, role)).rejects.toThrow(/ERR_KEY_WRONG|master key is not/);
          }
          // Nothing was destroyed: the sealed secrets still open with the right one.
          const sound = await platform.start('worker');
          await scenario.sync();
          await assertInvariants(scenario);
          await platform.stop(sound);
        },
        APPLICATION,
      ),
  },
  {
    row: 30,
    fault: 'master key changed under load',
    isLong: true,
    run: (platform) =>
      withScenario(
        platform,
        'r30-rotated',
        async (scenario) => {
          const { lab } = scenario;
          const next = `${CANARIES.masterKey}-next`;
          lab.add(200);
          // One process after the other learns the new key beside the old one, then seals with it.
          await replaceAll(platform, { SLUICE_KEY_ACCEPTED: next });
          const run = await scenario.start();
          await replaceAll(platform, { SLUICE_KEY: next, SLUICE_KEY_ACCEPTED: CANARIES.masterKey });
          lab.add(200);
          const environment = { ...platform.variables, SLUICE_URL: urlOf(platform), SLUICE_KEY: next };
          const child = spawn(process.execPath, [...SLUICE, 'rotate-keys'], {
            env: { ...process.env, ...environment },
            stdio: 'ignore',
          });
          const [code] = (await once(child, 'exit')) as [number | null];
          expect(code).toBe(0);
          await scenario.end(run);
          // The old key is no longer needed, and no longer enough.
          await replaceAll(platform, { SLUICE_KEY: next });
          await expect(startSluice(platform.variables, 'worker')).rejects.toThrow(/ERR_KEY_WRONG/);
          await scenario.sync();
          await assertInvariants(scenario);
          await replaceAll(platform, { SLUICE_KEY: next });
        },
        APPLICATION,
      ),
  },
];

/** Starts processes with other variables, one for one, and stops those that it replaces. */
async function replaceAll(platform: MatrixPlatform, changes: Readonly<Record<string, string>>): Promise<void> {
  for (const old of [...platform.running]) {
    await platform.start(old.url === '' ? 'worker' : 'all', changes);
    await platform.stop(old);
  }
}

function urlOf(platform: MatrixPlatform): string {
  return [...platform.running].find(({ url }) => url !== '')?.url ?? '';
}

describeEngines('fault matrix: credentials', ['postgres and redis'], () => {
  let platform: MatrixPlatform;

  beforeAll(async () => {
    platform = await openMatrixPlatform('postgres and redis');
    await platform.start('all');
  });
  afterAll(() => platform.close());

  testRows(() => platform, [...TOKENS, ...CLOCKS, ...SHARED, ...KEYS]);
});
