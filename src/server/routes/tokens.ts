import { randomBytes } from 'node:crypto';
import type { JSONSchema } from 'json-schema-to-ts';
import { hashToken } from '../../core/sealing.ts';
import type { AccessToken } from '../../store/access-tokens.ts';
import type { Api } from '../api.ts';
import { auditOf } from '../audit-entry.ts';
import type { KnownTokens } from '../authentication.ts';
import { ID_PARAMS } from '../parameters.ts';
import { PAGE_QUERY, readIdCursor, toPage } from '../paging.ts';
import { isAllowed, type Permission, PERMISSIONS, ROLE_NAMES } from '../permissions.ts';
import { LOCAL_TOKEN } from '../first-access.ts';
import type { Platform } from '../platform.ts';
import { notFound, requestInvalid } from '../request-error.ts';
import { isoTime } from '../user-answer.ts';

const DAY_MS = 86_400_000;

const LIST_QUERY = {
  type: 'object',
  properties: PAGE_QUERY,
  additionalProperties: false,
} as const satisfies JSONSchema;

const NEW_TOKEN = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 100, description: 'Who or what uses it.' },
    role: { enum: ROLE_NAMES },
    scopes: {
      type: 'array',
      items: { enum: PERMISSIONS },
      minItems: 1,
      description: 'What it may do of what its role may; all of that without.',
    },
    days: { type: 'integer', minimum: 1, maximum: 3650, description: 'How long it is valid; for ever without.' },
  },
  required: ['name', 'role'],
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Access tokens for programs, for administrators. */
export function tokenRoutes(
  api: Api,
  { store: { accessTokens }, tokens }: Platform & { readonly tokens: KnownTokens },
): void {
  api.get(
    '/tokens',
    {
      config: { permission: 'access:read' },
      schema: { tags: ['access'], summary: 'Access tokens, newest first', querystring: LIST_QUERY },
    },
    async ({ query: { limit, cursor } }) =>
      toPage(await accessTokens.list(LOCAL_TOKEN, readIdCursor(cursor), limit + 1), limit, ({ id }) => id, tokenAnswer),
  );

  api.post(
    '/tokens',
    {
      config: { permission: 'access:write' },
      schema: { tags: ['access'], summary: 'Makes an access token, and shows it this once', body: NEW_TOKEN },
    },
    async (request, reply) => {
      const { name, role, scopes, days } = request.body;
      refuseNonsense(name, role, scopes ?? []);
      const token = `sluice_${randomBytes(32).toString('base64url')}`;
      const made = await accessTokens.create(
        {
          ...{ name, role, hash: hashToken(token), scopes: scopes ?? null, createdBy: request.actor?.name ?? '' },
          expiresAt: days === undefined ? null : Date.now() + days * DAY_MS,
        },
        auditOf(request, 'token.create', `token/${name}`, { after: { name, role, scopes, days } }),
      );
      return reply.code(201).send({ ...tokenAnswer(made), token });
    },
  );

  api.delete(
    '/tokens/:id',
    {
      config: { permission: 'access:write' },
      schema: { tags: ['access'], summary: 'Withdraws an access token', params: ID_PARAMS },
    },
    async (request, reply) => {
      const { id } = request.params;
      const gone = await accessTokens.withdraw(Number(id), auditOf(request, 'token.withdraw', `token/${id}`));
      if (!gone) throw notFound(`There is no access token ${id}`);
      tokens.forget();
      return reply.code(204).send();
    },
  );
}

/** The name of tokens that processes make ends with them; a scope that the role lacks would only seem to be one. */
function refuseNonsense(name: string, role: string, scopes: readonly Permission[]): void {
  if (name === LOCAL_TOKEN) throw requestInvalid([{ path: 'name', message: `"${name}" is taken; choose another` }]);
  const beyond = scopes.filter((scope) => !isAllowed(role, scope));
  if (beyond.length === 0) return;
  throw requestInvalid([{ path: 'scopes', message: `${beyond.join(', ')}: more than the role "${role}" may` }]);
}

function tokenAnswer({ id, name, role, scopes, createdBy, ...times }: AccessToken): object {
  return {
    ...{ id: String(id), name, role, scopes: scopes === null ? null : (JSON.parse(scopes) as unknown), createdBy },
    createdAt: isoTime(times.createdAt),
    expiresAt: isoTime(times.expiresAt),
    usedAt: isoTime(times.usedAt),
  };
}
