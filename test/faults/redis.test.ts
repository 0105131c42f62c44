import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { type SandboxHalo, startSandboxHalo } from '../../sandbox/halo/server.ts';
import { startRedis } from '../../scripts/servers.ts';
import { buildApp } from '../../src/server/app.ts';
import { ticketsToAssets } from '../support/documents.ts';
import { describeEngines, type EngineEnvironment } from '../support/engines.ts';
import { type TestPlatform, until, withPlatformOn } from '../support/with-platform.ts';

const TICKETS = 40;

/** A Redis of this test alone, on a port that stays the same while it is stopped and started. */
class OwnRedis {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'sluice-redis-'));
  port = 0;
  #process: ChildProcess | undefined;

  async start(settings: readonly string[] = []): Promise<void> {
    const own = this.port === 0 ? undefined : this.port;
    const started = await startRedis(this.folder, ['appendonly yes', ...settings], own);
    if (!started) throw new Error('Redis is not installed');
    this.#process = started.process;
    this.port ||= Number(new URL(started.url).port);
    await until(() => this.cli('ping') === 'PONG');
  }

  cli(...args: string[]): string {
    try {
      const words = ['-p', String(this.port), ...args];
      return execFileSync('redis-cli', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    } catch {
      return '';
    }
  }

  async stop(): Promise<void> {
    await end(this.#process);
    this.#process = undefined;
  }

  async dispose(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => {
        resolve(port);
      });
    });
  });
}

describeEngines('Redis', ['postgres and redis'], (engine) => {
  /** A platform whose queue is at `url`, and a sandbox that is both ends of a route. */
  async function withQueueAt(
    url: string,
    use: (platform: TestPlatform, halos: { source: SandboxHalo; target: SandboxHalo }) => Promise<void>,
  ): Promise<void> {
    const environment: EngineEnvironment = await engine.create();
    const source = await startSandboxHalo({ seed: { tickets: TICKETS }, rateLimit: false });
    const target = await startSandboxHalo({ seed: {}, rateLimit: false });
    try {
      const variables = { ...environment.variables, REDIS_URL: url };
      await withPlatformOn({ ...environment, variables }, async (platform) => {
        await platform.apply(ticketsToAssets(source, target));
        await use(platform, { source, target });
      });
    } finally {
      await Promise.all([source.close(), target.close()]);
      await environment.dispose();
    }
  }

  test('that is absent at the start and away later: the API says so, and work goes on by itself', async () => {
    const redis = new OwnRedis();
    redis.port = await freePort();
    try {
      await withQueueAt(`redis://127.0.0.1:${redis.port}`, async ({ platform, start, end: atRest }) => {
        const app = await buildApp(platform);
        const ready = async () => (await app.inject({ url: '/readyz' })).statusCode;
        expect(await ready()).toBe(503);
        const run = await start('tickets');
        await redis.start();
        expect((await atRest(run)).tasks).toMatchObject({ finished: TICKETS });
        expect(await ready()).toBe(200);
        await redis.stop();
        await until(async () => (await ready()) === 503);
        const answer = await app.inject({ url: '/readyz' });
        expect(answer.json()).toMatchObject({ details: { status: 'degraded', database: 'ok', queue: 'no answer' } });
        const second = await start('tickets', 'full');
        await redis.start();
        expect(await atRest(second)).toMatchObject({ status: 'succeeded', received: TICKETS });
        await app.close();
      });
    } finally {
      await redis.dispose();
    }
  });

  test('that may throw jobs away is named', async () => {
    const redis = new OwnRedis();
    await redis.start(['maxmemory 100mb', 'maxmemory-policy allkeys-lru']);
    try {
      await withQueueAt(`valkey://127.0.0.1:${redis.port}`, async ({ platform }) => {
        await until(async () => (await platform.backend.ping().catch(() => undefined)) !== undefined);
        const app = await buildApp(platform);
        const { queue, status } = (await app.inject({ url: '/readyz' })).json<{ queue: string; status: string }>();
        expect(status).toBe('degraded');
        expect(queue).toContain('noeviction');
        await app.close();
      });
    } finally {
      await redis.dispose();
    }
  });

  test('behind a sentinel', async () => {
    const redis = new OwnRedis();
    await redis.start();
    const port = await freePort();
    const config = path.join(redis.folder, 'sentinel.conf');
    writeFileSync(
      config,
      `port ${port}\nbind 127.0.0.1\ndir ${redis.folder}\nsentinel monitor main 127.0.0.1 ${redis.port} 1\n`,
    );
    const sentinel = spawn('redis-server', [config, '--sentinel'], { stdio: 'ignore' });
    try {
      await withQueueAt(`redis+sentinel://127.0.0.1:${port}/main`, async ({ run }) => {
        expect((await run('tickets')).tasks).toMatchObject({ finished: TICKETS });
      });
      expect(redis.cli('dbsize')).not.toBe('0');
    } finally {
      await end(sentinel);
      await redis.dispose();
    }
  });

  test('as a cluster', async () => {
    const redis = new OwnRedis();
    await redis.start(['cluster-enabled yes', 'cluster-announce-ip 127.0.0.1']);
    try {
      redis.cli('cluster', 'addslotsrange', '0', '16383');
      await until(() => redis.cli('cluster', 'info').includes('cluster_state:ok'));
      await withQueueAt(`redis+cluster://127.0.0.1:${redis.port}`, async ({ run }) => {
        expect((await run('tickets')).tasks).toMatchObject({ finished: TICKETS });
      });
    } finally {
      await redis.dispose();
    }
  });
});
