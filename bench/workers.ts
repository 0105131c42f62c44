import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { benchDocuments, INCOMING } from './documents.ts';
import type { Arrived, SandboxAccess } from './messages.ts';
import { endAllProcesses, startHelper } from './processes.ts';
import { applyDocuments, askServer, startServer } from './server.ts';
import { createPlace, openServices, type Services } from './services.ts';
import { table, whole } from './table.ts';

/**
 * `npm run bench:workers -- [records] [file for JSON]`: a call for each record to a target that takes its time, by one API
 * and 1, 2 and 4 workers on Postgres and Redis, in one run.
 *
 * Time never fails. What does: a record that is lost, doubled or not finished.
 */
const WORKERS = [1, 2, 4];
/** As a busy system far away. */
const TARGET_DELAY_MS = 250;
/** More than the workers together use, so that the budget decides nothing. */
const CALLS_AT_ONCE = 100;
const ANSWER_MS = 30_000;
const LONGEST_MS = 600_000;
const LOOK_MS = 100;

interface Scaled {
  readonly workers: number;
  readonly records: number;
  readonly recordsPerSecond: number;
  readonly problems: readonly string[];
}

async function main(): Promise<boolean> {
  const records = Number(process.argv[2] ?? 2000);
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-workers-'));
  try {
    const services = await openServices(folder);
    if (typeof services === 'string') throw new Error(services);
    const results: Scaled[] = [];
    for (const workers of WORKERS) results.push(await measure(workers, records, services, folder));
    tell(results, process.argv[3]);
    return results.every(({ problems }) => problems.length === 0);
  } finally {
    await endAllProcesses();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A new sandbox and an empty database for each number of workers; the time is from the start of the run to its last task. */
async function measure(workers: number, records: number, services: Services, folder: string): Promise<Scaled> {
  const sandbox = startHelper('./sandbox-process.js');
  const place = await createPlace(services);
  const environment = { ...place.environment, SLUICE_DATA: folder };
  const access = await sandbox.ask<SandboxAccess>(
    { kind: 'start', records, targetDelayMs: TARGET_DELAY_MS },
    ANSWER_MS,
  );
  const api = await startServer(environment, 'api');
  const started = await Promise.all(Array.from({ length: workers }, () => startServer(environment, 'worker')));
  const { url } = api;
  await applyDocuments(url, documentsOf(access));
  const startedAt = performance.now();
  const { id } = await askServer<{ id: string }>(url, 'POST', `/incomings/${INCOMING}/runs`, {});
  const tasks = await atRest(url, id, records);
  const seconds = (performance.now() - startedAt) / 1000;
  const { distinct, posted } = await sandbox.ask<Arrived>({ kind: 'count' }, ANSWER_MS);
  const problems = [
    ...(tasks['finished'] === records ? [] : [`Of ${records} tasks ${tasks['finished'] ?? 0} finished`]),
    ...(distinct === records && posted === records ? [] : [`The target took ${posted}, ${distinct} different ones`]),
  ];
  process.stderr.write(`${workers} workers: ${whole(records / seconds)} records/s\n`);
  await Promise.all([api, ...started].map((each) => each.end()));
  await sandbox.end();
  return { workers, records, recordsPerSecond: records / seconds, problems };
}

/** The documents of the bench, with a call for each record and more calls at a time. */
function documentsOf(access: SandboxAccess): object[] {
  return benchDocuments(access, false, 1).map((document) => {
    const { kind, spec } = document as { kind: string; spec: object };
    return kind === 'client' ? { ...document, spec: { ...spec, limits: [{ concurrency: CALLS_AT_ONCE }] } } : document;
  });
}

async function atRest(url: string, run: string, records: number): Promise<Readonly<Record<string, number>>> {
  for (const deadline = Date.now() + LONGEST_MS; ;) {
    const { status, tasks } = await askServer<{ status: string; tasks: Record<string, number> }>(
      url,
      'GET',
      `/runs/${run}`,
    );
    const done = (tasks['finished'] ?? 0) + (tasks['failed'] ?? 0) + (tasks['skipped'] ?? 0);
    if ((status !== 'running' && done >= records) || Date.now() > deadline) return tasks;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function tell(results: readonly Scaled[], file: string | undefined): void {
  const one = results[0]?.recordsPerSecond ?? 1;
  const rows = results.map(({ workers, records, recordsPerSecond }) => [
    String(workers),
    whole(records),
    whole(recordsPerSecond),
    (recordsPerSecond / one).toFixed(2),
  ]);
  process.stdout.write(`${table([['workers', 'records', 'records/s', 'of one worker'], ...rows])}\n`);
  for (const { workers, problems } of results) {
    for (const problem of problems) process.stdout.write(`FAILED, ${workers} workers: ${problem}\n`);
  }
  const machine = { node: process.version, platform: process.platform, cores: availableParallelism() };
  const json = { at: new Date().toISOString(), machine, targetDelayMs: TARGET_DELAY_MS, results };
  if (file !== undefined) writeFileSync(file, `${JSON.stringify(json, undefined, 2)}\n`);
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
