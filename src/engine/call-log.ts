import type { CallWatch, Exchange } from '../http/types.ts';

/** Calls kept of each client. */
const KEPT = 20;
/** Longest text kept of a body here; tasks keep more of theirs. */
const MAX_TEXT = 4096;
const WRITE_MS = 1000;

/** Keeps the last calls of each client. */
export interface CallLog extends Pick<CallWatch, 'tried'> {
  /** Writes what is left. */
  close(): Promise<void>;
}

/** Where the last calls are kept. The store implements it. */
export interface RecentCallStore {
  add(calls: readonly { client: string; at: number; body: string }[], keep: number): Promise<void>;
}

/**
 * Makes a log of calls that costs little: at most twenty of a client are shown and written in a second, in one go.
 * Under load that is a sample, in which failures come before what went well.
 *
 * @param onError Told when calls could not be written; nothing else depends on them.
 */
export function createCallLog(store: RecentCallStore, onError: (error: unknown) => void): CallLog {
  const fresh = new Map<string, Exchange[]>();
  let timer: NodeJS.Timeout | undefined;

  const write = async (): Promise<void> => {
    timer = undefined;
    const calls = [...fresh].flatMap(([client, exchanges]) =>
      exchanges.map((exchange) => ({ client, at: exchange.at, body: JSON.stringify(shorten(exchange)) })),
    );
    fresh.clear();
    await store.add(calls, KEPT).catch(onError);
  };
  return {
    tried(client, { hasFailed, show }) {
      const own = fresh.get(client) ?? [];
      fresh.set(client, own);
      if (own.length >= KEPT && !hasFailed) return;
      if (own.length >= KEPT) own.shift();
      own.push(show());
      timer ??= setTimeout(() => void write(), WRITE_MS).unref();
    },
    async close() {
      clearTimeout(timer);
      if (fresh.size > 0) await write();
    },
  };
}

function shorten(exchange: Exchange): Exchange {
  const { request, answer } = exchange;
  return {
    ...exchange,
    ...(request !== undefined && { request: request.slice(0, MAX_TEXT) }),
    ...(answer !== undefined && { answer: answer.slice(0, MAX_TEXT) }),
  };
}
