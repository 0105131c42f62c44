import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { type BenchCase, type CaseDeps, type CaseResult, planCases, runCase } from './cases.ts';
import { checkMemory } from './memory-bound.ts';
import { type Options, readOptions } from './options.ts';
import type { LoadingReport } from './messages.ts';
import { endAllProcesses, startHelper } from './processes.ts';
import { createProgress } from './progress.ts';
import { openServices, type Services } from './services.ts';
import { memoryTable, speedTable } from './table.ts';

const LOADING_TIMEOUT_MS = 30_000;
/** Memory that all connectors together may take. */
const MOST_LOADING_MEGABYTES = 50;

/**
 * `npm run bench`: tickets of a sandbox Halo become assets of another one, through Sluice and through a loop that
 * somebody would write by hand, in the same run on the same machine.
 *
 * Time never fails. What does: a record that is lost, doubled or not accounted for, and memory that grows with the
 * number of records.
 */
async function main(): Promise<boolean> {
  const options = readOptions(process.argv.slice(2));
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-bench-'));
  stopOnSignals(folder);
  try {
    const { services, engines } = await findEngines(options, folder);
    const loadingProblem = await tellLoading();
    const results: CaseResult[] = [];
    for (const one of planCases({ ...options, engines })) {
      results.push(await runAndTell(one, { folder, services, cpuProfiles: options.cpuProfiles }));
    }
    const problems = [...(loadingProblem === undefined ? [] : [loadingProblem]), ...judge(results)];
    tell(results, problems, options);
    return problems.length === 0 && engines.length > 0;
  } finally {
    await endAllProcesses();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Loads all connectors in a new process, and says what that cost; returns what is wrong with it. */
async function tellLoading(): Promise<string | undefined> {
  const loading = startHelper('./loading-process.js');
  try {
    const { connectors, seconds, megabytes } = await loading.ask<LoadingReport>('load', LOADING_TIMEOUT_MS);
    const [ms, memory] = [Math.round(seconds * 1000), Math.round(megabytes)];
    print(`Loading ${connectors} connectors: ${ms} ms, ${memory} MB`);
    return memory <= MOST_LOADING_MEGABYTES ? undefined : `Loading connectors took ${memory} MB`;
  } finally {
    await loading.end();
  }
}

/** Engines that are asked for and can be had. */
async function findEngines(
  { engines }: Options,
  folder: string,
): Promise<{ services: Services | undefined; engines: Options['engines'] }> {
  if (!engines.includes('postgres')) return { services: undefined, engines };
  const services = await openServices(folder);
  if (typeof services !== 'string') return { services, engines };
  process.stderr.write(`Postgres + Redis is left out: ${services}\n`);
  return { services: undefined, engines: engines.filter((engine) => engine !== 'postgres') };
}

async function runAndTell(one: BenchCase, deps: Omit<CaseDeps, 'onProgress'>): Promise<CaseResult> {
  const progress = createProgress(`${one.name} (${one.records} records)`, one.records);
  try {
    const result = await runCase(one, { ...deps, onProgress: progress.at });
    progress.end(`${Math.round(result.recordsPerSecond)} records/s`);
    return result;
  } catch (error) {
    progress.end('failed');
    throw error;
  }
}

/** Everything that makes the benchmark fail, in words. */
function judge(results: readonly CaseResult[]): string[] {
  const wrong = results.flatMap(({ name, records, problems }) =>
    problems.map((problem) => `${name} (${records} records): ${problem}`),
  );
  const memory = checkMemory(results);
  return memory === undefined ? wrong : [...wrong, memory];
}

function tell(results: readonly CaseResult[], problems: readonly string[], options: Options): void {
  const { records, sizes, json } = options;
  const [bare] = results;
  const bulk = results.filter(({ batchSize }) => batchSize > 1);
  const singles = results.filter(({ batchSize }) => batchSize === 1);
  const compared = bulk.filter((result) => result.records === records);
  const measured = bulk.filter(
    (result) => result.engine !== 'bare' && !result.matches && result.isDurable && sizes.includes(result.records),
  );
  const byEngine = measured.toSorted((a, b) => a.engine.localeCompare(b.engine) || a.records - b.records);
  if (bare) print(`\nSpeed\n${speedTable(compared, bare)}`);
  for (const targetDelayMs of new Set(singles.map((each) => each.targetDelayMs))) {
    const alike = singles.filter((each) => each.targetDelayMs === targetDelayMs);
    if (alike[0]) print(`\nA call for each record\n${speedTable(alike, alike[0])}`);
  }
  if (byEngine.length > 0) print(`\nMemory\n${memoryTable(byEngine)}`);
  print(
    '\nCPU and memory are those of the process that moves the records; the servers and the sandbox have their own.',
  );
  for (const problem of problems) print(`FAILED: ${problem}`);
  if (problems.length === 0) print('Every record was announced, received, published once and accounted for.');
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(toJson(results, problems), undefined, 2)}\n`);
}

function toJson(results: readonly CaseResult[], problems: readonly string[]): object {
  const machine = { node: process.version, platform: process.platform, cores: availableParallelism() };
  return { at: new Date().toISOString(), machine, results, problems };
}

/** Ctrl+C leaves neither processes nor files behind. */
function stopOnSignals(folder: string): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void endAllProcesses().finally(() => {
        rmSync(folder, { recursive: true, force: true });
        process.exit(1);
      });
    });
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
