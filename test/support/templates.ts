import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';

/** Databases that are made once and copied by every test: migrating a new one takes a second of processor time. */

/** Name of the Postgres database that tests copy: it has our tables, and with the second name the queue's as well. */
export const TEMPLATES = { tables: 'template_tables', queue: 'template_queue' } as const;

/** An embedded database with all tables; its folder is left in SLUICE_TEST_TEMPLATE. */
export function makeEmbeddedTemplate(folder: string): void {
  mkdirSync(folder, { recursive: true });
  makeTables(path.join(folder, 'postgres'), true);
  process.env['SLUICE_TEST_TEMPLATE'] = folder;
}

/** A new data folder with a copy of the embedded template; answers its path. */
export function copyTemplate(prefix: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), prefix));
  const template = process.env['SLUICE_TEST_TEMPLATE'];
  if (template !== undefined) cpSync(template, folder, { recursive: true });
  return folder;
}

/** The databases of TEMPLATES, on the server that was started for the tests. */
export async function makePostgresTemplates(server: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    for (const name of Object.values(TEMPLATES)) {
      await client.query(`CREATE DATABASE ${name}`);
      const url = new URL(server);
      url.pathname = `/${name}`;
      makeTables(url.href, name === TEMPLATES.queue);
    }
  } finally {
    await client.end();
  }
}

function makeTables(place: string, withQueue: boolean): void {
  const store = pathToFileURL(path.resolve('dist/app/store.js')).href;
  const script = `const { makeTables } = await import(${JSON.stringify(store)});
    await makeTables(${JSON.stringify(place)}, ${withQueue});`;
  const made = spawnSync(process.execPath, ['--liftoff-only', '--input-type=module', '-e', script], {
    stdio: 'inherit',
  });
  if (made.status !== 0) throw new Error('A template database could not be made, see above');
}
