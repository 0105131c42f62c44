import type { FastifyReply, FastifyRequest } from 'fastify';
import { IntegrationError, RateLimitError } from '../../core/errors.ts';
import type { NewHookEvent } from '../../core/hook.ts';
import { createBacklogGate } from '../../engine/backlog-gate.ts';
import { createHookWriter } from '../../engine/hook-writer.ts';
import { searchValues } from '../../engine/search-values.ts';
import type { HookEvent, Webhook } from '../../engine/webhook.ts';
import type { Arrival } from '../../engine/webhook-verify.ts';
import type { Incoming, Route, Workspace } from '../../engine/workspace.ts';
import type { Api } from '../api.ts';
import { createDeliveryLog } from '../delivery-log.ts';
import { HOOK_TYPES, parseHookBody } from '../hook-body.ts';
import type { Platform } from '../platform.ts';
import { notFound, RequestError } from '../request-error.ts';
import { wakeCounts } from '../wake-routes.ts';

/** No webhook may take more than this. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;
/** How long the configuration is trusted without asking whether another process changed it. */
const CONFIGURATION_AGE_MS = 500;
/** When a sender should try again, in seconds. */
const FULL_SECONDS = 5;
const NOT_READY_SECONDS = 60;

const PARAMS = {
  type: 'object',
  properties: { incoming: { type: 'string', minLength: 1, maxLength: 255 } },
  required: ['incoming'],
  additionalProperties: false,
} as const;

/** What is known of a delivery while it is handled. */
interface Handling {
  readonly incoming: Incoming;
  readonly webhook: Webhook;
  readonly routes: readonly Route[];
  readonly arrival: Arrival;
  body: Buffer;
  isProven: boolean;
  events: number;
  fresh: number;
  error: { readonly code: string; readonly message: string } | null;
}

declare module 'fastify' {
  interface FastifyRequest {
    hook: Handling | null;
  }
}

/**
 * `/hooks/<incoming>`: takes what systems send by themselves.
 *
 * Whoever sends proves it by what the webhook asks for: what stands in headers before the body is read, a signature
 * after it. A 2xx is given after the events are durable.
 */
export function hookRoutes(api: Api, platform: Platform): void {
  const { store, configuration } = platform;
  const writer = createHookWriter({
    commit: (events) => store.deliveries.commit(events),
    wake: (counts) => wakeCounts(platform, counts),
  });
  const fullRoute = createBacklogGate((route, cap) => store.tasks.backlog(route, cap));
  const log = createDeliveryLog((deliveries) => store.deliveries.keep(deliveries));

  readRawBodies(api);
  api.decorateRequest('hook', null);
  api.addHook('onError', (request, _reply, error, done) => {
    const { code = '', message } = error as { code?: string; message: string };
    if (request.hook) request.hook.error = { code, message: message.slice(0, 500) };
    done();
  });
  api.addHook('onResponse', (request, reply, done) => {
    if (request.hook) log.add(describe(request.hook, request, reply));
    done();
  });
  api.addHook('onClose', () => log.close());

  api.post(
    '/hooks/:incoming',
    {
      config: { permission: 'public', isForPrograms: true },
      bodyLimit: MAX_BODY_BYTES,
      schema: {
        tags: ['webhooks'],
        summary: 'Takes a delivery of a webhook; it proves itself as the incoming says',
        params: PARAMS,
        // With "properties", or the description of the API takes its keywords for parameters.
        querystring: { type: 'object', properties: {}, additionalProperties: true },
        body: { description: 'JSON, or the fields of a form.' },
      },
      onRequest: async (request) => {
        const { incoming } = request.params;
        const handling = findWebhook(await configuration.current(CONFIGURATION_AGE_MS), incoming, request);
        request.hook = handling;
        if (!handling.webhook.verifier.checkHead(handling.arrival)) throw notProven();
        refuseLarge(handling.webhook, Number(request.headers['content-length'] ?? 0));
      },
    },
    async (request, reply) => {
      const handling = request.hook;
      if (!handling) throw notFound('There is no webhook here');
      const { body, webhook, arrival, routes } = handling;
      refuseLarge(webhook, body.length);
      if (!webhook.verifier.checkBody(arrival, body, Date.now())) throw notProven();
      handling.isProven = true;
      const events = readEvents(handling, body, request.headers['content-type'] ?? '');
      handling.events = events.length;
      requireReady(handling, reply);
      const full = await fullRoute(routes);
      if (full) throw backlogFull(full);
      handling.fresh = await write(events, reply);
      return { received: events.length, new: handling.fresh };
    },
  );

  async function write(events: readonly NewHookEvent[], reply: FastifyReply): Promise<number> {
    try {
      return await writer.write(events);
    } catch (error) {
      if (error instanceof IntegrationError) throw error;
      platform.log.error(
        { err: error },
        'Events of a webhook could not be stored; their sender has to send them again',
      );
      reply.header('retry-after', String(FULL_SECONDS));
      throw new RequestError(503, 'ERR_HOOK_NOT_STORED', 'The events could not be stored; send them again');
    }
  }
}

