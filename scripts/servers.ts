import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import path from 'node:path';

/** A server that was started for a test or a measurement. The caller ends its process. */
export interface StartedServer {
  readonly url: string;
  readonly process: ChildProcess;
}

const STARTING_MS = 20_000;

/**
 * Starts a Postgres on a free port, with its data in `folder`, new or as an earlier one left it; as root under the account "postgres", because it refuses
 * to run as root.
 *
 * @param settings Further settings, as `name=value`.
 * @returns undefined where none is installed.
 */
export async function startPostgres(folder: string, settings: readonly string[]): Promise<StartedServer | undefined> {
  const bin = postgresBin();
  const isRoot = process.getuid?.() === 0;
  const account = isRoot ? accountOf('postgres') : undefined;
  if (bin === undefined || (isRoot && !account)) return undefined;
  mkdirSync(folder, { recursive: true });
  if (account) {
    chownSync(folder, account.uid, account.gid);
    chmodSync(path.dirname(folder), 0o755);
  }
  const options = { cwd: folder, stdio: 'ignore' as const, ...account };
  const data = path.join(folder, 'data');
  if (!existsSync(data)) {
    execFileSync(path.join(bin, 'initdb'), ['-D', data, '-U', 'sluice', '-A', 'trust', '-E', 'UTF8'], options);
  }
  const port = await freePort();
  const all = ['listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, ...settings];
  const args = ['-D', data, '-p', String(port), ...all.flatMap((setting) => ['-c', setting])];
  const server = spawn(path.join(bin, 'postgres'), args, options);
  await untilListening(port);
  return { url: `postgres://sluice@127.0.0.1:${port}/postgres`, process: server };
}

/**
 * Starts a Redis on a free port, with its data in `folder`.
 *
 * @param settings Further lines of its configuration.
 * @param ownPort In place of a free one, for a server that is started again.
 * @returns undefined where none is installed.
 */
export async function startRedis(
  folder: string,
  settings: readonly string[],
  ownPort?: number,
): Promise<StartedServer | undefined> {
  const places = ['/usr/bin/redis-server', '/usr/local/bin/redis-server', '/opt/homebrew/bin/redis-server'];
  const binary = places.find(existsSync);
  if (binary === undefined) return undefined;
  mkdirSync(folder, { recursive: true });
  const port = ownPort ?? (await freePort());
  const config = path.join(folder, 'redis.conf');
  writeFileSync(config, `${[`port ${port}`, 'bind 127.0.0.1', 'save ""', `dir ${folder}`, ...settings].join('\n')}\n`);
  const server = spawn(binary, [config], { stdio: 'ignore' });
  await untilListening(port);
  return { url: `redis://127.0.0.1:${port}`, process: server };
}

/** Debian keeps the server's programs out of PATH, one folder for each version. */
function postgresBin(): string | undefined {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => path.join(root, version, 'bin')),
    '/usr/local/bin',
    '/opt/homebrew/bin',
  ];
  return folders.find((folder) => existsSync(path.join(folder, 'initdb')));
}

function accountOf(name: string): { uid: number; gid: number } | undefined {
  try {
    const idOf = (flag: string): number =>
      Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }));
    return { uid: idOf('-u'), gid: idOf('-g') };
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
  const deadline = Date.now() + STARTING_MS;
  while (!(await isListening(port))) {
    if (Date.now() > deadline) throw new Error(`Nothing listens on port ${port} after ${STARTING_MS / 1000} s`);
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
