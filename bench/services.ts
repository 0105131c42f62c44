import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { watchProcess } from './processes.ts';

/** Addresses of the servers that are measured on. */
export interface Services {
  readonly databaseUrl: string;
  readonly redisUrl: string;
}

/** A database and a part of Redis for one case. */
export interface Place {
  readonly environment: Readonly<Record<string, string>>;
  drop(): Promise<void>;
}

/**
 * Finds a Postgres and a Redis: those of DATABASE_URL and REDIS_URL, else servers of our own on free ports, with all
 * data below `folder`. These keep what they are given as a careful owner would have it: Postgres with its defaults,
 * so each commit waits for the disk, Redis with its log written every second.
 *
 * @returns A sentence where a server is neither given nor installed.
 */
export async function openServices(folder: string): Promise<Services | string> {
  const databaseUrl = process.env['DATABASE_URL'] ?? (await startPostgres(path.join(folder, 'postgres')));
  if (databaseUrl === undefined) return 'DATABASE_URL is not set and no Postgres is installed that could be started';
  const redisUrl = process.env['REDIS_URL'] ?? (await startRedis(path.join(folder, 'redis')));
  if (redisUrl === undefined) return 'REDIS_URL is not set and no Redis is installed that could be started';
  return { databaseUrl, redisUrl };
}

/** Makes an empty database, and a prefix that no other queue has. */
export async function createPlace({ databaseUrl, redisUrl }: Services): Promise<Place> {
  const name = `sluice_bench_${randomBytes(6).toString('hex')}`;
  await administer(databaseUrl, `CREATE DATABASE ${name}`);
  const url = new URL(databaseUrl);
  url.pathname = `/${name}`;
  return {
    environment: { DATABASE_URL: url.href, REDIS_URL: redisUrl, SLUICE_QUEUE_PREFIX: name },
    async drop() {
      await administer(databaseUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await deleteKeys(redisUrl, `${name}:*`);
    },
  };
}

async function administer(databaseUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

async function deleteKeys(redisUrl: string, pattern: string): Promise<void> {
  const redis = new Redis(redisUrl);
  try {
    for await (const keys of redis.scanStream({ match: pattern, count: 1000 })) {
      const found = keys as string[];
      if (found.length > 0) await redis.unlink(found);
    }
  } finally {
    redis.disconnect();
  }
}

async function startPostgres(folder: string): Promise<string | undefined> {
  const bin = postgresBin();
  if (bin === undefined) return undefined;
  const isRoot = process.getuid?.() === 0;
  const account = isRoot ? accountOf('postgres') : undefined;
  // Postgres refuses to run as root.
  if (isRoot && !account) return undefined;
  mkdirSync(folder, { recursive: true });
  if (account) {
    chownSync(folder, account.uid, account.gid);
    chmodSync(path.dirname(folder), 0o755);
  }
  const options = { cwd: folder, stdio: 'ignore' as const, ...account };
  const data = path.join(folder, 'data');
  execFileSync(path.join(bin, 'initdb'), ['-D', data, '-U', 'sluice', '-A', 'trust', '-E', 'UTF8'], options);
  const port = await freePort();
  const settings = ['-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${folder}`];
  const server = spawn(path.join(bin, 'postgres'), ['-D', data, '-p', String(port), ...settings], options);
  // SIGINT ends its connections; SIGTERM would wait for them.
  watchProcess(server, 'SIGINT');
  await untilListening(port);
  return `postgres://sluice@127.0.0.1:${port}/postgres`;
}

async function startRedis(folder: string): Promise<string | undefined> {
  const binary = ['/usr/bin/redis-server', '/usr/local/bin/redis-server', '/opt/homebrew/bin/redis-server'].find(
    existsSync,
  );
  if (binary === undefined) return undefined;
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const config = path.join(folder, 'redis.conf');
  const settings = [
    `port ${port}`,
    'bind 127.0.0.1',
    'save ""',
    'appendonly yes',
    'appendfsync everysec',
    `dir ${folder}`,
  ];
  writeFileSync(config, `${settings.join('\n')}\n`);
  watchProcess(spawn(binary, [config], { stdio: 'ignore' }), 'SIGTERM');
  await untilListening(port);
  return `redis://127.0.0.1:${port}`;
}

/** Debian keeps the server's programs out of PATH, one folder for each version. */
function postgresBin(): string | undefined {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  return [...versions.map((version) => path.join(root, version, 'bin')), '/usr/local/bin', '/opt/homebrew/bin'].find(
    (folder) => existsSync(path.join(folder, 'initdb')),
  );
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
        else reject(new Error('no free port'));
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