/** A signature is over bytes, so they are kept as they came. */
function readRawBodies(api: Api): void {
  api.removeAllContentTypeParsers();
  for (const type of HOOK_TYPES) {
    api.addContentTypeParser(type, { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES }, (request, body: Buffer, done) => {
      // Not as the body of the request: what schemas look at is copied.
      if (request.hook) request.hook.body = body;
      done(null, undefined);
    });
  }
}

function findWebhook(workspace: Workspace, id: string, request: FastifyRequest): Handling {
  const incoming = workspace.incomings.get(id);
  const webhook = incoming?.webhook;
  // The same answer for what is not there and for what takes no deliveries: senders need not know what there is.
  if (!incoming || !webhook) throw notFound('There is no webhook here');
  const routes = [...workspace.routes.values()].filter((route) => route.incoming === id && !route.disabled);
  const { headers } = request;
  const arrival: Arrival = {
    header: (name) => {
      const value = headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    },
    parameter: (name) => {
      const value = (request.query as Readonly<Record<string, unknown>>)[name];
      return typeof value === 'string' ? value : undefined;
    },
    address: request.socket.remoteAddress ?? '',
  };
  const isInvalid = workspace.problems.some((each) => each.incoming === id);
  return {
    ...{ incoming, webhook, arrival, body: Buffer.alloc(0), isProven: false, events: 0, fresh: 0, error: null },
    // Without it, records would be passed over that belong to the route that is not valid.
    routes: isInvalid ? [] : routes,
  };
}

function readEvents(handling: Handling, body: Buffer, contentType: string): NewHookEvent[] {
  const { incoming, webhook, arrival, routes } = handling;
  const parsed = parseHookBody(body, contentType);
  let events: readonly HookEvent[];
  try {
    events = webhook.events(parsed, arrival);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RequestError(400, 'ERR_HOOK_BODY', 'The body is nested too deeply');
  }
  return events.map((event) => ({
    ...{ incoming: incoming.id, key: event.key, text: event.text, hash: event.hash, stage: event.stage },
    ...{ mark: event.mark, windowMs: webhook.windowMs, delivery: event.delivery },
    routes: routes.map((route) => ({ route: route.id, search: searchValues(event.record, route.searchFields) })),
  }));
}

/** Without a route that takes them, events would be lost: their sender keeps them. */
function requireReady({ incoming, routes }: Handling, reply: FastifyReply): void {
  if (routes.length > 0 && !incoming.disabled) return;
  reply.header('retry-after', String(NOT_READY_SECONDS));
  const reason = incoming.disabled ? 'is disabled' : 'has no route that is valid and enabled';
  throw new RequestError(503, 'ERR_HOOK_NOT_READY', `The incoming "${incoming.id}" ${reason}; send it again later`);
}

function refuseLarge({ maxBodyBytes }: Webhook, bytes: number): void {
  if (bytes <= maxBodyBytes) return;
  throw new RequestError(
    413,
    'ERR_REQUEST_TOO_LARGE',
    `The body is larger than the ${maxBodyBytes} bytes that this webhook takes`,
  );
}

function notProven(): RequestError {
  return new RequestError(401, 'ERR_HOOK_NOT_PROVEN', 'The delivery does not prove that it comes from where it should');
}

function backlogFull(route: Route): RateLimitError {
  const message = `The route "${route.id}" has ${route.backlogLimit} open tasks or more; send it again later`;
  return new RateLimitError(message, FULL_SECONDS * 1000, { details: { route: route.id } });
}

function describe(handling: Handling, request: FastifyRequest, reply: FastifyReply) {
  const { incoming, webhook, arrival, events, fresh, error, isProven, body } = handling;
  return {
    ...{ incoming: incoming.id, at: Date.now(), status: reply.statusCode, address: arrival.address },
    ...{ events, fresh, error, body: isProven ? body : undefined, secrets: webhook.verifier.secrets },
    durationMs: Math.round(reply.elapsedTime),
    contentType: request.headers['content-type'] ?? null,
    bytes: body.length || Number(request.headers['content-length'] ?? 0),
  };
}
