import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkClientSpec } from '../../src/connector/client-spec.ts';
import { type ConnectDeps, connectClient, type ConnectedClient } from '../../src/connector/connect.ts';
import { type Connector, loadConnector } from '../../src/connector/load.ts';
import type { ReadOptions } from '../../src/connector/read-operation.ts';
import type { CallArguments } from '../../src/connector/request.ts';
import { ConfigError } from '../../src/core/errors.ts';
import type { DataRecord } from '../../src/core/record.ts';
import { createMemoryCallBudget } from '../../src/http/memory-call-budget.ts';
import { createMemoryTokenStore } from '../../src/http/memory-token-store.ts';
import type { PageOfRows } from '../../src/http/read-pages.ts';
import { localGuard } from '../http/test-transport.ts';

export const signal = new AbortController().signal;

/** The smallest manifest of a system at an address that is filled in. */
export const BASE = {
  version: 1,
  name: 'made-up',
  title: 'Made-up',
  parameters: { baseUri: { title: 'Address', format: 'uri', required: true } },
  authentications: { none: { title: 'None', authenticator: { type: 'none' } } },
  baseUrl: '&{config.baseUri}',
};

/** Writes files of connectors into a folder that is removed afterwards; `files` by their path below it. */
export function withFiles<T>(files: Readonly<Record<string, unknown>>, use: (folder: string) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-connector-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    }
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Loads a made-up connector as its files would be. */
export function makeConnector(manifest: object, entities: Readonly<Record<string, object>>): Connector {
  const files = Object.fromEntries(
    Object.entries(entities).map(([name, entity]) => [
      `made-up/entities/${name}.json`,
      { name, title: name, ...entity },
    ]),
  );
  return withFiles({ 'made-up/connector.json': { ...BASE, ...manifest }, ...files }, (folder) =>
    loadConnector(path.join(folder, 'made-up')),
  );
}

/** Connects a client of a connector; nothing is sent before the first call. */
export function connect(
  connector: Connector,
  spec: { readonly parameters: object; readonly authentication?: string; readonly definition?: object },
  deps: Partial<ConnectDeps> = {},
): ConnectedClient {
  const source = { connector: connector.name, authentication: 'none', ...spec };
  const checked = checkClientSpec(new Map([[connector.name, connector]]), source);
  if (checked.problems.length > 0 || !('spec' in checked)) {
    throw new ConfigError(
      'ERR_INVALID',
      checked.problems.map(({ path: at, message }) => `${at}: ${message}`).join('; '),
    );
  }
  return connectClient(
    { identifier: 'made-up', connector: checked.connector, spec: checked.spec },
    {
      guard: localGuard,
      budget: createMemoryCallBudget(),
      tokens: createMemoryTokenStore(),
      variable: (name) => (name === 'PLANTED' ? 'planted-value' : undefined),
      ...deps,
    },
  );
}

/** Reads an operation to its end, counting as the engine does. */
export async function readAll(
  client: ConnectedClient,
  name: string,
  args: CallArguments = {},
  options: Partial<ReadOptions> = {},
): Promise<{ rows: DataRecord[]; pages: PageOfRows[] }> {
  const [entity = '', operation = ''] = name.split('.');
  const rows: DataRecord[] = [];
  const pages: PageOfRows[] = [];
  const received = (): number => rows.length;
  for await (const page of client.read(client.operation(entity, operation), args, { received, ...options }, signal)) {
    rows.push(...page.rows);
    pages.push(page);
  }
  return { rows, pages };
}
