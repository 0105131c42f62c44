import type { Api } from '../api.ts';

/** The description of the API itself. */
export function openApiRoutes(api: Api): void {
  api.get(
    '/openapi.json',
    { config: { permission: 'public' }, schema: { tags: ['health'], summary: 'This description, as OpenAPI 3.1' } },
    (_request, reply) => reply.send(api.swagger()),
  );
}
