import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { benchDocuments, INCOMING } from './documents.ts';
import { percentile, type Receiver, sendEvents, type Sent } from './hooks/load.ts';
import { cpuSecondsOf } from './hooks/process-cpu.ts';
import type { Arrivals, HookServiceJob, SandboxAccess } from './messages.ts';
import { endAllProcesses, type Helper, startHelper } from './processes.ts';
import { applyDocuments, startServer } from './server.ts';
import { createPlace, openServices, type Services } from './services.ts';
import { table } from './table.ts';

/**
 * `npm run bench:webhooks`: events a second that are sent to a service written by hand and to Sluice, in turn, both on
 * Postgres and Redis. For each rate: how long until an event is stored and answered, and how long from its sending until the
 * target has it, transformed.
 *
 * Time never fails. What does: an event that was answered 2xx and did not arrive once.
 */
const READY_MS = 60_000;
const LOOK_MS = 100;
const WARM = { rate: 50, seconds: 2 };
const SECRET = 'secret-of-the-bench';

interface Options {
  readonly seconds: number;
  readonly rates: readonly number[];
  readonly json: string | undefined;
  readonly nodeOptions: readonly string[];
}

/** Who takes events. */
interface Contender extends Receiver {
  readonly name: string;
  readonly pid: number;
}

interface Measured {
  readonly name: string;
  readonly rate: number;
  readonly sent: number;
  readonly accepted: number;
  /** Accepted events that the target has, and how often it got one again. */
  readonly arrived: number;
  readonly repeated: number;
  readonly acceptedPerSecond: number;
  /** Milliseconds from sending an event to its answer, and to its arrival at the target. */
  readonly answerMs: Percentiles;
  readonly arrivalMs: Percentiles;
  /** Processor time that the service took for an event; null where the system does not tell. */
  readonly cpuMsPerEvent: number | null;
}

interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

async function main(): Promise<boolean> {
  const options = readOptions();
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-hooks-'));
  try {
    const services = await openServices(folder);
    if (typeof services === 'string') throw new Error(services);
    const sandbox = startHelper('./sandbox-process.js');
    const access = await sandbox.ask<SandboxAccess>({ kind: 'start', records: 1 }, READY_MS);
    const contenders = [
      await startByHand(access, services),
      await startSluice(access, services, folder, options.nodeOptions),
    ];
    const results = await measureAll(contenders, sandbox, options);
    await endAllProcesses();
    return tell(results, options.json);
  } finally {
    await endAllProcesses();
    rmSync(folder, { recursive: true, force: true });
  }
}

