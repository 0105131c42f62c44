import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { VERSION } from './version.ts';

/** What every error answers. */
export const ERROR = {
  type: 'object',
  properties: {
    code: { type: 'string', description: 'Stable name of the error.' },
    message: { type: 'string', description: 'What is wrong, for a person.' },
    details: { type: 'object', additionalProperties: true },
  },
  required: ['code', 'message', 'details'],
} as const;

/** How the description of the API is made from the routes' schemas. */
export const openApiOptions: FastifyDynamicSwaggerOptions = {
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'Sluice',
      version: VERSION,
      description:
        'Lists answer { items, nextCursor }, errors { code, message, details }. Instants are ISO 8601 in UTC, ids are text.',
    },
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  },
  transform: ({ schema, url, route }) => {
    const { permission } = route.config ?? {};
    const isPublic = permission === 'public';
    return {
      url,
      schema: {
        ...schema,
        ...{ 'x-permission': permission },
        security: isPublic ? [] : [{ token: [] }],
        response: { ...(schema.response as object | undefined), default: { description: 'Error', ...ERROR } },
      },
    };
  },
};
