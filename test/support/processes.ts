import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A real Sluice process whose API listens. */
export interface SluiceProcess {
  readonly url: string;
  readonly pid: number;
  /** Everything it has written so far. */
  readonly log: () => string;
  request<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; answers the exit code. */
  stop(): Promise<number | null>;
  signal(name: NodeJS.Signals): void;
  /** Resolves with the exit code when it is gone; null after a signal. */
  exited(): Promise<number | null>;
}

const READY_MS = 180_000;

/**
 * Arguments before those of the command: processes that live for seconds do not earn back an optimised WebAssembly, and
 * run a small part of it, so that is checked by the function.
 */
export const SLUICE = ['--liftoff-only', '--wasm-lazy-validation', 'bin/sluice.js'] as const;

/**
 * Starts `sluice start` on a free port and waits until it is ready; a pure worker has no address.
 *
 * @param onSpawn Gets a way to kill it before it is ready.
 */
export async function startSluice(
  variables: Readonly<Record<string, string>>,
  role: 'all' | 'api' | 'worker' = 'all',
  onSpawn?: (kill: () => void) => void,
): Promise<SluiceProcess> {
  const child = spawn(process.execPath, [...SLUICE, 'start', '--role', role], {
    env: { PATH: process.env['PATH'] ?? '', ...variables, PORT: '0', SLUICE_LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onSpawn?.(() => child.kill('SIGKILL'));
  const log = collectLog(child);
  const url = await readyUrl(child, log);
  const token = variables['SLUICE_TOKEN'] ?? '';
  return {
    url,
    pid: child.pid ?? 0,
    log,
    signal: (name) => child.kill(name),
    async exited() {
      await exited(child);
      return child.exitCode;
    },
    async request<T>(method: string, path: string, body?: unknown): Promise<T> {
      const answer = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const parsed = (await answer.json()) as T & { message?: string };
      if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${parsed.message ?? ''}`);
      return parsed;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited(child);
    },
    async stop() {
      child.kill('SIGTERM');
      await exited(child);
      return child.exitCode;
    },
  };
}

async function exited(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** Keeps what a process writes; the answer gives it. */
function collectLog(child: ChildProcess): () => string {
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  }
  return () => chunks.join('');
}

function readyUrl(child: ChildProcess, log: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`Sluice is not ready after ${READY_MS / 1000} s:\n${log()}`));
    }, READY_MS);
    const look = (): void => {
      const text = log();
      const url = /Sluice worker is ready/.test(text) ? '' : /ready at (http:\/\/[^"\s]+)/.exec(text)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      child.stdout?.off('data', look);
      resolve(url);
    };
    child.stdout?.on('data', look);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`Sluice ended with code ${code ?? 'none'}:\n${log()}`));
    });
  });
}
