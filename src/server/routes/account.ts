import { randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { JSONSchema } from 'json-schema-to-ts';
import { verifyPassword } from '../../core/password-hash.ts';
import { hashToken } from '../../core/sealing.ts';
import type { Actor, Api } from '../api.ts';
import { auditOf } from '../audit-entry.ts';
import { meAnswer } from '../me-answer.ts';
import type { Platform } from '../platform.ts';
import { notFound, RequestError } from '../request-error.ts';
import { createSessionCookie } from '../session-cookie.ts';
import { newPassword, takeTry } from '../sign-in-person.ts';
import { NEW_PASSWORD, PASSWORD, sessionAnswer } from '../user-answer.ts';

const READ = { permission: 'account:read' } as const;
const WRITE = { permission: 'account:write' } as const;

const PASSWORD_BODY = {
  type: 'object',
  properties: { current: PASSWORD, password: NEW_PASSWORD },
  required: ['current', 'password'],
  additionalProperties: false,
} as const satisfies JSONSchema;

const SESSION_PARAMS = {
  type: 'object',
  properties: { session: { type: 'string', minLength: 1, maxLength: 64 } },
  required: ['session'],
  additionalProperties: false,
} as const satisfies JSONSchema;

/** What everybody may do about themselves. */
export function accountRoutes(api: Api, platform: Platform): void {
  const { store, settings } = platform;

  api.get(
    '/me',
    { config: READ, schema: { tags: ['people'], summary: 'Who asks, and what that one may do' } },
    async ({ actor }) => {
      const user = actor?.session ? await store.users.find(actor.name) : undefined;
      return { ...meAnswer(actor), issuer: user?.issuer ?? null };
    },
  );

  api.put(
    '/me/password',
    {
      config: WRITE,
      schema: {
        tags: ['people'],
        summary: 'Changes your password, and ends all your other sessions',
        body: PASSWORD_BODY,
      },
    },
    async (request, reply) => {
      const { name, session } = requirePerson(request);
      const { current, password } = request.body;
      const tried = await takeTry(platform, request, name);
      const user = await store.users.find(name);
      if (!(await verifyPassword(current, user?.password ?? undefined))) {
        throw new RequestError(403, 'ERR_PASSWORD_WRONG', 'The current password is another one');
      }
      await tried.wasGood();
      const hash = await newPassword(password, name);
      const entry = auditOf(request, 'user.password', `user/${name}`);
      await store.users.changePassword(session.userId, hash, session.id, entry);
      const secret = randomBytes(32).toString('base64url');
      await store.sessions.rotate(session.id, hashToken(secret));
      createSessionCookie(settings).write(request, reply, secret);
      return reply.code(204).send();
    },
  );

  api.get(
    '/me/sessions',
    { config: READ, schema: { tags: ['people'], summary: 'Your sessions, the last used first' } },
    async (request) => {
      const { session } = requirePerson(request);
      const sessions = await store.sessions.list(session.userId, settings.sessions);
      return { items: sessions.map((each) => sessionAnswer(each, session.id)), nextCursor: null };
    },
  );

  api.delete(
    '/me/sessions',
    { config: WRITE, schema: { tags: ['people'], summary: 'Ends all your sessions but this one' } },
    async (request) => {
      const { name, session } = requirePerson(request);
      const entry = auditOf(request, 'session.end', `user/${name}`);
      return { ended: await store.sessions.endOthers(session.userId, session.id, entry) };
    },
  );

  api.delete(
    '/me/sessions/:session',
    { config: WRITE, schema: { tags: ['people'], summary: 'Ends one of your sessions', params: SESSION_PARAMS } },
    async (request, reply) => {
      const { name, session } = requirePerson(request);
      const id = request.params.session;
      const isThere = await store.sessions.end(session.userId, id, auditOf(request, 'session.end', `user/${name}`));
      if (!isThere) throw notFound('You have no such session; it may be over');
      return reply.code(204).send();
    },
  );
}

/** @throws RequestError ERR_NOT_A_PERSON for tokens, which have neither sessions nor a password. */
function requirePerson({ actor }: FastifyRequest): { name: string; session: NonNullable<Actor['session']> } {
  if (actor?.session) return { name: actor.name, session: actor.session };
  throw new RequestError(
    400,
    'ERR_NOT_A_PERSON',
    'This is about a person who signed in; the request came with a token',
  );
}
