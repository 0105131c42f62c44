import { useEffect } from 'react';
import { queryClient } from './api.ts';
import { authHeaders } from './auth.ts';
import type { Status } from './types.ts';

/** Beginnings of what is asked of the API, by the event that says it has changed. */
const STALE: Readonly<Record<string, readonly string[]>> = {
  tasks: ['/status', '/backlog', '/tasks', '/runs/'],
  runs: ['/runs', '/incomings', '/tasks'],
  incidents: ['/status', '/clients'],
  configuration: ['/clients', '/incomings', '/outgoings', '/routes', '/transformers', '/storages', '/value-maps'],
};
/** A broken stream is opened again after so long, twice that after the next failure, and so on. */
const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 60_000;
/** What comes in a burst is asked for once. */
const CALM_MS = 400;

let isConnected = false;

/** How often a view asks again: seldom while the server tells what changes, else as often as it wants. */
export function intervalOf(wantedMs: number): number {
  return isConnected ? Math.max(wantedMs, 30_000) : wantedMs;
}

/** Listens to what changes on the server for as long as somebody is signed in, and lets views ask for it anew. */
export function useLive(): void {
  useEffect(() => {
    const stop = new AbortController();
    void listen(stop.signal);
    return () => {
      stop.abort();
      isConnected = false;
    };
  }, []);
}

async function listen(signal: AbortSignal): Promise<void> {
  const place = { lastId: '' };
  const told = new Set<string>();
  const stale = createStale();
  for (let wait = FIRST_WAIT_MS; !signal.aborted; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    try {
      for await (const event of eventsOf(place, signal)) {
        wait = FIRST_WAIT_MS;
        // The first of each type says how it stood when the stream began: the views have just asked for that.
        take(event, told.has(event.type) ? stale : () => undefined);
        told.add(event.type);
      }
    } catch {
      // It comes again below; meanwhile views ask by themselves.
    }
    isConnected = false;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

interface LiveEvent {
  readonly id: string;
  readonly type: string;
  readonly data: string;
}

/** Read by hand, since the browser's own reader of events cannot send an access token. */
async function* eventsOf(place: { lastId: string }, signal: AbortSignal): AsyncGenerator<LiveEvent> {
  const headers = { ...authHeaders(), ...(place.lastId !== '' && { 'last-event-id': place.lastId }) };
  const answer = await fetch('/api/v1/events', { headers, signal });
  if (!answer.ok || !answer.body) throw new Error(`The stream of events answered ${answer.status}`);
  isConnected = true;
  let rest = '';
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = `${rest}${value}`.split('\n\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const event = parseEvent(part);
      if (!event) continue;
      place.lastId = event.id;
      yield event;
    }
  }
}

/** @returns undefined for comments and for the time to wait. */
function parseEvent(text: string): LiveEvent | undefined {
  const fields = new Map(
    text.split('\n').map((line) => [line.split(': ', 1)[0] ?? '', line.slice(line.indexOf(': ') + 2)]),
  );
  const [id, type, data] = [fields.get('id'), fields.get('event'), fields.get('data')];
  return id === undefined || type === undefined || data === undefined ? undefined : { id, type, data };
}

function take({ type, data }: LiveEvent, stale: (starts: readonly string[]) => void): void {
  if (type === 'tasks') {
    const tasks = JSON.parse(data) as Status['tasks'];
    queryClient.setQueryData<Status>(['/status'], (status) => status && { ...status, tasks });
  }
  stale(STALE[type] ?? []);
}

/** Marks what is out of date and on the screen, a moment later and all at once. */
function createStale(): (starts: readonly string[]) => void {
  const waiting = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (starts) => {
    for (const start of starts) waiting.add(start);
    timer ??= setTimeout(() => {
      const all = [...waiting];
      waiting.clear();
      timer = undefined;
      void queryClient.invalidateQueries({
        predicate: ({ queryKey: [path] }) => typeof path === 'string' && all.some((start) => path.startsWith(start)),
      });
    }, CALM_MS);
  };
}
