import { json, message, notFound, type Answer, type SandboxRequest } from './answer.ts';
import { answerToken, requireToken } from './auth.ts';
import type { ApiContext } from './context.ts';
import { ENTITIES } from './entities.ts';
import type { Entity } from './entity.ts';
import type { Strike } from './faults.ts';
import { answerGet } from './gets.ts';
import { answerList } from './lists.ts';
import { answerReport } from './reports.ts';
import type { TokenBook } from './tokens.ts';
import { answerDelete, answerPost } from './writes.ts';

/** What the routes need besides the API's own context. */
export interface RouteContext extends ApiContext {
  readonly tokens: TokenBook;
  /** Address of the authorisation server. */
  readonly authUrl: () => string;
}

/** Finds the handler of a request and runs it. Paths are not case-sensitive. */
export function route(context: RouteContext, request: SandboxRequest, strikes: readonly Strike[]): Answer {
  const [root, resource = '', id, ...rest] = request.path.toLowerCase().split('/').slice(1);
  if (root === 'auth' && resource === 'token') return routeToken(context, request);
  if (root !== 'api') return notFound('page', request.path);
  if (resource === 'authinfo') return json(200, { auth_url: context.authUrl(), tenant_id: context.settings.tenant });
  if (resource === 'report' && id === undefined) return routeReport(context, request);
  const entity = ENTITIES.get(resource);
  if (entity === undefined || rest.length > 0) return notFound('page', request.path);
  requireToken(request, context.tokens, entity.area);
  return routeEntity(context, entity, id || undefined, request, strikes);
}

function routeToken(context: RouteContext, request: SandboxRequest): Answer {
  if (request.method !== 'POST') return notAllowed('POST');
  context.counts.tokens += 1;
  return answerToken(request, context.settings, context.tokens);
}

function routeReport(context: RouteContext, request: SandboxRequest): Answer {
  requireToken(request, context.tokens, 'reporting');
  return request.method === 'POST' ? answerReport(context.store, request.body) : notAllowed('POST');
}

function routeEntity(
  context: ApiContext,
  entity: Entity,
  id: string | undefined,
  { method, query, body }: SandboxRequest,
  strikes: readonly Strike[],
): Answer {
  if (method === 'GET' && id === undefined) return answerList(context, entity, query, strikes);
  if (method === 'GET' && id !== undefined) return answerGet(context, entity, id, query);
  if (method === 'POST' && id === undefined) return answerPost(context, entity, body, strikes);
  if (method === 'DELETE' && id !== undefined) return answerDelete(context, entity, id, query);
  return notAllowed(id === undefined ? 'GET, POST' : 'GET, DELETE');
}

/** Halo has no PUT and no PATCH anywhere. */
function notAllowed(allow: string): Answer {
  return message(405, 'The requested resource does not support this method.', { allow });
}
