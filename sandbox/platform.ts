import { mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { stopOnSignals } from '../src/cli/commands/start.ts';
import { createLog, serve, type Serving } from '../src/cli/serve.ts';
import { readSettings } from '../src/server/settings.ts';

/** Makes a folder anew, relative to where the command is typed. */
export function freshFolder(name: string): string {
  const folder = path.resolve(name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

/**
 * Starts Sluice on the embedded engines with its data in a folder, allowed to call systems on this machine.
 *
 * @param close What is closed with it, when a signal stops it.
 */
export async function startPlatform(folder: string, close: () => Promise<void>): Promise<Serving> {
  const settings = readSettings({
    ...process.env,
    SLUICE_DATA: folder,
    SLUICE_ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8',
    SLUICE_LOG_LEVEL: process.env['SLUICE_LOG_LEVEL'] ?? 'warn',
  });
  const serving = await serve(
    { ...settings, databaseUrl: undefined, redisUrl: undefined },
    {
      role: 'all',
      log: createLog(settings.logLevel, 'stderr'),
      host: settings.host,
      port: await usablePort(settings.port),
    },
  );
  stopOnSignals(serving, close);
  return serving;
}

/** The usual port where it is free, else any. */
async function usablePort(wanted: number): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => {
      resolve(0);
    });
    probe.listen(wanted, '127.0.0.1', () => {
      probe.close(() => {
        resolve(wanted);
      });
    });
  });
}

/** A line of its own. */
export function say(text: string): void {
  process.stdout.write(`\n${text}\n`);
}

/** Lines below it. */
export function tell(lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`   ${line}\n`);
}
