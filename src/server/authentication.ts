import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { hashToken } from '../core/sealing.ts';
import type { Actor } from './api.ts';
import { mayDo, type Permission, rolesWith } from './permissions.ts';
import { RequestError } from './request-error.ts';
import { isUnsafe, requireSameOrigin } from './same-origin.ts';
import type { SessionCookie } from './session-cookie.ts';

/** What lets requests in. */
export interface GateDeps {
  readonly tokens: KnownTokens;
  readonly cookie: SessionCookie;
  /** Who has the session of a cookie, while it lives. */
  readonly findSession: (
    hash: string,
  ) => Promise<
    { readonly id: string; readonly userId: string; readonly name: string; readonly role: string } | undefined
  >;
  readonly publicUrl: string | undefined;
}

/** Access tokens by their text, remembered for a moment. */
export interface KnownTokens {
  find(token: string): Promise<Actor | undefined>;
  /** Asks the database again from now on: one was withdrawn. */
  forget(): void;
}

/** Where access tokens are looked up, by their hash. */
interface AccessTokens {
  find(hash: string): Promise<(Actor & { readonly expiresAt: number | null }) | undefined>;
}

/** How long a token is trusted without asking the database; one withdrawn by another process works for that long. */
const TRUST_MS = 5000;
const MOST_REMEMBERED = 1000;

/** Looks tokens up, and asks the database for each every few seconds only. */
export function rememberTokens(tokens: AccessTokens): KnownTokens {
  const remembered = new Map<string, { readonly actor: Actor; readonly until: number }>();
  return {
    async find(token) {
      const hash = hashToken(token);
      const known = remembered.get(hash);
      if (known && known.until > Date.now()) return known.actor;
      const found = await tokens.find(hash);
      remembered.delete(hash);
      if (remembered.size >= MOST_REMEMBERED) remembered.clear();
      if (!found) return undefined;
      const { name, role, scopes, expiresAt } = found;
      const actor = { name, role, scopes };
      remembered.set(hash, { actor, until: Math.min(Date.now() + TRUST_MS, expiresAt ?? Infinity) });
      return actor;
    },
    forget() {
      remembered.clear();
    },
  };
}

/**
 * Lets a request through when its bearer token or its session has what its route needs.
 *
 * Decided by the route that was found, never by the text of the address. A token counts before a cookie, and a wrong
 * one is not made good by it. What a cookie lets in has to come from our own pages, where it may change something.
 */
export function createGate(deps: GateDeps): onRequestAsyncHookHandler {
  return async (request, reply) => {
    if (request.is404) return;
    const { permission, isForPrograms = false } = request.routeOptions.config;
    if (permission === 'public') {
      // Signing in is refused to foreign pages too: they could sign a person in as somebody else.
      if (isUnsafe(request) && !isForPrograms) requireSameOrigin(request, deps.publicUrl, false);
      return;
    }
    const token = bearerOf(request.headers.authorization);
    const actor = token === undefined ? await personOf(request, deps) : await deps.tokens.find(token);
    if (!actor) {
      reply.header('www-authenticate', 'Bearer');
      throw unauthenticated(token !== undefined);
    }
    request.actor = actor;
    requirePermission(actor, permission);
  };
}

/** Throws ERR_FORBIDDEN unless somebody may do something; nobody may do what names no permission. */
export function requirePermission(actor: Actor, permission: Permission | undefined): void {
  if (permission === undefined || !mayDo(actor, permission)) throw forbidden(actor, permission);
}

async function personOf(
  request: FastifyRequest,
  { cookie, findSession, publicUrl }: GateDeps,
): Promise<Actor | undefined> {
  const secret = cookie.read(request);
  const session = secret === undefined ? undefined : await findSession(hashToken(secret));
  if (!session) return undefined;
  if (isUnsafe(request)) requireSameOrigin(request, publicUrl, true);
  const { id, userId, name, role } = session;
  return { name, role, scopes: null, session: { id, userId } };
}

function bearerOf(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  return /^Bearer +(\S+) *$/i.exec(header)?.[1] ?? '';
}

function unauthenticated(hasToken: boolean): RequestError {
  const message = hasToken
    ? 'The access token is not known; it may be over or withdrawn'
    : 'Sign in, or send an access token: "Authorization: Bearer <token>"';
  return new RequestError(401, 'ERR_UNAUTHENTICATED', message);
}

function forbidden({ role, scopes }: Actor, permission: Permission | undefined): RequestError {
  const roles = permission === undefined ? [] : rolesWith(permission);
  const needed = roles.length === 0 ? 'No role may do this' : `This needs one of the roles ${roles.join(', ')}`;
  const limits = scopes === null ? '' : `, for ${scopes.join(', ')} only`;
  const details = { role, permission, roles };
  return new RequestError(403, 'ERR_FORBIDDEN', `${needed}; you have "${role}"${limits}`, details);
}
