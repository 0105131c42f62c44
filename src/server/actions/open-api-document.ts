import type { Action } from '../../connector/actions/action.ts';
import { inputSchema, outputSchema, recordSchema, type ValueSchema } from '../../connector/actions/schemas.ts';
import { ERROR } from '../open-api.ts';
import { VERSION } from '../version.ts';
import { PERMISSION_OF } from './call-action.ts';

/** What a description is made of. */
export interface Described {
  /** Identifier of the client. */
  readonly client: string;
  readonly title: string;
  readonly actions: readonly Action[];
  /** Address below which the actions stand. */
  readonly url: string;
}

/** Actions of a client as OpenAPI 3.1, for tools that import it. */
export function actionsOpenApi({ client, title, actions, url }: Described): object {
  const records: Record<string, ValueSchema> = {};
  const paths: Record<string, object> = {};
  for (const action of actions) {
    const { entity } = action.operation;
    records[entity.name] ??= recordSchema(entity);
    paths[`/${action.name}`] = { post: operationOf(action) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: `${title}: ${client}`,
      version: VERSION,
      description: `What the client "${client}" of Sluice can do.`,
    },
    servers: [{ url }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'An access token of Sluice.' } },
      schemas: { ...records, error: ERROR },
    },
  };
}

function operationOf(action: Action): object {
  const { name, title, description, kind, operation } = action;
  const record = { $ref: `#/components/schemas/${operation.entity.name}` };
  const input = inputSchema(action, record);
  return {
    operationId: name.replaceAll(/[^A-Za-z0-9]+([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
    summary: title,
    ...(description !== undefined && { description }),
    tags: [operation.entity.name],
    'x-kind': kind,
    'x-permission': PERMISSION_OF[kind],
    requestBody: {
      required: Array.isArray(input['required']) && input['required'].length > 0,
      content: { 'application/json': { schema: input } },
    },
    responses: {
      200: {
        description: 'What it answers.',
        content: { 'application/json': { schema: outputSchema(action, record) } },
      },
      default: {
        description: 'Error',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/error' } } },
      },
    },
  };
}