function readOptions(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rates: { type: 'string', default: '10,50,200,1000' },
      json: { type: 'string' },
      'cpu-prof': { type: 'string' },
    },
  });
  const profiles = values['cpu-prof'];
  return {
    seconds: Number(positionals[0] ?? 10),
    rates: values.rates.split(',').map(Number),
    json: values.json,
    nodeOptions: profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`],
  };
}

async function startByHand(sandbox: SandboxAccess, services: Services): Promise<Contender> {
  const { environment } = await createPlace(services);
  const service = startHelper('./by-hand-process.js');
  const job: HookServiceJob = {
    ...{ sandbox, secret: SECRET, prefix: environment['SLUICE_QUEUE_PREFIX'] ?? '' },
    ...{ databaseUrl: environment['DATABASE_URL'] ?? '', redisUrl: services.redisUrl },
  };
  const url = await service.ask<string>(job, READY_MS);
  return { name: 'by hand', url, secret: SECRET, pid: service.pid };
}

async function startSluice(
  access: SandboxAccess,
  services: Services,
  folder: string,
  nodeOptions: readonly string[],
): Promise<Contender> {
  const { environment } = await createPlace(services);
  const { url, pid } = await startServer({ ...environment, SLUICE_DATA: folder }, 'all', nodeOptions);
  await applyDocuments(url, hookDocuments(access));
  return { name: 'Sluice', url: `${url}/hooks/${INCOMING}`, secret: SECRET, pid };
}

async function measureAll(
  contenders: readonly Contender[],
  sandbox: Helper,
  { rates, seconds }: Options,
): Promise<Measured[]> {
  for (const [index, each] of contenders.entries()) await sendEvents(each, WARM.rate, WARM.seconds, `warm-${index}`);
  await sandbox.ask<Arrivals>({ kind: 'arrivals' }, READY_MS);
  const results: Measured[] = [];
  for (const rate of rates) {
    for (const [index, each] of contenders.entries()) {
      process.stderr.write(`${each.name}, ${rate} events/s\n`);
      results.push(await measure(each, sandbox, { rate, seconds, name: `r${rate}-${index}` }));
    }
  }
  return results;
}

async function measure(
  contender: Contender,
  sandbox: Helper,
  { rate, seconds, name }: { rate: number; seconds: number; name: string },
): Promise<Measured> {
  const cpuBefore = cpuSecondsOf(contender.pid);
  const startedAt = performance.now();
  const sent = await sendEvents(contender, rate, seconds, name);
  const took = (performance.now() - startedAt) / 1000;
  const accepted = sent.filter(({ status }) => status >= 200 && status < 300);
  const arrivals = await waitForArrivals(sandbox, accepted);
  const cpuAfter = cpuSecondsOf(contender.pid);
  const cpuSeconds = cpuBefore === undefined || cpuAfter === undefined ? undefined : cpuAfter - cpuBefore;
  return {
    ...{
      name: contender.name,
      rate,
      sent: sent.length,
      accepted: accepted.length,
      acceptedPerSecond: accepted.length / took,
    },
    ...{ arrived: arrivals.ms.length, repeated: arrivals.repeated },
    answerMs: percentilesOf(sent.map(({ answeredMs }) => answeredMs)),
    arrivalMs: percentilesOf(arrivals.ms),
    cpuMsPerEvent: cpuSeconds === undefined ? null : (cpuSeconds * 1000) / sent.length,
  };
}

/** Milliseconds from the sending of each event until the target had it. */
async function waitForArrivals(
  sandbox: Helper,
  accepted: readonly Sent[],
): Promise<{ ms: readonly number[]; repeated: number }> {
  const sentAt = new Map(accepted.map(({ id, at }) => [`T-${id}`, at]));
  const arrivedMs = new Map<string, number>();
  let repeated = 0;
  for (const deadline = Date.now() + READY_MS; ;) {
    for (const [key, at] of await sandbox.ask<Arrivals>({ kind: 'arrivals' }, READY_MS)) {
      const sent = sentAt.get(key);
      if (sent === undefined) continue;
      if (arrivedMs.has(key)) repeated += 1;
      else arrivedMs.set(key, at - sent);
    }
    if (arrivedMs.size >= accepted.length || Date.now() > deadline) return { ms: [...arrivedMs.values()], repeated };
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function percentilesOf(values: readonly number[]): Percentiles {
  return { p50: percentile(values, 0.5), p95: percentile(values, 0.95), p99: percentile(values, 0.99) };
}

/** Prints what was measured; answers whether every accepted event arrived once. */
function tell(results: readonly Measured[], json: string | undefined): boolean {
  const header = ['service', 'events/s', 'accepted/s', 'answer ms p50', 'p95', 'p99', 'of by hand'];
  const rows = results.map((each) => {
    const { answerMs, arrivalMs, cpuMsPerEvent } = each;
    const byHand = results.find(({ name, rate }) => name === 'by hand' && rate === each.rate) ?? each;
    return [
      ...[each.name, String(each.rate), each.acceptedPerSecond.toFixed(0)],
      ...[answerMs.p50, answerMs.p95, answerMs.p99].map((ms) => ms.toFixed(1)),
      (answerMs.p50 / byHand.answerMs.p50).toFixed(2),
      ...[arrivalMs.p50, arrivalMs.p95, arrivalMs.p99].map((ms) => ms.toFixed(1)),
      (arrivalMs.p50 / byHand.arrivalMs.p50).toFixed(2),
      cpuMsPerEvent?.toFixed(2) ?? '',
    ];
  });
  const all = [...header, 'arrival ms p50', 'p95', 'p99', 'of by hand', 'CPU ms/event'];
  process.stdout.write(`${table([all, ...rows])}\n`);
  process.stdout.write(
    '"of by hand" compares the p50. Answer: stored and answered 2xx. Arrival: transformed and taken by the target.\n',
  );
  const problems = results.flatMap(({ name, rate, sent, accepted, arrived, repeated }) =>
    arrived === accepted && repeated === 0
      ? []
      : [`${name}, ${rate}/s: of ${sent} sent ${accepted} were accepted, ${arrived} arrived, ${repeated} came again`],
  );
  for (const problem of problems) process.stdout.write(`FAILED: ${problem}\n`);
  const machine = { node: process.version, platform: process.platform, cores: availableParallelism() };
  const report = { at: new Date().toISOString(), machine, results, problems };
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, undefined, 2)}\n`);
  return problems.length === 0;
}

function hookDocuments(access: SandboxAccess): object[] {
  return benchDocuments(access, false).map((document) => {
    const { kind, spec } = document as { kind: string; spec: Readonly<Record<string, unknown>> };
    if (kind === 'incoming') {
      const webhook = { verify: { type: 'secret', header: 'X-Key', secret: SECRET } };
      return { ...document, spec: { subscriber: { type: 'webhook' }, webhook } };
    }
    if (kind !== 'route') return document;
    const transformers = [
      { type: 'map', fields: { key_field: 'T-&{id}', key_field2: '&{summary}', assettype_id: 1, client_id: 1 } },
    ];
    return { ...document, spec: { ...spec, transformers } };
  });
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
