import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { boundHeap } from '../src/cli/bound-heap.ts';
import { openPlatform, type Platform } from '../src/server/platform.ts';
import { readSettings } from '../src/server/settings.ts';
import { benchDocuments, INCOMING, ROUTE } from './documents.ts';
import type { PlatformJob, PlatformReport } from './messages.ts';
import { answerParent } from './processes.ts';
import { startMeasuring } from './usage.ts';

type Run = NonNullable<Awaited<ReturnType<Platform['store']['runs']['get']>>>;

/** Pauses between two looks: often enough for an exact end, seldom enough to cost nothing. */
const RUN_LOOK_MS = 100;
const REST_LOOK_MS = 50;
/** Tasks whose errors are told. */
const ERRORS_SHOWN = 3;

/** Runs the platform once over all tickets, and measures from the start of the run to its last settled task. */
async function runPlatform(job: PlatformJob, progress: (done: number) => void): Promise<PlatformReport> {
  // As `sluice start` does.
  boundHeap();
  const settings = readSettings({
    ...job.environment,
    SLUICE_KEY: randomBytes(32).toString('hex'),
    SLUICE_ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8',
    SLUICE_LOG_LEVEL: 'silent',
  });
  const platform = await openPlatform(settings, { role: 'all', log: pino({ level: settings.logLevel }) });
  try {
    const documents = benchDocuments(job.sandbox, job.matches, job.batchSize);
    await platform.configuration.apply(documents.map((document) => ({ document, source: 'bench' })));
    const stopMeasuring = startMeasuring();
    const run = await runToRest(platform, progress);
    return { ...stopMeasuring(), ...(await report(platform, run)) };
  } finally {
    await platform.close(0);
  }
}

async function runToRest(platform: Platform, progress: (done: number) => void): Promise<Run> {
  const { store, queues } = platform;
  const started = await store.runs.start(INCOMING, 'incremental', 'manual');
  if (!started) throw new Error('A run is going on already');
  await queues.enqueueRun(started.id);
  const run = await untilRunEnds(platform, started.id, progress);
  while ((await store.tasks.backlog(ROUTE, 1)) > 0) await pause(REST_LOOK_MS);
  return run;
}

async function untilRunEnds({ store }: Platform, id: number, progress: (done: number) => void): Promise<Run> {
  for (;;) {
    const run = await store.runs.get(id);
    if (!run) throw new Error('The run is gone');
    progress(run.received);
    if (run.status !== 'running') return run;
    await pause(RUN_LOOK_MS);
  }
}

async function report(
  { store }: Platform,
  run: Run,
): Promise<Omit<PlatformReport, 'seconds' | 'cpuSeconds' | 'peakMegabytes'>> {
  const tasks = await store.tasks.countByState({ run: run.id });
  const rest = await store.tasks.list({ run: run.id, state: 'failed,waiting,skipped', limit: ERRORS_SHOWN });
  const errors = [run.error, ...rest.map((task) => task.error)].filter((error) => error !== null);
  const { status, announced, received } = run;
  return { status, announced, received, tasks, errors };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

answerParent((job, progress) => runPlatform(job as PlatformJob, progress));
