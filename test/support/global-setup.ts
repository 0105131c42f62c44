import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startServices, stopServices } from './services.ts';
import { makeEmbeddedTemplate, makePostgresTemplates } from './templates.ts';

/** Where Linux keeps files in memory. */
const MEMORY = '/dev/shm';
const ROOM_BYTES = 4 * 1024 ** 3;

/** Builds once for tests that start real processes, and starts the servers that are installed. */
export default async function globalSetup(): Promise<void> {
  if (process.env['SLUICE_TEST_SKIP_BUILD'] !== '1' || !existsSync('dist/app')) {
    node('node_modules/rolldown/bin/cli.mjs', '--config');
    node('dist/app/write-validators.js');
  }
  if (hasRoomInMemory()) process.env['TMPDIR'] = MEMORY;
  process.env['SLUICE_TEST_FOLDER'] = mkdtempSync(path.join(tmpdir(), 'sluice-test-'));
  const parts = await Promise.allSettled([
    makeEmbeddedTemplate(path.join(process.env['SLUICE_TEST_FOLDER'], 'template')),
    startServices(process.env['SLUICE_TEST_FOLDER']).then(postgresTemplates),
  ]);
  const failed = parts.find((part) => part.status === 'rejected');
  if (failed === undefined) return;
  // Without a finished set-up there is no teardown.
  await stopServices();
  throw failed.reason;
}

async function postgresTemplates(): Promise<void> {
  const server = process.env['SLUICE_TEST_DATABASE_URL'];
  if (server !== undefined) await makePostgresTemplates(server);
}

/** Types are checked by `npm run typecheck`; here it has to be quick. */
function node(...args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error('The build failed, see above');
}

/** Hundreds of databases are copied and thrown away: on a disk that takes longer than what is done with most of them. */
function hasRoomInMemory(): boolean {
  if (!existsSync(MEMORY)) return false;
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize > ROOM_BYTES;
}
