import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Answer, type Call, type SandboxSystem, startSystem } from '../../sandbox/system.ts';
import { isObject } from '../../src/core/record.ts';
import { CONNECTORS } from '../../src/server/connector-folder.ts';

interface Exchange {
  readonly request: {
    readonly method?: string;
    readonly path?: string;
    readonly url?: string;
    readonly query?: object;
    readonly body?: unknown;
  };
  readonly status?: number;
  readonly answer?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A system that answers what the recorded calls of its connector answered: by method, path and the query of the recording. */
export async function startFixtureSystem(connector: string, files: readonly string[]): Promise<SandboxSystem> {
  const folder = path.join(fileURLToPath(CONNECTORS), connector, 'fixtures');
  const names = readdirSync(folder).filter((name) => files.some((file) => name === `${file}.json`));
  const exchanges = names.flatMap((name) => {
    const { exchanges: own = [] } = JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as {
      exchanges?: Exchange[];
    };
    return own;
  });
  let url = '';
  const answer = (call: Call): Answer => {
    // The recording that says most of the query is the one that is meant: a later page has one more parameter.
    const [exchange] = exchanges.filter((each) => fits(each, call)).sort((a, b) => said(b) - said(a));
    if (!exchange) return { status: 404, body: { message: `nothing was recorded for ${call.path}` } };
    const { status = 200, answer: body, headers = {} } = exchange;
    return { status, body: here(body, url), headers: here(headers, url) as Record<string, string> };
  };
  const system = await startSystem(['GET', 'POST'].map((method) => ({ method, path: /^/, answer })));
  url = system.url;
  return system;
}

function said({ request }: Exchange): number {
  return Object.keys(request.query ?? {}).length;
}

function fits({ request }: Exchange, { method, path: asked, query, body }: Call): boolean {
  const recorded = request.path ?? new URL(request.url ?? 'http://none').pathname;
  if ((request.method ?? 'GET') !== method || !asked.endsWith(recorded)) return false;
  if (method === 'POST' && isObject(request.body) && JSON.stringify(request.body) !== JSON.stringify(body))
    return false;
  return Object.entries(request.query ?? {}).every(([name, value]) => query.get(name) === String(value));
}

/** Addresses of the next page lead to the system that was recorded; here they lead to this one. */
function here(body: unknown, url: string): unknown {
  const text = JSON.stringify(body ?? null).replaceAll(/https:\/\/[a-z0-9.-]+(?=\/)/g, url);
  return JSON.parse(text) as unknown;
}
