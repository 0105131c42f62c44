import type { Json } from '../../../src/core/record.ts';

/** A small document with paths, of the version that is asked for. */
export function documentWith(paths: Record<string, unknown>, more: Record<string, unknown> = {}): unknown {
  return { openapi: '3.0.3', info: { title: 'Made up', version: '1' }, paths, ...more };
}

/** A document out of text, as it comes from a file: `__proto__` stays a key then. */
export function parsed(text: string): Json {
  return JSON.parse(text) as Json;
}

export const QUERY = { name: 'active', in: 'query', schema: { type: 'boolean' } };

/** Devices of an OpenAPI 3.0 document with nothing strange in it. */
export const DEVICES = documentWith(
  {
    '/api/v2/Devices': {
      get: { summary: "The vendor's sentence", parameters: [QUERY] },
      post: { requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Device' } } } } },
    },
    '/api/v2/Devices/{deviceId}': {
      parameters: [{ name: 'deviceId', in: 'path', required: true, schema: { type: 'integer' } }],
      get: {},
      patch: {},
      put: {},
      delete: {},
    },
    '/api/v2/Devices/{deviceId}/alerts': {
      get: { responses: { 200: { content: { 'application/json': { schema: { type: 'array', items: {} } } } } } },
    },
    '/api/v2/Devices/{deviceId}/reset': { post: {} },
  },
  {
    components: {
      schemas: {
        Device: {
          type: 'object',
          properties: {
            id: { type: 'integer', readOnly: true },
            name: { type: 'string' },
            seen: { type: 'string', format: 'date-time' },
            tags: { type: 'array', items: { type: 'string' } },
            site: { $ref: '#/components/schemas/Site' },
          },
        },
        Site: { type: 'object', properties: { id: { type: 'integer' } } },
      },
    },
  },
);
