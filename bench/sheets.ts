import { spawn } from 'node:child_process';
import { createWriteStream, createReadStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { textOf } from '../sandbox/halo/record.ts';
import { type SandboxHalo, startSandboxHalo } from '../sandbox/halo/server.ts';
import { remoteApi } from '../src/cli/api.ts';
import { updateFromSheet } from '../src/cli/commands/sheet.ts';
import { endAllProcesses, watchProcess } from './processes.ts';

/**
 * `npm run bench:sheets -- [rows]`: a sheet that updates so many tickets, one row in a hundred of them bad, on a server
 * with the embedded database.
 *
 * Time never fails. What does: a good row that did not arrive or arrived twice, a bad one that is not explained.
 */
const ROWS = Number(process.argv[2] ?? 100_000);
const BAD_EVERY = 100;
const TOKEN = 'token-of-the-bench';

interface Running {
  readonly url: string;
  /** Megabytes that the server holds now, and the most it held. */
  readonly memory: () => { readonly now: number; readonly most: number };
}

async function main(): Promise<boolean> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-sheets-'));
  const halo = await startSandboxHalo({ seed: { tickets: ROWS }, rateLimit: false });
  try {
    const server = await startServer(path.join(folder, 'data'));
    const api = remoteApi(server.url, TOKEN);
    await api.request('POST', '/documents/apply', { documents: [{ source: 'bench', document: clientOf(halo) }] });
    const sheet = path.join(folder, 'sheet.csv');
    await writeSheet(halo, sheet);
    const before = server.memory();
    say(`The server holds ${before.now} MB before the sheet`);
    const start = performance.now();
    const out = path.join(folder, 'result.csv');
    const options = {
      client: 'halo',
      entity: 'tickets',
      column: [],
      create: false,
      clearEmpty: false,
      plan: false,
      out,
    };
    const progress = { show: () => undefined, end: () => undefined };
    await updateFromSheet(api, sheet, options, { print: say, progress });
    const seconds = (performance.now() - start) / 1000;
    say(
      `${ROWS} rows in ${seconds.toFixed(0)} s (${Math.round(ROWS / seconds)} rows/s), ${server.memory().most} MB held at most`,
    );
    return await check(halo, out);
  } finally {
    await endAllProcesses();
    await halo.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function clientOf({ url, clientId, clientSecret }: SandboxHalo): object {
  const parameters = { baseUri: url, clientId, clientSecret };
  const spec = {
    connector: 'haloitsm',
    authentication: 'client-credentials',
    parameters,
    limits: [{ concurrency: 8 }],
  };
  return { kind: 'client', identifier: 'halo', spec };
}

async function startServer(data: string): Promise<Running> {
  const bin = path.resolve('bin/sluice.js');
  const child = spawn(process.execPath, [bin, 'start'], {
    env: {
      ...{ PATH: process.env['PATH'] ?? '', SLUICE_DATA: data, PORT: '0', SLUICE_TOKEN: TOKEN },
      ...{ SLUICE_ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8', SLUICE_LOG_LEVEL: 'info' },
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  watchProcess(child, 'SIGTERM');
  let most = 0;
  const read = (): number => {
    const [, kilobytes = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid ?? 0}/status`, 'utf8')) ?? [];
    return Math.round(Number(kilobytes) / 1024);
  };
  const sampling = setInterval(() => {
    most = Math.max(most, read());
  }, 500);
  child.once('exit', () => {
    clearInterval(sampling);
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
    if (url === undefined) continue;
    child.stdout.resume();
    return { url, memory: () => ({ now: read(), most }) };
  }
  throw new Error('The server did not start');
}

/** Every hundredth row is bad: an unknown ticket, a status that is no number, or no id. */
async function writeSheet(halo: SandboxHalo, file: string): Promise<void> {
  const bad = ['999999999,Nobody,1', '1,Bad,many', ',No id,1'];
  const lines = function* () {
    yield 'Id,Summary,Status Id\n';
    let index = 0;
    for (const { id } of halo.store.rows('tickets')) {
      index += 1;
      const isBad = index % BAD_EVERY === 0;
      yield `${isBad ? (bad[(index / BAD_EVERY) % bad.length] ?? '') : `${Number(id)},Changed ${index},2`}\n`;
    }
  };
  await pipeline(Readable.from(lines()), createWriteStream(file));
}

async function check(halo: SandboxHalo, out: string): Promise<boolean> {
  const changed = halo.store.rows('tickets').filter(({ summary }) => textOf(summary).startsWith('Changed ')).length;
  const updates = halo.counts.entities['tickets']?.updated ?? 0;
  const counts = { done: 0, explained: 0, other: 0 };
  for await (const line of createInterface({ input: createReadStream(out) })) {
    if (/,done,\d+,\s*$/.test(line)) counts.done += 1;
    else if (/,failed,.*\[ERR_/.test(line)) counts.explained += 1;
    else counts.other += 1;
  }
  const bad = Math.floor(ROWS / BAD_EVERY);
  const good = ROWS - bad;
  say(
    `${changed} tickets changed by ${updates} updates; the sheet tells ${counts.done} done, ${counts.explained} explained`,
  );
  const isRight = changed === good && updates === good && counts.done === good && counts.explained === bad;
  return isRight && counts.other === 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().then(
  (isRight) => {
    if (!isRight) say('WRONG: see above');
    process.exitCode = isRight ? 0 : 1;
  },
  async (error: unknown) => {
    await endAllProcesses();
    throw error;
  },
);
