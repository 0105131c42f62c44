import type { onRequestAsyncHookHandler } from 'fastify';
import { hashToken } from '../core/sealing.ts';
import type { Actor } from './api.ts';
import { isAllowed, type Permission, rolesWith } from './permissions.ts';
import { RequestError } from './request-error.ts';

/** Where access tokens are looked up, by their hash. */
export interface AccessTokens {
  find(hash: string): Promise<Actor | undefined>;
}

/** How long a token is trusted without asking the database; one that was withdrawn works for that long. */
const TRUST_MS = 5000;
const MOST_REMEMBERED = 1000;

/**
 * Lets a request through when its bearer token has what its route needs.
 *
 * Decided by the route that was found, never by the text of the address. Only the header counts: without cookies
 * there is nothing that another web page could make a browser send.
 */
export function createGate(tokens: AccessTokens): onRequestAsyncHookHandler {
  const remembered = new Map<string, { readonly actor: Actor; readonly until: number }>();

  async function actorOf(token: string): Promise<Actor | undefined> {
    const hash = hashToken(token);
    const known = remembered.get(hash);
    if (known && known.until > Date.now()) return known.actor;
    const actor = await tokens.find(hash);
    remembered.delete(hash);
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    if (actor) remembered.set(hash, { actor, until: Date.now() + TRUST_MS });
    return actor;
  }

  return async (request, reply) => {
    if (request.is404) return;
    const { permission } = request.routeOptions.config;
    if (permission === 'public') return;
    const token = bearerOf(request.headers.authorization);
    const actor = token === undefined ? undefined : await actorOf(token);
    if (!actor) {
      reply.header('www-authenticate', 'Bearer');
      throw unauthenticated(token !== undefined);
    }
    if (permission === undefined || !isAllowed(actor.role, permission)) throw forbidden(actor, permission);
    request.actor = actor;
  };
}

function bearerOf(header: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1];
}

function unauthenticated(hasToken: boolean): RequestError {
  const message = hasToken
    ? 'The access token is not known; it may have been withdrawn'
    : 'Send an access token: "Authorization: Bearer <token>"';
  return new RequestError(401, 'ERR_UNAUTHENTICATED', message);
}

function forbidden({ role }: Actor, permission: Permission | undefined): RequestError {
  const roles = permission === undefined ? [] : rolesWith(permission);
  const needed = roles.length === 0 ? 'No role may do this' : `This needs one of the roles ${roles.join(', ')}`;
  return new RequestError(403, 'ERR_FORBIDDEN', `${needed}; the token has "${role}"`, { role, permission, roles });
}
