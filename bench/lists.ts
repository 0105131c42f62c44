import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { buildApp } from '../src/server/app.ts';
import { openPlatform } from '../src/server/platform.ts';
import { readSettings } from '../src/server/settings.ts';
import { openPglite } from '../src/store/open-pglite.ts';

/**
 * `npm run bench:lists -- [tasks]`: how long a page of the list of tasks takes over HTTP, with so many tasks in the embedded
 * database. Time never fails.
 */
const TASKS = Number(process.argv[2] ?? 100_000);
const TOKEN = 'token-of-the-bench';
const ROUNDS = 30;

/** What the dashboard asks for. */
const PAGES = [
  'tasks?limit=200',
  `tasks?limit=200&cursor=${Buffer.from(`1:${Math.floor(TASKS / 2)}`).toString('base64url')}`,
  'tasks?limit=200&state=failed',
  'tasks?limit=200&route=route-3',
  'tasks?limit=200&key=4711',
  'tasks?limit=200&q=4711',
  'errors?limit=100',
  'status',
  'backlog',
];

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-lists-'));
  const database = await openPglite(path.join(folder, 'postgres'));
  const settings = readSettings({ SLUICE_DATA: folder, SLUICE_TOKEN: TOKEN });
  const platform = await openPlatform(settings, { role: 'all', log: pino({ level: 'silent' }), database });
  const app = await buildApp(platform);
  try {
    await database.query(
      `INSERT INTO task (route, incoming, run, key, state, cause, payload, created_at, updated_at)
       SELECT 'route-' || g % 5, 'in-' || g % 5, g / 100, g::text, CASE WHEN g % 20 = 0 THEN 'failed' ELSE 'finished' END,
         CASE WHEN g % 20 = 0 THEN lpad((g % 7)::text, 16, '0') END, '{}', g, g FROM generate_series(1, ${TASKS}) g`,
    );
    await database.query('ANALYZE');
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo;
    for (const page of PAGES) process.stdout.write(`${await measure(`http://127.0.0.1:${port}/api/v1/${page}`)}\n`);
  } finally {
    await app.close();
    await platform.close(1000);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(url: string): Promise<string> {
  const times: number[] = [];
  let status = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedAt = performance.now();
    const response = await fetch(url, { headers: { authorization: `Bearer ${TOKEN}` } });
    await response.arrayBuffer();
    status = response.status;
    times.push(performance.now() - startedAt);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): string => `${(times[Math.floor((times.length - 1) * share)] ?? 0).toFixed(1)} ms`;
  return `${status} ${new URL(url).pathname}${new URL(url).search}: median ${at(0.5)}, slowest ${at(1)}`;
}

await main();
