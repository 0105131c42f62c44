import { expect, test } from '@jest/globals';
import { buildApp } from '../../src/server/app.ts';
import { createEventFeed, type FeedEvent } from '../../src/server/event-feed.ts';
import { withApp } from './with-app.ts';

const app = withApp();

/** Reads events of the real stream until one is what is looked for. */
async function listen(until: (event: string) => boolean, headers: Record<string, string> = {}): Promise<string[]> {
  const { port } = app.app.server.address() as { port: number };
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/events`, {
    headers: { authorization: 'Bearer token-of-the-viewer', ...headers },
  });
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  const decoder = new TextDecoder();
  const events: string[] = [];
  let rest = '';
  for await (const chunk of answer.body ?? []) {
    const parts = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n\n');
    rest = parts.pop() ?? '';
    events.push(...parts);
    if (parts.some(until)) break;
  }
  return events;
}

test('tells how things stand, and then what changes', async () => {
  const events = await listen((event) => event.includes('event: configuration'));
  expect(events.join('\n')).toMatch(/event: tasks\ndata: \{.*"failed":0/);
  expect(events.join('\n')).toMatch(/event: incidents\ndata: \[\]/);
  const waiting = listen((event) => event.includes('event: configuration') && event.includes('"revision":1'));
  await app.apply({ kind: 'storage', identifier: 'told', spec: {} });
  expect((await waiting).length).toBeGreaterThan(0);
});

test('is for those who may', async () => {
  expect((await app.send('GET', '/api/v1/events', undefined, { token: '' })).status).toBe(401);
});

test('ends when the server stops', async () => {
  const other = await buildApp(app.platform);
  const url = await other.listen({ host: '127.0.0.1', port: 0 });
  const answer = await fetch(`${url}/api/v1/events`, { headers: { authorization: 'Bearer token-of-the-viewer' } });
  const rest = answer.text();
  await other.close();
  expect(await rest).toContain('retry: 2000');
});

function feedOf(values: unknown[]) {
  const events: FeedEvent[] = [];
  let reads = 0;
  const read = (): Promise<unknown> => Promise.resolve(values[Math.min(reads++, values.length - 1)]);
  const feed = createEventFeed({
    sources: { one: read },
    everyMs: 5,
    onError: (error) => {
      throw error;
    },
  });
  const until = (count: number): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (events.length >= count) resolve();
        else setTimeout(look, 1);
      };
      look();
    });
  return { feed, events, until };
}

test('what did not change is not told again', async () => {
  const { feed, events, until } = feedOf([1, 1, 1, 2]);
  const stop = feed.subscribe((event) => events.push(event));
  await until(2);
  stop();
  expect(events.map(({ data }) => data)).toEqual(['1', '2']);
});

test('who comes back gets what was missed; who was away too long, how things stand', async () => {
  const { feed, events, until } = feedOf([1, 2, 3]);
  const stop = feed.subscribe((event) => events.push(event));
  await until(3);
  const missed: string[] = [];
  feed.subscribe((event) => missed.push(event.data), events[0]?.id)();
  expect(missed).toEqual(['2', '3']);
  const anew: string[] = [];
  feed.subscribe((event) => anew.push(event.data), 'an id of another feed')();
  expect(anew).toEqual(['3']);
  stop();
  expect(feed.listeners).toBe(0);
});
