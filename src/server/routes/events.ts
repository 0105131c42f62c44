import type { FastifyReply } from 'fastify';
import type { Api } from '../api.ts';
import { createEventFeed, type FeedEvent } from '../event-feed.ts';
import { incidentAnswer } from '../incident-answer.ts';
import { RequestError } from '../request-error.ts';
import { runAnswer } from '../run-answer.ts';
import type { CountingPlatform } from '../task-counts.ts';

const EVERY_MS = 1000;
const HEARTBEAT_MS = 15_000;
/** A stream ends after so long, and the browser comes again: then it is looked at anew whether it may. */
const LONGEST_MS = 5 * 60_000;
/** Who reads so slowly is cut off, and gets what was missed when coming again. */
const MOST_WAITING_BYTES = 256 * 1024;
const MOST_LISTENERS = 500;
const RUNS = 20;

/** What changes, as server-sent events. */
export function eventRoutes(api: Api, { store, configuration, countTasks, log }: CountingPlatform): void {
  const feed = createEventFeed({
    sources: {
      tasks: countTasks,
      runs: async () => (await store.runs.list({ limit: RUNS })).map(runAnswer),
      incidents: async () => (await store.incidents.open()).map(incidentAnswer),
      configuration: async () => ({ revision: (await configuration.current(EVERY_MS)).revision }),
    },
    everyMs: EVERY_MS,
    onError: (error) => {
      log.warn({ err: error }, 'What changed could not be read for those who listen; it is tried again');
    },
  });
  const open = new Set<() => void>();
  api.addHook('preClose', (done) => {
    for (const end of open) end();
    done();
  });

  api.get(
    '/events',
    {
      config: { permission: 'events:read' },
      schema: {
        tags: ['status'],
        summary: 'What changes, as server-sent events: tasks, runs, incidents, configuration',
      },
    },
    (request, reply) => {
      if (feed.listeners >= MOST_LISTENERS) {
        throw new RequestError(
          503,
          'ERR_TOO_MANY_LISTENERS',
          `${MOST_LISTENERS} already listen; ask for what you need`,
        );
      }
      const { 'last-event-id': lastId } = request.headers;
      const stream = openStream(reply);
      const unsubscribe = feed.subscribe(stream.send, typeof lastId === 'string' ? lastId : undefined);
      open.add(stream.end);
      reply.raw.once('close', () => {
        unsubscribe();
        open.delete(stream.end);
        stream.end();
      });
    },
  );
}

function openStream(reply: FastifyReply): { send: (event: FeedEvent) => void; end: () => void } {
  const { raw } = reply;
  reply.hijack();
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    // Nothing comes after it, so that a server that stops waits for nobody.
    connection: 'close',
    // Proxies must not wait for more.
    'x-accel-buffering': 'no',
  });
  raw.write('retry: 2000\n\n');
  const heartbeat = setInterval(() => raw.write(': still here\n\n'), HEARTBEAT_MS).unref();
  const end = (): void => {
    clearInterval(heartbeat);
    clearTimeout(longest);
    raw.end();
  };
  const longest = setTimeout(end, LONGEST_MS).unref();
  const send = ({ id, type, data }: FeedEvent): void => {
    if (raw.writableLength > MOST_WAITING_BYTES) raw.destroy();
    else raw.write(`id: ${id}\nevent: ${type}\ndata: ${data}\n\n`);
  };
  return { send, end };
}
