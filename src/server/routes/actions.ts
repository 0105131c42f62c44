import type { FastifyRequest } from 'fastify';
import type { JSONSchema } from 'json-schema-to-ts';
import {
  ACTION_KINDS,
  entityActions,
  namedActions,
  operationActions,
  type Action,
} from '../../connector/actions/action.ts';
import { searchActions } from '../../connector/actions/search.ts';
import type { Connector } from '../../connector/load.ts';
import { didYouMean } from '../../core/nearest.ts';
import { callAction, type Caller, findClientAction } from '../actions/call-action.ts';
import { actionDetails, actionSummary } from '../actions/describe.ts';
import { actionsOpenApi } from '../actions/open-api-document.ts';
import type { Api } from '../api.ts';
import { auditOf } from '../audit-entry.ts';
import { closingSignal, goneSignal } from '../calling.ts';
import { requireClient } from '../find-client.ts';
import { IDENTIFIER_PARAMS } from '../parameters.ts';
import { PAGE_QUERY, readCursor, toPage } from '../paging.ts';
import type { Platform } from '../platform.ts';
import { notFound } from '../request-error.ts';

const ACTION_PARAMS = {
  type: 'object',
  properties: {
    ...IDENTIFIER_PARAMS.properties,
    action: { type: 'string', minLength: 1, maxLength: 255, description: 'Its name, or entity.operation.' },
  },
  required: ['id', 'action'],
  additionalProperties: false,
} as const satisfies JSONSchema;

const LIST_QUERY = {
  type: 'object',
  properties: {
    ...PAGE_QUERY,
    search: { type: 'string', maxLength: 200, description: 'Words, such as "ticket vote".' },
    kind: { enum: ACTION_KINDS },
    entity: { type: 'string' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

const OPEN_API_QUERY = {
  type: 'object',
  properties: {
    entities: { type: 'string', description: 'Names of entities with commas between; everything without it.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

const INPUT = { type: 'object', additionalProperties: true, description: 'Values by name.' } as const;

/** Operations of clients as actions that other tools call. */
export function actionRoutes(api: Api, platform: Platform): void {
  const closing = closingSignal(api);

  api.get(
    '/clients/:id/actions',
    {
      config: { permission: 'connectors:read' },
      schema: {
        tags: ['actions'],
        summary: 'What a client can do, the best match first',
        params: IDENTIFIER_PARAMS,
        querystring: LIST_QUERY,
      },
    },
    async ({ params: { id }, query: { limit, cursor, search, kind, entity } }) => {
      const { connector } = await requireClient(platform, id);
      const start = Number(readCursor(cursor) ?? 0) || 0;
      const rest = searchActions(connector, { text: search, kind, entity })
        .slice(start, start + limit + 1)
        .map((action, index) => ({ action, place: start + index + 1 }));
      return toPage(
        rest,
        limit,
        ({ place }) => place,
        ({ action }) => actionSummary(action),
      );
    },
  );

  api.get(
    '/clients/:id/actions/openapi.json',
    {
      config: { permission: 'connectors:read' },
      schema: {
        tags: ['actions'],
        summary: 'The actions of a client as OpenAPI 3.1',
        params: IDENTIFIER_PARAMS,
        querystring: OPEN_API_QUERY,
      },
    },
    async (request) => {
      const { id } = request.params;
      const { connector } = await requireClient(platform, id);
      const origin = platform.settings.publicUrl ?? `${request.protocol}://${request.host}`;
      return actionsOpenApi({
        client: id,
        title: connector.manifest.title,
        actions: chosenActions(connector, request.query.entities),
        url: `${origin}/api/v1/clients/${encodeURIComponent(id)}/actions`,
      });
    },
  );

  api.get(
    '/clients/:id/actions/:action',
    {
      config: { permission: 'connectors:read' },
      schema: { tags: ['actions'], summary: 'What an action takes and answers', params: ACTION_PARAMS },
    },
    async ({ params: { id, action } }) => actionDetails((await findClientAction(platform, id, action)).action),
  );

  api.post(
    '/clients/:id/actions/:action',
    {
      config: { permission: 'actions:read' },
      schema: {
        tags: ['actions'],
        summary: 'Calls an action; one that writes needs actions:write too, one that deletes actions:delete',
        params: ACTION_PARAMS,
        body: INPUT,
      },
    },
    async (request, reply) => {
      const { id, action } = request.params;
      const found = await findClientAction(platform, id, action);
      return callAction(platform, found, request.body, callerOf(request), goneSignal(reply, closing));
    },
  );
}

/** Who sent a request, for calls that it makes. */
export function callerOf(request: FastifyRequest): Caller {
  if (!request.actor) throw new Error('Only routes with a permission make calls');
  return { actor: request.actor, audit: (action, subject, rest) => auditOf(request, action, subject, rest) };
}

function chosenActions(connector: Connector, entities: string | undefined): Action[] {
  if (entities === undefined) return [...namedActions(connector), ...operationActions(connector)];
  const chosen = entities.split(',').map((name) => name.trim());
  for (const name of chosen) {
    if (!connector.entities.has(name)) {
      throw notFound(`There is no entity "${name}"${didYouMean(name, [...connector.entities.keys()])}`);
    }
  }
  return [
    ...namedActions(connector).filter(({ operation }) => chosen.includes(operation.entity.name)),
    ...[...connector.entities.values()].filter(({ name }) => chosen.includes(name)).flatMap(entityActions),
  ];
}
