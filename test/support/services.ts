import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import path from 'node:path';

const started: ChildProcess[] = [];

/**
 * Starts a Postgres and a Redis of our own for the tests, on free ports, with all data below `folder`.
 *
 * Their addresses are left in SLUICE_TEST_DATABASE_URL and SLUICE_TEST_REDIS_URL. Where a server is not installed the
 * variable stays unset: suites then say that they skip, and in CI that is a failure.
 */
export async function startServices(folder: string): Promise<void> {
  await Promise.all([startPostgres(path.join(folder, 'postgres')), startRedis(path.join(folder, 'redis'))]);
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
          child.kill('SIGTERM');
          setTimeout(() => child.kill('SIGKILL'), 5000).unref();
        }),
    ),
  );
}

async function startPostgres(folder: string): Promise<void> {
  if (process.env['SLUICE_TEST_DATABASE_URL'] !== undefined) return;
  const bin = postgresBin();
  if (bin === undefined) return;
  const account = process.getuid?.() === 0 ? serviceAccount('postgres') : undefined;
  if (process.getuid?.() === 0 && !account) return;
  mkdirSync(folder, { recursive: true });
  if (account) {
    chownSync(folder, account.uid, account.gid);
    chmodSync(path.dirname(folder), 0o755);
  }
  const options = { cwd: folder, stdio: 'ignore' as const, ...account };
  const data = path.join(folder, 'data');
  execFileSync(
    path.join(bin, 'initdb'),
    ['-D', data, '-U', 'sluice', '-A', 'trust', '-E', 'UTF8', '--no-sync'],
    options,
  );
  const port = await freePort();
  // Throw-away data: what the tests prove is that our commits are asked for, not that this disk keeps them.
  const settings = [
    '-c',
    'fsync=off',
    '-c',
    'max_connections=200',
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    `unix_socket_directories=${folder}`,
  ];
  started.push(spawn(path.join(bin, 'postgres'), ['-D', data, '-p', String(port), ...settings], options));
  await untilListening(port);
  process.env['SLUICE_TEST_DATABASE_URL'] = `postgres://sluice@127.0.0.1:${port}/postgres`;
}

async function startRedis(folder: string): Promise<void> {
  if (process.env['SLUICE_TEST_REDIS_URL'] !== undefined) return;
  const binary = ['/usr/bin/redis-server', '/usr/local/bin/redis-server', '/opt/homebrew/bin/redis-server'].find(
    existsSync,
  );
  if (binary === undefined) return;
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const config = path.join(folder, 'redis.conf');
  writeFileSync(config, `port ${port}\nbind 127.0.0.1\nsave ""\nappendonly no\ndir ${folder}\n`);
  started.push(spawn(binary, [config], { stdio: 'ignore' }));
  await untilListening(port);
  process.env['SLUICE_TEST_REDIS_URL'] = `redis://127.0.0.1:${port}`;
}

/** Debian keeps the server's programs out of PATH, one folder for each version. */
function postgresBin(): string | undefined {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  return [...versions.map((version) => path.join(root, version, 'bin')), '/usr/local/bin', '/opt/homebrew/bin'].find(
    (folder) => existsSync(path.join(folder, 'initdb')),
  );
}

function serviceAccount(name: string): { uid: number; gid: number } | undefined {
  try {
    const [uid, gid] = ['-u', '-g'].map((flag) =>
      Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })),
    );
    return uid === undefined || gid === undefined ? undefined : { uid, gid };
  } catch {
    return undefined;
  }
}

/** A port that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === 'object' && address) resolve(address.port);
        else reject(new Error('no port'));
      });
    });
  });
}

async function untilListening(port: number): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await isListening(port))) {
    if (Date.now() > deadline) throw new Error(`Nothing listens on port ${port} after 20 s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
