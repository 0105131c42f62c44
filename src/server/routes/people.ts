import type { JSONSchema } from 'json-schema-to-ts';
import { hashToken } from '../../core/sealing.ts';
import { meAnswer } from '../me-answer.ts';
import type { Api } from '../api.ts';
import { auditOf } from '../audit-entry.ts';
import type { Platform } from '../platform.ts';
import { RequestError } from '../request-error.ts';
import { createSessionCookie } from '../session-cookie.ts';
import { checkPassword, newPassword, openSession, takeTry } from '../sign-in-person.ts';
import { NEW_PASSWORD, PASSWORD, USER_NAME } from '../user-answer.ts';

const PUBLIC = { permission: 'public' } as const;
const NAME = { type: 'string', minLength: 1, maxLength: 100 } as const;

const SIGN_IN_BODY = {
  type: 'object',
  properties: { name: NAME, password: PASSWORD },
  required: ['name', 'password'],
  additionalProperties: false,
} as const satisfies JSONSchema;

const SETUP_BODY = {
  type: 'object',
  properties: {
    token: { type: 'string', maxLength: 1024, description: 'The administrator token of the first start.' },
    name: USER_NAME,
    password: NEW_PASSWORD,
  },
  required: ['token', 'name', 'password'],
  additionalProperties: false,
} as const satisfies JSONSchema;

/** How people come in and go out: set-up, sign-in, sign-out. */
export function peopleRoutes(api: Api, platform: Platform): void {
  const { store, settings } = platform;

  api.get(
    '/sign-in',
    { config: PUBLIC, schema: { tags: ['people'], summary: 'How one can sign in here' } },
    async (request) => {
      const secret = createSessionCookie(settings).read(request);
      const session =
        secret === undefined ? undefined : await store.sessions.find(hashToken(secret), settings.sessions);
      return {
        isSetUp: (await store.users.count()) > 0,
        isSignedIn: session !== undefined,
        oidc: settings.oidc ? { title: settings.oidc.title } : null,
      };
    },
  );

  api.post(
    '/setup',
    {
      config: PUBLIC,
      schema: {
        tags: ['people'],
        summary: 'Makes the first user, an administrator, and signs in; works once',
        body: SETUP_BODY,
      },
    },
    async (request, reply) => {
      const { token, password } = request.body;
      const name = request.body.name.toLowerCase();
      if ((await store.users.count()) > 0) throw alreadySetUp();
      const tried = await takeTry(platform, request, '(setup)');
      const owner = await store.accessTokens.find(hashToken(token));
      if (owner?.role !== 'administrator' || owner.scopes !== null) {
        throw new RequestError(401, 'ERR_SETUP_TOKEN', 'This is not the administrator token of this server');
      }
      await tried.wasGood();
      const hash = await newPassword(password, name);
      const entry = { ...auditOf(request, 'user.create', `user/${name}`), actor: owner.name };
      const user = await store.users.addFirst({ name, role: 'administrator', password: hash }, entry);
      if (!user) throw alreadySetUp();
      await openSession(platform, request, reply, user);
      return reply.code(201).send(meAnswer(request.actor));
    },
  );

  api.post(
    '/sign-in',
    {
      config: PUBLIC,
      schema: { tags: ['people'], summary: 'Opens a session, which the answer sets as a cookie', body: SIGN_IN_BODY },
    },
    async (request, reply) => {
      const { name, password } = request.body;
      const user = await checkPassword(platform, request, name.toLowerCase(), password);
      await openSession(platform, request, reply, user);
      return meAnswer(request.actor);
    },
  );

  api.post(
    '/sign-out',
    {
      config: { permission: 'account:write' },
      schema: { tags: ['people'], summary: 'Ends the session of the request' },
    },
    async (request, reply) => {
      const session = request.actor?.session;
      if (session)
        await store.sessions.end(
          session.userId,
          session.id,
          auditOf(request, 'sign-out', `user/${request.actor?.name ?? ''}`),
        );
      createSessionCookie(settings).clear(request, reply);
      return reply.code(204).send();
    },
  );
}

function alreadySetUp(): RequestError {
  return new RequestError(409, 'ERR_ALREADY_SET_UP', 'There is a user already; sign in, or ask an administrator');
}
