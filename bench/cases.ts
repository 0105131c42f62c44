import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { PAGE_SIZE } from './documents.ts';
import type { Arrived, BareReport, PlatformReport, SandboxAccess } from './messages.ts';
import type { Engine, Options } from './options.ts';
import { startHelper } from './processes.ts';
import { createPlace, type Place, type Services } from './services.ts';
import type { Usage } from './usage.ts';

/** One thing that is measured. */
export interface BenchCase {
  readonly name: string;
  readonly engine: Engine | 'bare';
  readonly records: number;
  /** The loop without a platform: pages read and written at the same time. */
  readonly pagesInFlight: number;
  /** Records of one call to the target. */
  readonly batchSize: number;
  /** What the target takes for an answer besides its work. */
  readonly targetDelayMs: number;
  /** The loop without a platform: pages go through a queue. */
  readonly isQueued: boolean;
  /** The platform: whether records are looked up by their key before they are created. */
  readonly matches: boolean;
  /** The platform: whether commits wait for the disk, as they should; without it, what that costs can be seen. */
  readonly isDurable: boolean;
}

/** What came of a case. */
export interface CaseResult extends Usage {
  readonly name: string;
  readonly engine: BenchCase['engine'];
  readonly records: number;
  readonly matches: boolean;
  readonly isDurable: boolean;
  readonly batchSize: number;
  readonly targetDelayMs: number;
  readonly recordsPerSecond: number;
  /** What was not right; empty where every record arrived once and all of them are accounted for. */
  readonly problems: readonly string[];
}

/** What cases run with. */
export interface CaseDeps {
  /** Empty folder for what a case writes. */
  readonly folder: string;
  readonly services: Services | undefined;
  readonly cpuProfiles: string | undefined;
  readonly onProgress: (done: number) => void;
}

const START_MS = 30_000;
/** A case slower than this many records a second is taken for stuck. */
const SLOWEST = 100;

/** About what a system in the same country takes. */
const DELAY_MS = 20;

const ENGINE_NAMES = { pglite: 'Sluice, PGlite', postgres: 'Sluice, Postgres + Redis' } as const;

/**
 * What the options ask for: the loops first, then each engine; the same with a call for each record; then the sizes that are
 * still missing for memory.
 */
export function planCases({ records, singles, engines, sizes }: Options): BenchCase[] {
  const base = {
    ...{ records, pagesInFlight: 1, batchSize: PAGE_SIZE, targetDelayMs: 0 },
    ...{ isQueued: false, matches: false, isDurable: true },
  };
  const queued = engines.includes('postgres') ? [{ ...base, name: 'bare BullMQ loop', engine: 'bare' as const }] : [];
  const single = { ...base, records: singles, batchSize: 1 };
  return [
    { ...base, name: 'bare loop, 1 page at a time', engine: 'bare' },
    { ...base, name: 'bare loop, 4 pages in flight', engine: 'bare', pagesInFlight: 4 },
    ...queued.map((each): BenchCase => ({ ...each, isQueued: true })),
    ...engines.flatMap((engine): BenchCase[] => [
      { ...base, name: ENGINE_NAMES[engine], engine },
      { ...base, name: `${ENGINE_NAMES[engine]}, match by key`, engine, matches: true },
      ...(engine === 'postgres'
        ? [{ ...base, name: `${ENGINE_NAMES[engine]}, commits not waited for`, engine, isDurable: false }]
        : []),
    ]),
    ...(singles === 0 ? [] : [0, DELAY_MS]).flatMap((targetDelayMs): BenchCase[] => {
      const one = { ...single, targetDelayMs };
      const after = targetDelayMs === 0 ? '' : `, answers after ${targetDelayMs} ms`;
      return [
        { ...one, name: `bare loop, 8 calls at a time${after}`, engine: 'bare' as const },
        ...engines.map((engine): BenchCase => ({ ...one, name: `${ENGINE_NAMES[engine]}${after}`, engine })),
      ];
    }),
    ...engines.flatMap((engine) =>
      sizes
        .filter((size) => size !== records)
        .map((size): BenchCase => ({ ...base, name: ENGINE_NAMES[engine], engine, records: size })),
    ),
  ];
}

