import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import { startPostgres, startRedis } from '../../scripts/servers.ts';

const started: ChildProcess[] = [];

/** Throw-away data: what the tests prove is that our commits are asked for, not that this disk keeps them. */
const POSTGRES_SETTINGS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'];

/**
 * Starts a Postgres and a Redis of our own for the tests, on free ports, with all data below `folder`.
 *
 * Their addresses are left in SLUICE_TEST_DATABASE_URL and SLUICE_TEST_REDIS_URL. Where a server is not installed the
 * variable stays unset: suites then say that they skip, and in CI that is a failure.
 */
export async function startServices(folder: string): Promise<void> {
  const [postgres, redis] = await Promise.all([
    startPostgres(path.join(folder, 'postgres'), POSTGRES_SETTINGS),
    startRedis(path.join(folder, 'redis'), ['appendonly no']),
  ]);
  for (const server of [postgres, redis]) if (server) started.push(server.process);
  if (postgres) process.env['SLUICE_TEST_DATABASE_URL'] = postgres.url;
  if (redis) process.env['SLUICE_TEST_REDIS_URL'] = redis.url;
}

/** Ends what was started, by its id. */
export async function stopServices(): Promise<void> {
  await Promise.all(
    started.splice(0).map(
      (child) =>
        new Promise<void>((resolve) => {
          if (child.exitCode !== null) {
            resolve();
            return;
          }
          child.once('exit', () => {
            resolve();
          });
          child.kill('SIGINT');
          setTimeout(() => child.kill('SIGKILL'), 5000).unref();
        }),
    ),
  );
}
