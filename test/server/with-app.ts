import { rmSync } from 'node:fs';
import path from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { type SandboxHalo, startSandboxHalo } from '../../sandbox/halo/server.ts';
import { hashToken } from '../../src/core/sealing.ts';
import { buildApp } from '../../src/server/app.ts';
import { openPlatform, type Platform } from '../../src/server/platform.ts';
import { readSettings } from '../../src/server/settings.ts';
import type { Database } from '../../src/store/database.ts';
import { openPglite } from '../../src/store/open-pglite.ts';
import { copyTemplate } from '../support/templates.ts';

/** An answer with its body read. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed; tests look into it with `toMatchObject`. */
  readonly body: Record<string, unknown>;
}

export type Role = 'administrator' | 'editor' | 'operator' | 'viewer';
export const ROLES: readonly Role[] = ['administrator', 'editor', 'operator', 'viewer'];

/** Must never be in an answer or in the log. */
export const CANARY = 'canary-secret-4711';
/** What an access token of the sandbox looks like. */
const JWT = /eyJ[\w-]+\.[\w-]+/;

interface SendOptions {
  readonly role?: Role | undefined;
  /** In place of the role's; '' sends none. */
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A listening API over a platform of its own, with a sandbox Halo beside it. */
export interface TestApp {
  readonly platform: Platform;
  readonly app: FastifyInstance;
  readonly halo: SandboxHalo;
  send(method: string, path: string, body?: unknown, options?: SendOptions): Promise<Reply>;
  get(path: string): Promise<Reply>;
  post(path: string, body?: unknown): Promise<Reply>;
  /** Applies documents and expects that it works. */
  apply(...documents: object[]): Promise<void>;
  /** Starts a run that is a worker's from its first moment, so that no other takes it, and gives its id. */
  startHeld(incoming: string, worker: string): Promise<number>;
}

interface AppOptions {
  readonly connectorFolder?: string;
  /** Settings besides; asked when the app is opened. */
  readonly variables?: () => Readonly<Record<string, string>>;
}

/** Opens one platform for the tests of a file, and always closes it. The answer is there from the first test on. */
export function withApp(options: AppOptions = {}): TestApp {
  let opened: Opened | undefined;
  const now = (): Opened => {
    if (!opened) throw new Error('The app is there only while tests run');
    return opened;
  };
  beforeAll(async () => {
    opened = await open(options);
  });
  afterAll(async () => {
    await opened?.close();
    expect(opened?.logged()).not.toContain(CANARY);
    expect(opened?.logged()).not.toMatch(JWT);
  });
  const send: TestApp['send'] = (...args) => sendTo(now().url, ...args);
  return {
    get platform() {
      return now().platform;
    },
    get app() {
      return now().app;
    },
    get halo() {
      return now().halo;
    },
    send,
    get: (path) => send('GET', path),
    post: (path, body) => send('POST', path, body),
    async apply(...documents) {
      const reply = await send('POST', '/api/v1/documents/apply', {
        documents: documents.map((document, index) => ({ source: `document ${index}`, document })),
      });
      expect(reply).toMatchObject({ status: 200 });
    },
    startHeld: (incoming, worker) => startHeld(now().database, incoming, worker),
  };
}

async function startHeld(database: Database, incoming: string, worker: string): Promise<number> {
  const { rows } = await database.query<{ id: number }>(
    `INSERT INTO run (incoming, mode, cause, status, created_at, worker, claimed_at)
     VALUES ($1, 'full', 'test', 'running', $2, $3, $2) RETURNING id`,
    [incoming, Date.now(), worker],
  );
  return rows[0]?.id ?? 0;
}

interface Opened {
  readonly url: string;
  readonly platform: Platform;
  readonly database: Database;
  readonly app: FastifyInstance;
  readonly halo: SandboxHalo;
  readonly logged: () => string;
  readonly close: () => Promise<void>;
}

async function open({ variables, ...options }: AppOptions): Promise<Opened> {
  const folder = copyTemplate('sluice-server-');
  const lines: string[] = [];
  const write = (chunk: unknown, _encoding: unknown, done: () => void): void => {
    lines.push(String(chunk));
    done();
  };
  const log = pino({ level: 'debug' }, new Writable({ write }));
  const settings = readSettings({
    SLUICE_DATA: folder,
    SLUICE_TOKEN: tokenOf('administrator'),
    SLUICE_ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8',
    HALO_SECRET: CANARY,
    ...variables?.(),
  });
  const halo = await startSandboxHalo({ seed: { tickets: 120 }, rateLimit: false, clientSecret: CANARY });
  const database = await openPglite(path.join(folder, 'postgres'));
  const platform = await openPlatform(settings, { role: 'all', log, database, ...options });
  for (const role of ROLES.slice(1)) {
    await platform.store.accessTokens.add(role, role, hashToken(tokenOf(role)), Date.now());
  }
  const app = await buildApp(platform);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    ...{ url, platform, database, app, halo },
    logged: () => lines.join(''),
    async close() {
      await app.close();
      await platform.close(2000);
      await halo.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function tokenOf(role: Role): string {
  return `token-of-the-${role}`;
}

async function sendTo(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  { role = 'administrator', token = tokenOf(role), headers = {} }: SendOptions = {},
): Promise<Reply> {
  const isText = typeof body === 'string';
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(token !== '' && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
  });
  const text = await readText(response);
  expect(text).not.toContain(CANARY);
  expect(text).not.toContain('token-of-the-');
  expect(text).not.toMatch(JWT);
  const isJson = (response.headers.get('content-type') ?? '').startsWith('application/json');
  const parsed = isJson ? (JSON.parse(text) as Record<string, unknown>) : {};
  return { status: response.status, headers: response.headers, text, body: parsed };
}

/** The text of an answer; of one that never ends, what comes first. */
async function readText(response: Response): Promise<string> {
  const isStream = (response.headers.get('content-type') ?? '').startsWith('text/event-stream');
  const reader = isStream ? response.body?.getReader() : undefined;
  if (!reader) return response.text();
  const { value } = (await reader.read()) as { value?: Uint8Array };
  await reader.cancel();
  return new TextDecoder().decode(value);
}

/** A client of the sandbox that works. */
export function haloClient({ halo }: TestApp, identifier = 'halo', parameters: object = {}): object {
  return {
    kind: 'client',
    identifier,
    spec: {
      connector: 'haloitsm',
      authentication: 'client-credentials',
      parameters: { baseUri: halo.url, clientId: halo.clientId, clientSecret: CANARY, ...parameters },
      limits: [{ concurrency: 4 }],
      retry: { attempts: 1 },
    },
  };
}

/** Tickets of the client, read when asked. */
export function ticketsIncoming(identifier = 'tickets', rest: object = {}): object {
  const subscriber = { type: 'connector', client: 'halo', entity: 'tickets', operation: 'list' };
  return { kind: 'incoming', identifier, spec: { subscriber }, ...rest };
}
