import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { benchDocuments, INCOMING } from './documents.ts';
import type { SandboxAccess } from './messages.ts';
import { endAllProcesses, startHelper } from './processes.ts';
import { applyDocuments, startServer } from './server.ts';
import { createPlace, openServices } from './services.ts';

/**
 * `npm run bench:webhooks -- [seconds]`: events a second that a server on Postgres and Redis takes, how long its answers
 * take, and how long it is from the storing of an event until the target has it.
 *
 * Time never fails. What does: an event that was answered 2xx and did not arrive.
 */
const RATES = [10, 50, 200, 1000];
const TICK_MS = 5;
const READY_MS = 60_000;
const SECRET = 'secret-of-the-bench';

interface Measured {
  readonly rate: number;
  readonly sent: number;
  readonly accepted: number;
  readonly answers: readonly number[];
}

async function main(): Promise<boolean> {
  const seconds = Number(process.argv[2] ?? 10);
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-hooks-'));
  try {
    const services = await openServices(folder);
    if (typeof services === 'string') throw new Error(services);
    const sandbox = startHelper('./sandbox-process.js');
    const access = await sandbox.ask<SandboxAccess>({ kind: 'start', records: 1 }, READY_MS);
    const place = await createPlace(services);
    const { url } = await startServer({ ...place.environment, SLUICE_DATA: folder });
    await apply(url, access);
    const isRight = await measureAll(url, place.environment['DATABASE_URL'] ?? '', seconds);
    await endAllProcesses();
    return isRight;
  } finally {
    await endAllProcesses();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureAll(url: string, databaseUrl: string, seconds: number): Promise<boolean> {
  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  // The server goes down before this connection does.
  database.on('error', () => undefined);
  let isRight = true;
  await load(url, 50, 2, 'warm');
  for (const rate of RATES) {
    const measured = await load(url, rate, seconds, `r${rate}`);
    const arrived = await waitForRest(database, `r${rate}-%`, measured.accepted);
    print(measured, seconds, arrived);
    isRight &&= arrived.length === measured.accepted;
  }
  await database.end();
  return isRight;
}

function print({ rate, sent, accepted, answers }: Measured, seconds: number, arrived: readonly number[]): void {
  const of = (values: readonly number[]): string =>
    [0.5, 0.95, 0.99].map((part) => percentile(values, part).toFixed(1).padStart(8)).join('');
  process.stdout.write(
    `${String(rate).padStart(5)}/s  sent ${sent}, accepted ${accepted} (${Math.round(accepted / seconds)}/s), arrived ${arrived.length}\n` +
      `         answer ms  p50 p95 p99 ${of(answers)}\n         arrival ms p50 p95 p99 ${of(arrived)}\n`,
  );
}

function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

/** Sends so many events a second, whether they are answered or not. */
async function load(url: string, rate: number, seconds: number, name: string): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const answers: number[] = [];
  const pending: Promise<void>[] = [];
  let accepted = 0;
  const start = performance.now();
  for (let sent = 0; sent < rate * seconds;) {
    const due = Math.min(rate * seconds, ((performance.now() - start) / 1000) * rate);
    for (; sent < due; sent += 1) {
      const began = performance.now();
      const asked = post(url, agent, { id: `${name}-${sent}`, summary: 'An event' }).then((status) => {
        answers.push(performance.now() - began);
        if (status === 200) accepted += 1;
      });
      pending.push(asked);
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  await Promise.all(pending);
  agent.destroy();
  return { rate, sent: rate * seconds, accepted, answers };
}

function post(url: string, agent: Agent, event: object): Promise<number> {
  const body = JSON.stringify(event);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'x-key': SECRET };
  return new Promise((resolve) => {
    const sending = request(`${url}/hooks/${INCOMING}`, { method: 'POST', agent, headers }, (answer) => {
      answer.resume().once('end', () => {
        resolve(answer.statusCode ?? 0);
      });
    });
    sending.once('error', () => {
      resolve(0);
    });
    sending.end(body);
  });
}

/** Milliseconds from the storing of each event until its task was finished. */
async function waitForRest(database: pg.Client, keys: string, expected: number): Promise<number[]> {
  const deadline = Date.now() + READY_MS;
  for (;;) {
    const { rows } = await database.query<{ ms: string }>(
      `SELECT updated_at - created_at AS ms FROM sluice.task WHERE key LIKE $1 AND state = 'finished'`,
      [keys],
    );
    if (rows.length >= expected || Date.now() > deadline) return rows.map(({ ms }) => Number(ms));
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function apply(url: string, access: SandboxAccess): Promise<void> {
  const documents = benchDocuments(access, false).map((document) => {
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
  await applyDocuments(url, documents);
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
