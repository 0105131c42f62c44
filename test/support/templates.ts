import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';

/** Databases that are made once and copied by every test: migrating a new one takes a second of processor time. */

/** Name of the Postgres database that tests copy: it has our tables, and with the second name the queue's as well. */
export const TEMPLATES = { tables: 'template_tables', queue: 'template_queue' } as const;

/** Folders of databases that nobody connects to, `template1` and `template0`: half of all files that would be copied. */
const UNUSED = ['base/1', 'base/4'];

/** What Postgres answers while it starts. */
const STARTING_UP = '57P03';

/** An embedded database with all tables; its folder is left in SLUICE_TEST_TEMPLATE. */
export async function makeEmbeddedTemplate(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const database = path.join(folder, 'postgres');
  await makeTables(database, true);
  for (const name of UNUSED) rmSync(path.join(database, name), { recursive: true });
  process.env['SLUICE_TEST_TEMPLATE'] = folder;
}

/** A new data folder with a copy of the embedded template; answers its path. */
export function copyTemplate(prefix: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), prefix));
  const template = process.env['SLUICE_TEST_TEMPLATE'];
  if (template === undefined) return folder;
  // The command takes a third of the processor time of Node's own copying.
  const { status } = spawnSync('cp', ['-R', `${template}/.`, folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error('The template database could not be copied, see above');
  return folder;
}

/** The databases of TEMPLATES, on the server that was started for the tests. */
export async function makePostgresTemplates(server: string): Promise<void> {
  const urlOf = (name: string): string => Object.assign(new URL(server), { pathname: `/${name}` }).href;
  const client = await connectPatiently(server);
  try {
    await client.query(`CREATE DATABASE ${TEMPLATES.tables}`);
    await makeTables(urlOf(TEMPLATES.tables), false);
    await client.query(`CREATE DATABASE ${TEMPLATES.queue} TEMPLATE ${TEMPLATES.tables}`);
    await makeTables(urlOf(TEMPLATES.queue), true);
  } finally {
    await client.end();
  }
}

/** A server listens a moment before it takes connections. */
async function connectPatiently(server: string): Promise<pg.Client> {
  for (;;) {
    const client = new pg.Client({ connectionString: server });
    try {
      await client.connect();
      return client;
    } catch (error) {
      if ((error as { code?: string }).code !== STARTING_UP) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function makeTables(place: string, withQueue: boolean): Promise<void> {
  const store = pathToFileURL(path.resolve('dist/app/store.js')).href;
  const script = `const { makeTables } = await import(${JSON.stringify(store)});
    await makeTables(${JSON.stringify(place)}, ${withQueue});`;
  const making = spawn(process.execPath, ['--liftoff-only', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(making, 'exit')) as [number | null];
  if (code !== 0) throw new Error('A template database could not be made, see above');
}
