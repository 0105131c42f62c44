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
    return Array.isArray(found) ? (found as Problem[]) : [];
  }
}

/**
 * Asks the REST API, below /api/v1.
 *
 * @throws ApiError for an answer that is not 2xx, and when none comes.
 */
export async function api<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const answer = await send(method, path, body, signal);
  if (answer.status === 204) return undefined as T;
  const value = (await answer.json().catch(() => undefined)) as unknown;
  if (answer.ok) return value as T;
  // A wrong password is told by the same status, and nobody is out by it.
  if (answer.status === 401 && path !== '/sign-in' && path !== '/setup') setSignedIn('out');
  const { code = 'ERR_ANSWER', message, details = {} } = (value ?? {}) as Partial<ApiError>;
  throw new ApiError(answer.status, code, message ?? `The server answered ${answer.status}`, details);
}

async function send(method: string, path: string, body: unknown, signal: AbortSignal | undefined): Promise<Response> {
  try {
    return await fetch(`/api/v1${path}`, {
      method,
      headers: { ...authHeaders(), ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, 'ERR_NO_ANSWER', 'The server does not answer. Is it running?', {});
  }
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
