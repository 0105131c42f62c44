import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { startPostgres, startRedis } from '../scripts/servers.ts';
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
  const databaseUrl = process.env['DATABASE_URL'] ?? (await ownPostgres(path.join(folder, 'postgres')));
  if (databaseUrl === undefined) return 'DATABASE_URL is not set and no Postgres is installed that could be started';
  const redisUrl = process.env['REDIS_URL'] ?? (await ownRedis(path.join(folder, 'redis')));
  if (redisUrl === undefined) return 'REDIS_URL is not set and no Redis is installed that could be started';
  return { databaseUrl, redisUrl };
}

/**
 * Makes an empty database, and a prefix that no other queue has.
 *
 * @param isDurable Whether each commit waits for the disk; without it the last commits before a power cut are lost.
 */
export async function createPlace({ databaseUrl, redisUrl }: Services, isDurable = true): Promise<Place> {
  const name = `sluice_bench_${randomBytes(6).toString('hex')}`;
  await administer(databaseUrl, `CREATE DATABASE ${name}`);
  if (!isDurable) await administer(databaseUrl, `ALTER DATABASE ${name} SET synchronous_commit = off`);
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

async function ownPostgres(folder: string): Promise<string | undefined> {
  const server = await startPostgres(folder, []);
  // SIGINT ends its connections; SIGTERM would wait for them.
  if (server) watchProcess(server.process, 'SIGINT');
  return server?.url;
}

async function ownRedis(folder: string): Promise<string | undefined> {
  const server = await startRedis(folder, ['appendonly yes', 'appendfsync everysec']);
  if (server) watchProcess(server.process, 'SIGTERM');
  return server?.url;
}
