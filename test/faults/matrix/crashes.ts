import { startFaultProxy } from '../../support/fault-proxy.ts';
import { type Lab, startLab } from '../../support/lab/lab.ts';
import type { Held, LabMatch } from '../../support/lab/script.ts';
import { CANARIES, type MatrixPlatform } from './platform.ts';
import { eventually, pause, Scenario, type ScenarioChanges } from './scenario.ts';

/** Moments at which the story's workers are ended or frozen. */
export type Moment =
  | 'page fetched, not written'
  | 'claimed, not sent'
  | 'sent, not stored'
  | 'stored, not answered'
  | 'answered, not settled'
  | 'stored, not answered, no match rule'
  | 'terminated twice'
  | 'frozen while reading'
  | 'frozen while publishing'
  | 'ticking';

/** What the story left behind. */
export interface CrashStory {
  readonly scenarios: Readonly<Record<Moment, Scenario>>;
  /** Exit code of the worker that got two SIGTERM, and how long the second one took. */
  readonly terminated: { readonly code: number | null; readonly ms: number };
  close(): Promise<void>;
}

const POST: LabMatch = { method: 'POST', path: '/items' };
const LOOK_UP: LabMatch = { method: 'GET', path: '/items' };
const PAGE_2: LabMatch = { path: '/records', page: 2 };
const EVERY_SECOND = { incoming: { schedule: { every: '1s' } } };

/**
 * Three workers die one after the other, each at moments of its own, and a fourth one has to put everything right.
 *
 * One frozen with SIGSTOP for longer than its lease, one that gets two SIGTERM, one that is killed while some of its
 * scenarios wait for the source or target and others for the database. All rows share the wait for the leases.
 */
export async function tellCrashStory(platform: MatrixPlatform): Promise<CrashStory> {
  const labs: Lab[] = [];
  const open = async (name: string, rows: number, changes: ScenarioChanges = {}): Promise<Scenario> => {
    const lab = await startLab(CANARIES.key);
    labs.push(lab);
    lab.add(rows);
    const scenario = new Scenario(name, lab, platform, changes);
    await scenario.apply();
    return scenario;
  };
  const hold = async (scenario: Scenario, match: LabMatch, moment: 'before' | 'after'): Promise<Held> => {
    const held = scenario.lab.scripts.hold(match, moment);
    await scenario.start();
    await held.reached;
    return held;
  };

  const ticking = await open('r04-ticks', 3, EVERY_SECOND);
  const frozen = await platform.start('worker');
  const reading = await open('r06-reading', 200);
  const publishing = await open('r04-publishing', 30);
  const asleep = await Promise.all([hold(reading, PAGE_2, 'after'), hold(publishing, POST, 'after')]);
  await eventually('ticks begin', 20_000, async () => (await ticking.runs()).length >= 2);
  frozen.signal('SIGSTOP');

  const impatient = await platform.start('worker');
  const twice = await open('r05-twice', 30);
  const inTwice = await hold(twice, POST, 'after');
  const terminated = await terminateTwice(platform, impatient);

  const proxy = await startFaultProxy(platform.variables['DATABASE_URL'] ?? '');
  const database = proxy.through(platform.variables['DATABASE_URL'] ?? '');
  const victim = await platform.start('worker', { DATABASE_URL: database });
  const dying = {
    'page fetched, not written': await open('r01-page', 200),
    'claimed, not sent': await open('r02-claimed', 30),
    'sent, not stored': await open('r02-sent', 30),
    'stored, not answered': await open('r02-stored', 30),
    'answered, not settled': await open('r02-answered', 30),
    'stored, not answered, no match rule': await open('r02-hold', 1, { publisher: { match: [] } }),
  };
  const [page, claimed, sent, stored, answered, withoutMatch] = await Promise.all([
    hold(dying['page fetched, not written'], PAGE_2, 'after'),
    hold(dying['claimed, not sent'], LOOK_UP, 'before'),
    hold(dying['sent, not stored'], POST, 'before'),
    hold(dying['stored, not answered'], POST, 'after'),
    hold(dying['answered, not settled'], POST, 'after'),
    hold(dying['stored, not answered, no match rule'], POST, 'after'),
  ]);
  // With its database silent, what it receives now stays between answer and commit.
  proxy.set({ kind: 'freeze' });
  page.release();
  answered.release();
  await pause(300);
  await platform.kill(victim);
  await proxy.close();
  for (const each of [claimed, sent, stored, withoutMatch, inTwice, ...asleep]) each.release();

  await platform.start('worker');
  const scenarios = {
    ...dying,
    'terminated twice': twice,
    'frozen while reading': reading,
    'frozen while publishing': publishing,
    ticking,
  };
  await Promise.all(Object.values(scenarios).map(settled));
  // The one that was frozen finds its answers now, long after others did its work.
  frozen.signal('SIGCONT');
  await pause(1500);
  await platform.kill(frozen);
  return {
    scenarios,
    terminated,
    close: async () => {
      await Promise.all(labs.map((lab) => lab.close()));
    },
  };
}

async function terminateTwice(
  platform: MatrixPlatform,
  worker: Awaited<ReturnType<MatrixPlatform['start']>>,
): Promise<CrashStory['terminated']> {
  worker.signal('SIGTERM');
  await eventually('the first signal is heard', 10_000, () => worker.log().includes('Stopping'));
  const at = Date.now();
  worker.signal('SIGTERM');
  const code = await worker.exited();
  platform.running.delete(worker);
  return { code, ms: Date.now() - at };
}

/** The lease of 15 s has to end first. */
async function settled(scenario: Scenario): Promise<void> {
  const first = (await scenario.runs()).at(-1);
  if (first) await scenario.end(first.id);
}