/** Runs one case: a new sandbox, a new process, an empty folder or database. */
export async function runCase(one: BenchCase, deps: CaseDeps): Promise<CaseResult> {
  const sandbox = startHelper('./sandbox-process.js');
  try {
    const access = await sandbox.ask<SandboxAccess>(
      { kind: 'start', records: one.records, targetDelayMs: one.targetDelayMs },
      START_MS,
    );
    const report = one.engine === 'bare' ? await runBare(one, access, deps) : await runPlatform(one, access, deps);
    const arrived = await sandbox.ask<Arrived>({ kind: 'count' }, START_MS);
    const { seconds, cpuSeconds, peakMegabytes } = report;
    return {
      ...{
        name: one.name,
        engine: one.engine,
        records: one.records,
        matches: one.matches,
        isDurable: one.isDurable,
        batchSize: one.batchSize,
        targetDelayMs: one.targetDelayMs,
      },
      ...{ recordsPerSecond: one.records / seconds, seconds, cpuSeconds, peakMegabytes },
      problems: [...readingProblems(one, report), ...taskProblems(one, report), ...arrivalProblems(one, arrived)],
    };
  } finally {
    await sandbox.end();
  }
}

async function runBare(one: BenchCase, sandbox: SandboxAccess, deps: CaseDeps): Promise<BareReport> {
  const loop = startHelper('./bare-process.js');
  const queue = one.isQueued && deps.services && { ...deps.services, prefix: `bench-${randomUUID()}` };
  try {
    const { pagesInFlight, batchSize } = one;
    return await loop.ask({ sandbox, pagesInFlight, batchSize, queue }, timeoutOf(one), deps.onProgress);
  } finally {
    await loop.end();
  }
}

async function runPlatform(one: BenchCase, sandbox: SandboxAccess, deps: CaseDeps): Promise<PlatformReport> {
  const place = await openPlace(one, deps);
  const profiling = deps.cpuProfiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${deps.cpuProfiles}`];
  const platform = startHelper('./platform-process.js', profiling);
  try {
    const { records, matches, batchSize } = one;
    const job = { sandbox, records, matches, batchSize, environment: place.environment };
    return await platform.ask(job, timeoutOf(one), deps.onProgress);
  } finally {
    await platform.end();
    await place.drop();
  }
}

async function openPlace({ engine, isDurable }: BenchCase, { folder, services }: CaseDeps): Promise<Place> {
  const own = mkdtempSync(path.join(folder, 'data-'));
  const servers = engine === 'postgres' && services ? await createPlace(services, isDurable) : undefined;
  return {
    environment: { SLUICE_DATA: own, ...servers?.environment },
    async drop() {
      rmSync(own, { recursive: true, force: true });
      await servers?.drop();
    },
  };
}

function timeoutOf({ records }: BenchCase): number {
  return 2 * START_MS + (records / SLOWEST) * 1000;
}

function readingProblems({ records }: BenchCase, { announced, received }: PlatformReport | BareReport): string[] {
  return announced === records && received === records
    ? []
    : [`${records} records are there, ${announced ?? 'none'} were announced, ${received} were received`];
}

function taskProblems({ records }: BenchCase, report: PlatformReport | BareReport): string[] {
  if (!('tasks' in report)) return [];
  const { status, tasks, errors } = report;
  const states = Object.entries(tasks).filter(([, count]) => count > 0);
  return [
    ...(status === 'succeeded' ? [] : [`The run ended ${status}`]),
    ...(states.length === 1 && tasks['finished'] === records
      ? []
      : [`Of ${records} tasks: ${states.map(([state, count]) => `${count} ${state}`).join(', ')}`]),
    ...errors,
  ];
}

function arrivalProblems({ records }: BenchCase, { posted, distinct, repeated, keyless }: Arrived): string[] {
  return distinct === records && posted === records && repeated === 0 && keyless === 0
    ? []
    : [`The target took ${posted} records: ${distinct} different ones, ${repeated} repeated, ${keyless} without a key`];
}
