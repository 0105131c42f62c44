import type { JSONSchema } from 'json-schema-to-ts';
import type { User } from '../../store/users.ts';
import type { Api } from '../api.ts';
import { auditOf } from '../audit-entry.ts';
import { PAGE_QUERY, readCursor, toPage } from '../paging.ts';
import { ROLE_NAMES } from '../permissions.ts';
import type { Platform } from '../platform.ts';
import { notFound, RequestError, requestInvalid } from '../request-error.ts';
import { newPassword } from '../sign-in-person.ts';
import { NEW_PASSWORD, sessionAnswer, USER_NAME, userAnswer } from '../user-answer.ts';

const READ = { permission: 'access:read' } as const;
const WRITE = { permission: 'access:write' } as const;
const ROLE = { enum: ROLE_NAMES } as const;

const LIST_QUERY = {
  type: 'object',
  properties: PAGE_QUERY,
  additionalProperties: false,
} as const satisfies JSONSchema;

const USER_PARAMS = {
  type: 'object',
  properties: { user: { type: 'string', minLength: 1, maxLength: 100 } },
  required: ['user'],
  additionalProperties: false,
} as const satisfies JSONSchema;

const NEW_USER = {
  type: 'object',
  properties: { name: USER_NAME, role: ROLE, password: NEW_PASSWORD },
  required: ['name', 'role', 'password'],
  additionalProperties: false,
} as const satisfies JSONSchema;

const USER_CHANGE = {
  type: 'object',
  properties: { role: ROLE, isDisabled: { type: 'boolean', description: 'Ends the sessions, and lets nobody in.' } },
  additionalProperties: false,
} as const satisfies JSONSchema;

const RESET_BODY = {
  type: 'object',
  properties: { password: NEW_PASSWORD },
  required: ['password'],
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Users, for administrators. */
export function userRoutes(api: Api, { store, settings }: Platform): void {
  const requireUser = async (name: string): Promise<User> => {
    const user = await store.users.find(name.toLowerCase());
    if (!user) throw notFound(`There is no user "${name}"`);
    return user;
  };

  api.get(
    '/users',
    { config: READ, schema: { tags: ['access'], summary: 'Users by name', querystring: LIST_QUERY } },
    async ({ query: { limit, cursor } }) =>
      toPage(await store.users.list(readCursor(cursor) ?? '', limit + 1), limit, ({ name }) => name, userAnswer),
  );

  api.post(
    '/users',
    { config: WRITE, schema: { tags: ['access'], summary: 'Makes a user', body: NEW_USER } },
    async (request, reply) => {
      const { role, password } = request.body;
      const name = request.body.name.toLowerCase();
      const hash = await newPassword(password, name);
      const entry = auditOf(request, 'user.create', `user/${name}`);
      const user = await store.users.add({ name, role, password: hash }, entry);
      if (!user) throw new RequestError(409, 'ERR_USER_EXISTS', `There is a user "${name}" already`);
      return reply.code(201).send(userAnswer(user));
    },
  );

  api.put(
    '/users/:user',
    {
      config: WRITE,
      schema: {
        tags: ['access'],
        summary: 'Changes the role of a user, or disables one',
        params: USER_PARAMS,
        body: USER_CHANGE,
      },
    },
    async (request) => {
      if (Object.keys(request.body).length === 0)
        throw requestInvalid([{ path: '', message: 'says nothing to change' }]);
      const { name } = await requireUser(request.params.user);
      const changed = await store.users.change(name, request.body, auditOf(request, 'user.change', `user/${name}`));
      return userAnswer(requireChanged(changed, name));
    },
  );

  api.post(
    '/users/:user/reset-password',
    {
      config: WRITE,
      schema: {
        tags: ['access'],
        summary: 'Gives a user another password, and ends the sessions',
        params: USER_PARAMS,
        body: RESET_BODY,
      },
    },
    async (request) => {
      const { name } = await requireUser(request.params.user);
      const password = await newPassword(request.body.password, name);
      const entry = auditOf(request, 'user.reset-password', `user/${name}`);
      return userAnswer(requireChanged(await store.users.change(name, { password }, entry), name));
    },
  );

  api.get(
    '/users/:user/sessions',
    { config: READ, schema: { tags: ['access'], summary: 'Sessions of a user', params: USER_PARAMS } },
    async ({ params, actor }) => {
      const { id } = await requireUser(params.user);
      const sessions = await store.sessions.list(id, settings.sessions);
      return { items: sessions.map((each) => sessionAnswer(each, actor?.session?.id)), nextCursor: null };
    },
  );

  api.delete(
    '/users/:user/sessions',
    { config: WRITE, schema: { tags: ['access'], summary: 'Ends all sessions of a user', params: USER_PARAMS } },
    async (request) => {
      const { id, name } = await requireUser(request.params.user);
      return { ended: await store.sessions.endOthers(id, '', auditOf(request, 'session.end', `user/${name}`)) };
    },
  );
}

function requireChanged(user: User | 'last-administrator' | undefined, name: string): User {
  if (user === undefined) throw notFound(`There is no user "${name}"`);
  if (user !== 'last-administrator') return user;
  const message = `"${name}" is the last administrator; make another one first`;
  throw new RequestError(409, 'ERR_LAST_ADMINISTRATOR', message);
}
