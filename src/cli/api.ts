import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ConfigError, IntegrationError, type ErrorClass } from '../core/errors.ts';
import { lockHolder } from '../store/folder-lock.ts';
import type { Settings } from '../server/settings.ts';

/** An error that the API answered. */
export class ApiError extends IntegrationError {
  override readonly class: ErrorClass = 'config';
  readonly status: number;
  constructor(status: number, body: { code?: string; message?: string; details?: Record<string, unknown> }) {
    super(body.code ?? 'ERR_HTTP_STATUS', body.message ?? `The server answered ${status}`, {
      details: body.details ?? {},
    });
    this.status = status;
  }
}

/** The REST API, wherever it runs. */
export interface Api {
  /** Where it is, without a slash at the end, and the token for it. */
  readonly root: string;
  readonly token: string;
  request<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T>;
  /** Reads an answer of JSON lines as they come. */
  lines(method: 'POST', path: string, body?: unknown): AsyncGenerator;
  /** Sends a file as it is. */
  upload<T>(path: string, file: string): Promise<T>;
  /** Writes an answer to a file. */
  download(path: string, file: string): Promise<void>;
  close(): Promise<void>;
}

const GRACE_MS = 10_000;

/**
 * Finds the API: the server of SLUICE_URL, else the one that holds the data folder, else one started in this process
 * for the time of the command.
 *
 * @param port Where one that is started listens; 0 takes any.
 */
export async function openApi(settings: Settings, port = 0): Promise<Api> {
  const url = settings.environment['SLUICE_URL']?.trim();
  if (url) return remoteApi(url, requireToken(settings));
  const holder = settings.databaseUrl === undefined ? lockHolder(settings.dataFolder) : undefined;
  if (holder?.url !== undefined && holder.token !== undefined) return remoteApi(holder.url, holder.token);
  const { createLog, serve } = await import('./serve.ts');
  const serving = await serve(settings, {
    role: 'all',
    log: createLog(settings.environment['SLUICE_LOG_LEVEL'] === undefined ? 'warn' : settings.logLevel, 'stderr'),
    host: '127.0.0.1',
    port,
  });
  if (serving.platform.newToken !== undefined) announceToken(serving.platform.newToken);
  const api = remoteApi(serving.url, serving.localToken);
  return { ...api, close: () => serving.stop(GRACE_MS) };
}

/** Shown once: only its hash is kept. */
export function announceToken(token: string): void {
  process.stderr.write(`Administrator token (shown only this once, keep it): ${token}\n`);
}

function requireToken(settings: Settings): string {
  if (settings.firstToken !== undefined) return settings.firstToken;
  throw new ConfigError('ERR_SETTING', 'SLUICE_URL is set, so SLUICE_TOKEN must hold a token of that server');
}

/** The API at an address. */
export function remoteApi(base: string, token: string): Api {
  const root = base.replace(/\/+$/, '');
  return {
    root,
    token,
    async request<T>(method: string, path: string, body?: unknown): Promise<T> {
      const answer = await send(`${root}/api/v1${path}`, token, method, body);
      const text = await answer.text();
      const parsed = parseAnswer(text);
      if (!answer.ok) throw new ApiError(answer.status, parsed as { code?: string; message?: string });
      return parsed as T;
    },
    async *lines(method: string, path: string, body?: unknown) {
      const answer = await send(`${root}/api/v1${path}`, token, method, body);
      if (!answer.ok || !answer.body) {
        throw new ApiError(answer.status, parseAnswer(await answer.text()) as { code?: string; message?: string });
      }
      for await (const line of readLines(answer.body)) yield parseAnswer(line);
    },
    async upload<T>(path: string, file: string): Promise<T> {
      // Asked before, so that the message is about the file and not about the server.
      const { size } = await stat(file).catch((error: unknown) => {
        throw new ConfigError('ERR_FILE_UNREADABLE', `The file ${file} cannot be read: ${(error as Error).message}`);
      });
      const body = Readable.toWeb(createReadStream(file)) as ReadableStream;
      const headers = { 'content-type': 'application/octet-stream', 'content-length': String(size) };
      const answer = await sendRaw(`${root}/api/v1${path}`, token, { method: 'POST', headers, body, duplex: 'half' });
      const parsed = parseAnswer(await answer.text());
      if (!answer.ok) throw new ApiError(answer.status, parsed as { code?: string; message?: string });
      return parsed as T;
    },
    async download(path, file) {
      const answer = await sendRaw(`${root}/api/v1${path}`, token, { method: 'GET' });
      if (!answer.ok || !answer.body) {
        throw new ApiError(answer.status, parseAnswer(await answer.text()) as { code?: string; message?: string });
      }
      await pipeline(answer.body, createWriteStream(file));
    },
    close: () => Promise.resolve(),
  };
}

function send(url: string, token: string, method: string, body: unknown): Promise<Response> {
  if (body === undefined) return sendRaw(url, token, { method });
  return sendRaw(url, token, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function sendRaw(
  url: string,
  token: string,
  { headers, ...request }: Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> },
): Promise<Response> {
  try {
    return await fetch(url, { ...request, headers: { ...headers, authorization: `Bearer ${token}` } });
  } catch (error) {
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new ConfigError('ERR_SERVER_UNREACHABLE', `No Sluice answers at ${new URL(url).origin}: ${reason}`);
  }
}

async function* readLines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    yield* parts.filter((line) => line !== '');
  }
  if (rest !== '') yield rest;
}

function parseAnswer(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return { message: `The server did not answer JSON: ${text.slice(0, 200)}` };
  }
}
