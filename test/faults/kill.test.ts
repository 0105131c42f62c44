import { afterEach, expect, test } from '@jest/globals';
import { type SandboxHalo, startSandboxHalo } from '../../sandbox/halo/server.ts';
import { countKeys, ticketsToAssets } from '../support/documents.ts';
import { describeEngines, type EngineEnvironment } from '../support/engines.ts';
import { startSluice, type SluiceProcess } from '../support/processes.ts';
import { IS_LONG } from './matrix/rows.ts';

/** Fewer records in slower calls are as long on their way, for half of the processor time. */
const RECORDS = IS_LONG ? 5000 : 2500;
const DELAY_MS = IS_LONG ? 60 : 120;
const KILLS = Number(process.env['SLUICE_TEST_KILLS'] ?? 0) || undefined;

describeEngines('kill -9 at random moments of a sync', ['embedded', 'postgres and redis'], (engine) => {
  let halos: SandboxHalo[] = [];
  let environment: EngineEnvironment | undefined;
  let sluice: SluiceProcess | undefined;

  afterEach(async () => {
    await sluice?.kill();
    await Promise.all(halos.map((halo) => halo.close()));
    await environment?.dispose();
    halos = [];
  });

  test('each record is in the target exactly once', async () => {
    // Each is a start of some seconds: the whole number is for the long form (`npm run test:faults`).
    const kills = KILLS ?? (IS_LONG ? (engine.name === 'embedded' ? 8 : 20) : 5);
    const source = await startSandboxHalo({ seed: { tickets: RECORDS }, rateLimit: false });
    const target = await startSandboxHalo({ seed: {}, rateLimit: false });
    halos = [source, target];
    // The target takes its time, and commits also when the caller has died meanwhile.
    target.faults.add({ match: { method: 'POST', path: /asset/i }, effect: { kind: 'delay', ms: DELAY_MS } });
    environment = await engine.create();
    const variables = { ...environment.variables, SLUICE_LEASE: '2s' };
    const random = seededRandom(20_261_123);

    sluice = await startSluice(variables);
    const documents = ticketsToAssets(source, target).map((document) => ({ source: 'test', document }));
    await sluice.request('POST', '/documents/apply', { documents });
    const run = await sluice.request<{ id: string }>('POST', '/incomings/tickets/runs', {});
    for (let kill = 0; kill < kills; kill += 1) {
      await pause(100 + random() * 700);
      await sluice.kill();
      sluice = await startSluice(variables);
    }
    const end = await atRest(sluice, run.id);

    expect(end).toMatchObject({ status: 'succeeded', announced: RECORDS, new: RECORDS });
    expect(end.tasks).toMatchObject({ finished: RECORDS, failed: 0, waiting: 0 });
    expect(countKeys(target)).toEqual({ total: RECORDS, distinct: RECORDS });
  }, 900_000);
});

interface RunAnswer {
  readonly status: string;
  readonly announced: number;
  readonly new: number;
  readonly tasks: Readonly<Record<string, number>>;
}

async function atRest(sluice: SluiceProcess, run: string): Promise<RunAnswer> {
  for (;;) {
    const answer = await sluice.request<RunAnswer>('GET', `/runs/${run}`);
    const { tasks } = answer;
    const open = (tasks['new'] ?? 0) + (tasks['processing'] ?? 0) + (tasks['retrying'] ?? 0);
    if (answer.status !== 'running' && open === 0) return answer;
    await pause(100);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Moments that differ from one another and are the same in each test run (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
