import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { describe } from '@jest/globals';
import { Redis } from 'ioredis';
import pg from 'pg';
import { copyTemplate, TEMPLATES } from './templates.ts';

/** Environment of a platform on fresh, empty engines. */
export interface EngineEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  /** Removes what was made for it. */
  readonly dispose: () => Promise<void>;
}

export interface Engine {
  readonly name: 'embedded' | 'postgres' | 'postgres and redis';
  /** Undefined where it can run; else why not. */
  readonly missing: string | undefined;
  create(): Promise<EngineEnvironment>;
}

const server = process.env['SLUICE_TEST_DATABASE_URL'];
const redis = process.env['SLUICE_TEST_REDIS_URL'];
const noPostgres = server === undefined ? 'no Postgres server is installed' : undefined;
const noRedis = redis === undefined ? 'no Redis server is installed' : undefined;

/** The engines that the platform runs on. */
export const ENGINES: readonly Engine[] = [
  { name: 'embedded', missing: undefined, create: embedded },
  { name: 'postgres', missing: noPostgres, create: () => onServers(false) },
  { name: 'postgres and redis', missing: noPostgres ?? noRedis, create: () => onServers(true) },
];

/**
 * Runs a suite on each engine. One that is not installed is skipped with its reason printed; in CI that is a failure.
 */
export function describeEngines(
  title: string,
  names: readonly Engine['name'][],
  suite: (engine: Engine) => void,
): void {
  for (const engine of ENGINES.filter((each) => names.includes(each.name))) {
    if (engine.missing === undefined) {
      describe(`${title} (${engine.name})`, () => {
        suite(engine);
      });
      continue;
    }
    if (process.env['CI'] !== undefined) throw new Error(`${title} must run on ${engine.name}, but ${engine.missing}`);
    console.warn(`Skipped: ${title} on ${engine.name}, because ${engine.missing}`);
    describe.skip(`${title} (${engine.name})`, () => {
      suite(engine);
    });
  }
}

const COMMON = {
  SLUICE_KEY: 'a master key for tests only, not secret',
  SLUICE_TOKEN: 'token-for-tests',
  SLUICE_ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8',
  // A system that was away is asked again after 0.1 s in place of three.
  SLUICE_PROBE: '1s',
  SLUICE_LOG_LEVEL: process.env['SLUICE_TEST_LOG'] ?? 'silent',
};

function embedded(): Promise<EngineEnvironment> {
  const folder = copyTemplate('sluice-data-');
  return Promise.resolve({
    variables: { ...COMMON, SLUICE_DATA: folder },
    dispose: () => {
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  });
}

async function onServers(withRedis: boolean): Promise<EngineEnvironment> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administer(`CREATE DATABASE ${name} TEMPLATE ${withRedis ? TEMPLATES.tables : TEMPLATES.queue}`);
  const url = new URL(server ?? '');
  url.pathname = `/${name}`;
  return {
    variables: {
      ...COMMON,
      DATABASE_URL: url.href,
      ...(withRedis && { REDIS_URL: redis ?? '', SLUICE_QUEUE_PREFIX: name }),
    },
    dispose: async () => {
      await administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      if (withRedis) await removeKeys(name);
    },
  };
}

async function administer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Removes every key below a prefix: what FLUSHALL does, without touching tests that run beside. */
export async function removeKeys(prefix: string): Promise<void> {
  const client = new Redis(redis ?? '');
  try {
    const keys = await client.keys(`${prefix}:*`);
    if (keys.length > 0) await client.del(...keys);
  } finally {
    client.disconnect();
  }
}
