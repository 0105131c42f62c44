import type { JSONSchema } from 'json-schema-to-ts';
import type { Variable } from '../../store/variables.ts';
import type { Api } from '../api.ts';
import { auditOf } from '../audit-entry.ts';
import { NOTHING } from '../parameters.ts';
import type { Platform } from '../platform.ts';
import { notFound, requestInvalid } from '../request-error.ts';
import { isReserved, variableLookup } from '../settings.ts';
import { isoTime } from '../user-answer.ts';

const READ = { permission: 'configuration:read' } as const;
const WRITE = { permission: 'configuration:write' } as const;

const PARAMS = {
  type: 'object',
  properties: { name: { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$', maxLength: 128 } },
  required: ['name'],
  additionalProperties: false,
} as const satisfies JSONSchema;

const BODY = {
  type: 'object',
  properties: {
    value: { type: 'string', maxLength: 65_536, description: 'What documents get for ${NAME}.' },
    isSecret: { type: 'boolean', default: true, description: 'Whether it is never shown again.' },
    reason: { type: 'string', maxLength: 1000, description: 'Why, for the audit trail.' },
  },
  required: ['value'],
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Variables that are kept on the server. Secrets among them go in and never come out. */
export function variableRoutes(api: Api, { store: { variables }, settings }: Platform): void {
  const inEnvironment = variableLookup(settings.environment);
  const answer = ({ name, value, isSecret, author, updatedAt }: Variable): object => ({
    name,
    value: isSecret ? null : value,
    isSecret,
    author,
    updatedAt: isoTime(updatedAt),
    isOverridden: inEnvironment(name) !== undefined,
  });

  api.get(
    '/variables',
    {
      config: READ,
      schema: { tags: ['configuration'], summary: 'Variables that are kept here; secrets without value' },
    },
    async () => ({ items: (await variables.all()).map(answer), nextCursor: null }),
  );

  api.put(
    '/variables/:name',
    {
      config: WRITE,
      schema: { tags: ['configuration'], summary: 'Sets a variable', params: PARAMS, body: BODY },
    },
    async (request) => {
      const { name } = request.params;
      const { value, isSecret, reason } = request.body;
      if (isReserved(name)) {
        throw requestInvalid([
          { path: 'params.name', message: `${name} belongs to the server; documents never read it` },
        ]);
      }
      const author = request.actor?.name ?? '(nobody)';
      const after = { isSecret, ...(!isSecret && { value }) };
      const variable = { name, value, isSecret, author, updatedAt: Date.now() };
      await variables.set(variable, auditOf(request, 'variable.set', `variable/${name}`, { reason, after }));
      return answer(variable);
    },
  );

  api.delete(
    '/variables/:name',
    {
      config: WRITE,
      schema: {
        tags: ['configuration'],
        summary: 'Removes a variable; documents that name it are not valid then',
        params: PARAMS,
        response: { 204: { ...NOTHING, type: 'null', description: 'Removed' } },
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      const isRemoved = await variables.remove(name, auditOf(request, 'variable.remove', `variable/${name}`));
      if (!isRemoved) throw notFound(`There is no variable "${name}"`);
      return reply.code(204).send();
    },
  );
}
