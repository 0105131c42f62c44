import { readFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import { CANARIES, type MatrixPlatform } from './platform.ts';
import { allOf, eventually, REST_MS, type RunAnswer, type Scenario, type TaskAnswer } from './scenario.ts';

/** What a fault may leave behind; everything else has to be published, once. */
export interface Allowed {
  /** Ids of source records that end as dead letters. */
  readonly failed?: readonly (number | string)[];
  /** … that wait for a person. */
  readonly waiting?: readonly (number | string)[];
  /** … that a rule left out. */
  readonly skipped?: readonly (number | string)[];
  /** Records that may be in the target more than once; only without a match rule. */
  readonly duplicates?: number;
  /** Records that are in the target and gone from the source meanwhile. */
  readonly gone?: readonly (number | string)[];
  /** Whether a further run takes place first, which shows where the cursor stands; true unless given. */
  readonly hasProbe?: boolean;
  /** Largest resident memory of a process. */
  readonly megabytes?: number;
}

const MEMORY_MB = 700;
const OPEN = new Set(['new', 'processing', 'retrying']);
const END_OF = { finished: 'published', failed: 'dead letter', waiting: 'waiting', skipped: 'skipped' } as const;

/** Asserts what must hold after every fault: the list at the top of the reliability page. */
export async function assertInvariants(scenario: Scenario, allowed: Allowed = {}): Promise<void> {
  await assertTerminal(scenario);
  if (allowed.hasProbe !== false) await probe(scenario);
  await assertEachRecordHasOneEnd(scenario, allowed);
  assertNoDuplicates(scenario, allowed);
  assertCursorNeverBack(scenario);
  assertOrderPerKey(scenario);
  await assertAlive(scenario.platform, allowed.megabytes ?? MEMORY_MB);
  await assertNoSecrets(scenario);
}

/** Invariant 4: no run stays open, and no task. */
async function assertTerminal({ name, platform }: Scenario): Promise<void> {
  await eventually(`all runs and tasks of ${name} are at rest`, REST_MS, async () => {
    const running = await allOf(platform, `/runs?incoming=${name}&status=running`);
    const open = await allOf(platform, `/tasks?incoming=${name}&state=${[...OPEN].join(',')}`);
    return running.length + open.length === 0;
  });
}

/** Invariant 3, first half: a run more brings what the runs before have not; a cursor too far ahead would lose it. */
async function probe(scenario: Scenario): Promise<void> {
  let ended: RunAnswer | undefined;
  await eventually(`${scenario.name} can be read again`, REST_MS, async () => {
    ended = await scenario.sync();
    return true;
  });
  expect(ended).toMatchObject({ status: 'succeeded' });
}

/** Invariant 1: published, skipped, dead letter or waiting: exactly one, and nothing that nobody sent. */
async function assertEachRecordHasOneEnd(scenario: Scenario, allowed: Allowed): Promise<void> {
  const latest = new Map<string, TaskAnswer>();
  // Newest first: the latest version of a record decides.
  for (const task of await scenario.tasks()) if (!latest.has(task.key)) latest.set(task.key, task);
  const found = Object.fromEntries([...latest].map(([key, task]) => [key, endOf(task)]));
  expect(withoutMost(found)).toEqual(withoutMost(expectedEnds(scenario, allowed)));
  const versions = versionsByKey(scenario);
  for (const row of scenario.lab.rows.values()) {
    if (found[String(row.id)] !== 'published') continue;
    expect(versions.get(`K-${row.id}`) ?? []).toContain(row.version);
  }
}

/** What the target holds, indexed: the largest scenarios have hundreds of thousands of records. */
function versionsByKey({ lab }: Scenario): ReadonlyMap<unknown, readonly unknown[]> {
  const versions = new Map<unknown, unknown[]>();
  for (const item of lab.items) {
    const own = versions.get(item['key_field']);
    if (own) own.push(item['version']);
    else versions.set(item['key_field'], [item['version']]);
  }
  return versions;
}

function endOf({ state }: TaskAnswer): string {
  return (END_OF as Readonly<Record<string, string>>)[state] ?? state;
}

function expectedEnds({ lab }: Scenario, allowed: Allowed): Record<string, string> {
  const ends: Record<string, string> = {};
  for (const id of [...lab.rows.keys(), ...(allowed.gone ?? [])]) ends[String(id)] = 'published';
  for (const id of allowed.failed ?? []) ends[String(id)] = 'dead letter';
  for (const id of allowed.waiting ?? []) ends[String(id)] = 'waiting';
  for (const id of allowed.skipped ?? []) ends[String(id)] = 'skipped';
  return ends;
}

/** Thousands of published records as a number, so that a failure shows the rest. */
function withoutMost(ends: Readonly<Record<string, string>>): object {
  const rest = Object.entries(ends).filter(([, end]) => end !== 'published');
  return { published: Object.keys(ends).length - rest.length, ...Object.fromEntries(rest.sort()) };
}

/** Invariant 2. */
function assertNoDuplicates({ lab, hasMatch }: Scenario, { duplicates = 0 }: Allowed): void {
  const keys = lab.items.map((item) => String(item['key_field']));
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  const twice = [...counts].filter(([, count]) => count > 1).map(([key]) => key);
  if (hasMatch) expect(twice).toEqual([]);
  else expect(twice.length).toBeLessThanOrEqual(duplicates);
}

/** Invariant 3, second half: what the source was asked for never goes back. A reading from the start has no place. */
function assertCursorNeverBack({ lab }: Scenario): void {
  const asked = lab.requests
    .filter(({ path, query }) => path === '/records' && query.get('page') === '1')
    .flatMap(({ query }) => query.get('changed_since') ?? []);
  expect(asked).toEqual([...asked].sort());
}

/** Invariant 5. */
function assertOrderPerKey({ lab }: Scenario): void {
  const latest = new Map<string, number>();
  for (const { key, version } of lab.writes) {
    expect({ key, version, isInOrder: version >= (latest.get(key) ?? 0) }).toMatchObject({ isInOrder: true });
    latest.set(key, version);
  }
}

/** Invariant 6: processes below their cap, and the API answers. */
async function assertAlive(platform: MatrixPlatform, megabytes: number): Promise<void> {
  for (const { pid, url } of platform.running) {
    expect(residentMb(pid)).toBeLessThan(megabytes);
    if (url !== '') expect((await fetch(`${url}/healthz`)).status).toBe(200);
  }
}

/** Resident memory of a process now; 0 where the system does not tell. */
export function residentMb(pid: number): number {
  try {
    const [, kilobytes = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) / 1024;
  } catch {
    return 0;
  }
}

/** Invariant 7: logs, history, errors, exports and metrics hold no planted secret. */
async function assertNoSecrets(scenario: Scenario): Promise<void> {
  const { platform, lab } = scenario;
  const secrets = [...Object.values(CANARIES), ...lab.tokens.given];
  const seen: Readonly<Record<string, string>> = { log: platform.logs(), ...(await readEverything(scenario)) };
  for (const [place, text] of Object.entries(seen)) {
    const shown = secrets.filter((secret) => text.includes(secret));
    expect({ place, shown }).toEqual({ place, shown: [] });
  }
}

async function readEverything({ name, platform }: Scenario): Promise<Record<string, string>> {
  const read = async (route: string): Promise<string> => JSON.stringify(await platform.request('GET', route));
  const tasks = await platform.request<{ items: TaskAnswer[] }>('GET', `/tasks?incoming=${name}&limit=10`);
  const failed = await platform.request<{ items: TaskAnswer[] }>('GET', `/tasks?incoming=${name}&state=failed&limit=5`);
  const histories = [...tasks.items, ...failed.items].map(({ id }) => read(`/tasks/${id}`));
  const api = [...platform.running].find(({ url }) => url !== '')?.url ?? '';
  const metrics = await fetch(`${api}/metrics`, { headers: { authorization: `Bearer ${CANARIES.token}` } });
  return {
    tasks: JSON.stringify(tasks) + JSON.stringify(failed),
    history: (await Promise.all(histories)).join(''),
    runs: await read(`/runs?incoming=${name}`),
    documents: await read('/documents'),
    status: await read('/status'),
    metrics: await metrics.text(),
  };
}
