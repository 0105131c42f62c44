import type { FastifyRequest } from 'fastify';
import type { JSONSchema } from 'json-schema-to-ts';
import type { Api } from '../api.ts';
import { closingSignal, goneSignal } from '../calling.ts';
import type { Platform } from '../platform.ts';
import { notFound, RequestError } from '../request-error.ts';
import { requireSameOrigin } from '../same-origin.ts';
import { callerOf } from './actions.ts';

const QUERY = {
  type: 'object',
  properties: {
    clients: {
      type: 'string',
      maxLength: 4000,
      description: 'Clients whose named actions become tools, with commas between; all of them without it.',
    },
    operations: {
      type: 'string',
      maxLength: 4000,
      description: 'Entities whose operations all become tools of their own, with commas between; "all" for every one.',
    },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

/**
 * The Model Context Protocol over Streamable HTTP. Each request stands for itself: there are no sessions, so any number
 * of processes may answer, and a token that is withdrawn works no longer. The protocol's library takes a fifth of a second to
 * load, so it is loaded with the first request.
 */
export function mcpRoutes(api: Api, platform: Platform): void {
  const closing = closingSignal(api);

  api.post(
    '/mcp',
    {
      config: { permission: 'actions:read' },
      schema: {
        tags: ['actions'],
        summary: 'Model Context Protocol: tools for assistants',
        querystring: QUERY,
        body: { description: 'JSON-RPC messages.' },
      },
    },
    async (request, reply) => {
      const { mcp: mode, publicUrl } = platform.settings;
      if (mode === 'off') throw notFound('The Model Context Protocol is off here: SLUICE_MCP=off');
      requireToken(request);
      requireSameOrigin(request, publicUrl, false);
      // Each use of a tool is noted by itself, and saying hello changes nothing.
      request.isAudited = true;
      const { createMcpServer, createMcpTransport } = await import('../mcp/mcp-server.ts');
      const server = await createMcpServer(platform, {
        caller: callerOf(request),
        mode,
        choice: { clients: namesIn(request.query.clients), operations: namesIn(request.query.operations) },
        requestId: request.id,
        signal: goneSignal(reply, closing),
      });
      const transport = createMcpTransport();
      await server.connect(transport);
      const answer = await transport.handleRequest(standardRequest(request), { parsedBody: request.body });
      const text = await answer.text();
      await server.close();
      return reply.code(answer.status).headers(Object.fromEntries(answer.headers)).serializer(String).send(text);
    },
  );

  for (const method of ['get', 'delete'] as const) {
    api[method](
      '/mcp',
      {
        config: { permission: 'actions:read' },
        schema: { tags: ['actions'], summary: 'Answers 405: the server sends nothing by itself, and has no sessions' },
      },
      () => {
        throw new RequestError(405, 'ERR_METHOD_NOT_ALLOWED', 'Send messages by POST; there are no sessions here');
      },
    );
  }
}

function namesIn(list: string | undefined): string[] | undefined {
  return list?.split(',').map((name) => name.trim());
}

/** A session of a browser would let any page that knows a way around the origin use it. */
function requireToken({ actor }: FastifyRequest): void {
  if (actor?.session === undefined) return;
  throw new RequestError(401, 'ERR_UNAUTHENTICATED', 'Send an access token: "Authorization: Bearer <token>"');
}

function standardRequest(request: FastifyRequest): Request {
  // Answers are JSON and never a stream: whoever calls by hand need not say that a stream would do.
  const headers = new Headers({ accept: 'application/json, text/event-stream' });
  for (const name of ['content-type', 'mcp-protocol-version', 'last-event-id']) {
    const value = request.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  return new Request(`${request.protocol}://${request.host}${request.url}`, { method: 'POST', headers });
}
