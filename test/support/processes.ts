import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A real Sluice process whose API listens. */
export interface SluiceProcess {
  readonly url: string;
  readonly pid: number;
  request<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; answers the exit code. */
  stop(): Promise<number | null>;
}

const READY_MS = 60_000;

/** Starts `sluice start` on a free port and waits until it is ready; a pure worker has no address. */
export async function startSluice(
  variables: Readonly<Record<string, string>>,
  role: 'all' | 'api' | 'worker' = 'all',
): Promise<SluiceProcess> {
  const child = spawn(process.execPath, ['bin/sluice.js', 'start', '--role', role], {
    env: { PATH: process.env['PATH'] ?? '', ...variables, PORT: '0', SLUICE_LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = await readyUrl(child);
  const token = variables['SLUICE_TOKEN'] ?? '';
  return {
    url,
    pid: child.pid ?? 0,
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

function readyUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => {
      reject(new Error(`Sluice is not ready after ${READY_MS / 1000} s:\n${text}`));
    }, READY_MS);
    const look = (chunk: Buffer): void => {
      text += chunk.toString();
      const url = /Sluice worker is ready/.test(text) ? '' : /ready at (http:\/\/[^"\s]+)/.exec(text)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`Sluice ended with code ${code ?? 'none'}:\n${text}`));
    });
  });
}
