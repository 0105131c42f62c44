import { spawn } from 'node:child_process';
import { endProcess, watchProcess } from './processes.ts';

const READY = /ready at (http:\/\/[^"\s]+)/;
const READY_WORKER = /Sluice worker is ready/;
const TOKEN = 'token-of-the-bench';

/** What a process does: all, the API alone, or the work alone. */
export type Role = 'all' | 'api' | 'worker';

/** A process that was started; a worker's address is ''. */
export interface StartedServer {
  readonly url: string;
  readonly pid: number;
  end(): Promise<void>;
}

/** A process as people start it; answers when it is ready. `nodeOptions` are for Node, e.g. to write a profile. */
export function startServer(
  environment: Readonly<Record<string, string>>,
  role: Role = 'all',
  nodeOptions: readonly string[] = [],
): Promise<StartedServer> {
  const child = spawn(process.execPath, [...nodeOptions, 'bin/sluice.js', 'start', '--role', role], {
    env: {
      ...{
        PATH: process.env['PATH'] ?? '',
        PORT: '0',
        SLUICE_TOKEN: TOKEN,
        SLUICE_KEY: 'a master key for the bench only',
      },
      ...{ SLUICE_ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8', SLUICE_LOG_LEVEL: 'info', ...environment },
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  watchProcess(child, 'SIGTERM');
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-10_000);
      const url = role === 'worker' ? READY_WORKER.exec(text) && '' : READY.exec(text)?.[1];
      if (typeof url === 'string') resolve({ url, pid: child.pid ?? 0, end: () => endProcess(child, 'SIGTERM') });
    });
    child.once('exit', () => {
      reject(new Error(`The server ended:\n${text}`));
    });
  });
}

/** Asks the API as the administrator. */
export async function askServer<T>(url: string, method: string, route: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${url}/api/v1${route}`, {
    method,
    headers: {
      authorization: `Bearer ${TOKEN}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${route} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** Applies documents. */
export async function applyDocuments(url: string, documents: readonly object[]): Promise<void> {
  const body = { documents: documents.map((document) => ({ source: 'bench', document })) };
  await askServer(url, 'POST', '/documents/apply', body);
}
