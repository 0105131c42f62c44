import pino from 'pino';
import { openPlatform, type Platform } from '../../src/server/platform.ts';
import { readSettings } from '../../src/server/settings.ts';
import type { Engine, EngineEnvironment } from './engines.ts';

/** How a run and its tasks ended. */
export interface RunResult {
  readonly status: string;
  readonly announced: number | null;
  readonly received: number;
  readonly fresh: number;
  readonly unchanged: number;
  readonly repeated: number;
  readonly error: { readonly code: string; readonly message: string } | undefined;
  readonly tasks: Readonly<Record<string, number>>;
}

/** A platform in this process, on fresh engines. */
export interface TestPlatform {
  readonly platform: Platform;
  readonly variables: Readonly<Record<string, string>>;
  /** Applies documents; throws the platform's own error. */
  readonly apply: (documents: readonly object[]) => Promise<void>;
  /** Starts a run of an incoming. */
  readonly start: (incoming: string, mode?: 'full' | 'incremental') => Promise<number>;
  /** Waits until a run is over and its tasks are at rest. */
  readonly end: (run: number) => Promise<RunResult>;
  /** Runs an incoming to the end. */
  readonly run: (incoming: string, mode?: 'full' | 'incremental') => Promise<RunResult>;
}

/** The long form of the templates' tests has thousands of records on one route. */
const LONGEST_MS = process.env['SLUICE_TEST_TEMPLATES'] === 'long' ? 1_200_000 : 300_000;

/** What takes longer is looked at less often: each look is two statements. */
const FIRST_LOOK_MS = 10;
const LONGEST_LOOK_MS = 150;

/** Opens a platform on fresh engines, with further settings, runs `use`, and closes and removes everything. */
export async function withPlatform(
  engine: Engine,
  use: (test: TestPlatform) => Promise<void>,
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { variables, dispose } = await engine.create();
  try {
    await withPlatformOn({ variables: { ...variables, ...settings }, dispose }, use);
  } finally {
    await dispose();
  }
}

/** Opens a platform on engines that are there, runs `use`, and stops it with a short grace. */
export async function withPlatformOn(
  { variables }: EngineEnvironment,
  use: (test: TestPlatform) => Promise<void>,
): Promise<void> {
  // Variables of documents are looked up in the live environment, so that a test can change them.
  const environment = new Proxy(variables, { get: (own, name) => own[name as string] ?? process.env[name as string] });
  const settings = readSettings(environment);
  const platform = await openPlatform(settings, { role: 'all', log: pino({ level: settings.logLevel }) });
  try {
    await use(testPlatform(platform, variables));
  } finally {
    await platform.close(500);
  }
}

function testPlatform(platform: Platform, variables: Readonly<Record<string, string>>): TestPlatform {
  const start = async (incoming: string, mode: 'full' | 'incremental' = 'incremental'): Promise<number> => {
    const run = await platform.store.runs.start(incoming, mode, 'test');
    if (!run) throw new Error('a run is active already');
    await platform.queues.enqueueRun(run.id);
    return run.id;
  };
  const end = (run: number): Promise<RunResult> => atRest(platform, run);
  return {
    platform,
    variables,
    async apply(documents) {
      await platform.configuration.apply(documents.map((document) => ({ document, source: 'test' })));
    },
    start,
    end,
    run: async (incoming, mode) => end(await start(incoming, mode)),
  };
}

async function atRest(platform: Platform, id: number): Promise<RunResult> {
  const deadline = Date.now() + LONGEST_MS;
  for (let lookMs = FIRST_LOOK_MS; ; lookMs = Math.min(lookMs * 1.3, LONGEST_LOOK_MS)) {
    const run = await platform.store.runs.get(id);
    const tasks = await platform.store.tasks.countByState({ run: id });
    const isOver = run?.status !== 'running' && tasks.new + tasks.processing + tasks.retrying === 0;
    if (run && isOver) {
      const error = run.error === null ? undefined : (JSON.parse(run.error) as RunResult['error']);
      return { ...run, error, tasks };
    }
    if (Date.now() > deadline) throw new Error(`Run ${id} is not at rest: ${JSON.stringify({ run, tasks })}`);
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

/** Waits until something holds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + LONGEST_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('it never held');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
