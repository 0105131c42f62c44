import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startServices, stopServices } from './services.ts';

/** Builds once for tests that start real processes, and starts the servers that are installed. */
export default async function globalSetup(): Promise<void> {
  if (process.env['SLUICE_TEST_SKIP_BUILD'] !== '1') {
    const build = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
      stdio: 'inherit',
    });
    if (build.status !== 0) throw new Error('The build failed, see above');
  }
  process.env['SLUICE_TEST_FOLDER'] = mkdtempSync(path.join(tmpdir(), 'sluice-test-'));
  await startServices(process.env['SLUICE_TEST_FOLDER']);
  try {
    makeTemplate(path.join(process.env['SLUICE_TEST_FOLDER'], 'template'));
  } catch (error) {
    // Without a finished set-up there is no teardown.
    await stopServices();
    throw error;
  }
}

/** An embedded database that tests copy: creating one from nothing takes seconds, copying it does not. */
function makeTemplate(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const script = `
    const { openPglite } = await import(${JSON.stringify(path.resolve('dist/src/store/open-pglite.js'))});
    const database = await openPglite(${JSON.stringify(path.join(folder, 'postgres'))});
    await database.close();`;
  const made = spawnSync(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
  if (made.status !== 0) throw new Error('The template database could not be made, see above');
  process.env['SLUICE_TEST_TEMPLATE'] = folder;
}
