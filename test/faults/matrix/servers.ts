import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startPostgres, startRedis, type StartedServer } from '../../../scripts/servers.ts';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';

/** A Redis or Postgres that may be killed and come back; its address, that of a proxy, stays. */
export class FragileServer {
  readonly url: string;
  readonly proxy: FaultProxy;
  readonly folder: string;
  readonly #start: (folder: string) => Promise<StartedServer | undefined>;
  #server: StartedServer;

  private constructor(
    server: StartedServer,
    proxy: FaultProxy,
    folder: string,
    start: (folder: string) => Promise<StartedServer | undefined>,
  ) {
    this.#server = server;
    this.proxy = proxy;
    this.url = proxy.through(server.url);
    this.folder = folder;
    this.#start = start;
  }

  static redis(folder = newFolder()): Promise<FragileServer> {
    const settings = [
      'appendonly yes',
      'appendfsync everysec',
      'enable-debug-command local',
      'maxmemory-policy noeviction',
    ];
    return FragileServer.open(folder, (place) => startRedis(path.join(place, 'redis'), settings));
  }

  static postgres(folder = newFolder(), settings: readonly string[] = []): Promise<FragileServer> {
    const all = ['max_connections=100', 'fsync=off', ...settings];
    return FragileServer.open(folder, (place) => startPostgres(path.join(place, 'postgres'), all));
  }

  private static async open(
    folder: string,
    start: (folder: string) => Promise<StartedServer | undefined>,
  ): Promise<FragileServer> {
    const server = await start(folder);
    if (!server) throw new Error('The server is not installed');
    return new FragileServer(server, await startFaultProxy(server.url), folder, start);
  }

  /** Its own address, past the proxy: for what the test itself wants from it. */
  get directUrl(): string {
    return this.#server.url;
  }

  get isRunning(): boolean {
    return this.#server.process.exitCode === null && this.#server.process.signalCode === null;
  }

  /** SIGKILL, and whatever it had in memory is gone. Postgres: its children go as well. */
  async kill(): Promise<void> {
    this.proxy.set({ kind: 'refuse' });
    await end(this.#server.process, 'SIGKILL');
  }

  /** Starts it again on what it left behind, on any port; the proxy leads there. */
  async restart(): Promise<void> {
    this.#server = (await this.#startAgain()) ?? this.#server;
    this.proxy.retarget(this.#server.url);
    this.proxy.set({ kind: 'open' });
  }

  async close(): Promise<void> {
    await this.proxy.close();
    await end(this.#server.process, 'SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Postgres refuses while children of the killed one still have its memory. */
  async #startAgain(): Promise<StartedServer | undefined> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#start(this.folder);
      } catch (error) {
        if (attempt === 2) throw error;
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
  }
}

function newFolder(): string {
  return mkdtempSync(path.join(tmpdir(), 'sluice-fragile-'));
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
}
