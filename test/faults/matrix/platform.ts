import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ENGINES, type Engine } from '../../support/engines.ts';
import { writeLabConnector } from '../../support/lab/connector.ts';
import { type SluiceProcess, startSluice } from '../../support/processes.ts';
import { IS_LONG } from './rows.ts';

/** Secrets that must never be seen outside. */
export const CANARIES = {
  key: 'canary-key-5f2c9a',
  clientSecret: 'canary-client-secret-81b7d0',
  masterKey: 'canary-master-key-44e1f6',
  token: 'canary-admin-token-c07a35',
} as const;

export type Role = 'all' | 'api' | 'worker';

/** Real Sluice processes on engines of their own. */
export class MatrixPlatform {
  readonly variables: Readonly<Record<string, string>>;
  /** Processes that were started and not killed by a test. */
  readonly running = new Set<SluiceProcess>();
  readonly #all: SluiceProcess[] = [];
  readonly #dispose: () => Promise<void>;

  constructor(variables: Readonly<Record<string, string>>, dispose: () => Promise<void>) {
    this.variables = variables;
    this.#dispose = dispose;
  }

  /** Starts a process; `changes` are variables of its own. */
  async start(role: Role, changes: Readonly<Record<string, string>> = {}): Promise<SluiceProcess> {
    const started = await startSluice({ ...this.variables, ...changes }, role);
    this.running.add(started);
    this.#all.push(started);
    return started;
  }

  async kill(process: SluiceProcess): Promise<void> {
    this.running.delete(process);
    await process.kill();
  }

  /** SIGTERM; answers the exit code. */
  async stop(process: SluiceProcess): Promise<number | null> {
    this.running.delete(process);
    return process.stop();
  }

  /** Asks the first process that has an API; while none answers, it is asked again. */
  async request<T>(method: string, route: string, body?: unknown): Promise<T> {
    const api = [...this.running].find((each) => each.url !== '');
    if (!api) throw new Error('No process with an API runs');
    return api.request<T>(method, route, body);
  }

  /** What all processes have written, also those that are gone. */
  logs(): string {
    return this.#all.map((each) => each.log()).join('');
  }

  async close(): Promise<void> {
    for (const each of this.#all) each.signal('SIGCONT');
    await Promise.all(this.#all.map((each) => each.kill()));
    await this.#dispose();
  }
}

/** A platform on fresh engines, nothing started; `changes` replace its variables. */
export async function openMatrixPlatform(
  name: Engine['name'],
  changes: Readonly<Record<string, string>> = {},
): Promise<MatrixPlatform> {
  const engine = ENGINES.find((each) => each.name === name);
  if (!engine) throw new Error(`No engine ${name}`);
  const environment = await engine.create();
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-lab-'));
  writeLabConnector(folder);
  const variables = {
    ...environment.variables,
    SLUICE_KEY: CANARIES.masterKey,
    SLUICE_TOKEN: CANARIES.token,
    SLUICE_CONNECTORS: folder,
    ...(!IS_LONG && { SLUICE_LEASE: '5s' }),
    ...changes,
  };
  return new MatrixPlatform(variables, async () => {
    await environment.dispose();
    rmSync(folder, { recursive: true, force: true });
  });
}
