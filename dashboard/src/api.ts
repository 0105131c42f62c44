import { QueryClient } from '@tanstack/react-query';
import { authHeaders, setSignedIn } from './auth.ts';
import type { Problem } from './types.ts';

/** An answer that says no, with what the server said about it. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(status: number, code: string, message: string, details: Readonly<Record<string, unknown>>) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }

  /** What is wrong with a document or request, place by place. */
  get problems(): readonly Problem[] {
    const found = this.details['problems'];
    if (!Array.isArray(found)) return [];
    // Of documents they are told document by document; a form saves one.
    return (found as (Problem | { readonly problems: readonly Problem[] })[]).flatMap((each) =>
      'problems' in each ? each.problems : [each],
    );
  }
}

/**
 * Asks the REST API, below /api/v1.
 *
 * @throws ApiError for an answer that is not 2xx, and when none comes.
 */
export async function api<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  return (await ask<T>(method, path, { body, signal })).value;
}

interface Ask {
  /** Becomes JSON. */
  readonly body?: unknown;
  /** Goes as it is, instead of a body. */
  readonly file?: Blob;
  readonly signal?: AbortSignal | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer with the entity tag that came with it. */
interface Told<T> {
  readonly value: T;
  readonly tag: string | null;
}

/**
 * The same, with the entity tag of the answer.
 *
 * @throws ApiError as `api` does.
 */
export async function ask<T>(method: string, path: string, given: Ask): Promise<Told<T>> {
  const answer = await send(method, path, given);
  const tag = answer.headers.get('etag');
  if (answer.status === 204) return { value: undefined as T, tag };
  if (answer.ok) return { value: (await answer.json()) as T, tag };
  throw await refusalOf(answer, path);
}

async function refusalOf(answer: Response, path: string): Promise<ApiError> {
  const value = (await answer.json().catch(() => undefined)) as unknown;
  // A wrong password is told by the same status, and nobody is out by it.
  if (answer.status === 401 && path !== '/sign-in' && path !== '/setup') setSignedIn('out');
  const { code = 'ERR_ANSWER', message, details = {} } = (value ?? {}) as Partial<ApiError>;
  return new ApiError(answer.status, code, message ?? `The server answered ${answer.status}`, details);
}

/** Sends a file as it is. @throws ApiError */
export async function upload(path: string, file: Blob): Promise<void> {
  await ask('POST', path, { file });
}

/** Asks for JSON lines, and waits for the last one. @throws ApiError */
export async function apiLines<T>(path: string, body: unknown): Promise<readonly T[]> {
  const answer = await send('POST', path, { body });
  if (!answer.ok) throw await refusalOf(answer, path);
  const text = await answer.text();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

async function send(method: string, path: string, { body, file, signal, headers }: Ask): Promise<Response> {
  try {
    return await fetch(`/api/v1${path}`, {
      method,
      headers: { ...authHeaders(), ...headers, ...typeOf(body, file) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(file && { body: file }),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, 'ERR_NO_ANSWER', 'The server does not answer. Is it running?', {});
  }
}

function typeOf(body: unknown, file: Blob | undefined): Record<string, string> {
  if (file) return { 'content-type': file.type || 'application/octet-stream' };
  return body === undefined ? {} : { 'content-type': 'application/json' };
}

/** An address with a query; what is empty is left out. */
export function withQuery(path: string, query: Readonly<Record<string, string | number | undefined>>): string {
  const set = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const text = new URLSearchParams(set.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? path : `${path}?${text}`;
}

/** Gentle: lists are asked for again when looked at, and only what counts changes by itself. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2000,
      retry: (count, error) => count < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 502),
    },
  },
});
