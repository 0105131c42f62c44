import type { JSONSchema } from 'json-schema-to-ts';
import { VALUE_MAP_SPEC } from '../../engine/kinds.ts';
import type { Api } from '../api.ts';
import { authorOf } from '../document-author.ts';
import { IDENTIFIER_PARAMS } from '../parameters.ts';
import type { Platform } from '../platform.ts';
import { findDocument } from '../stored-documents.ts';

const ROWS_BODY = {
  type: 'object',
  properties: { rows: VALUE_MAP_SPEC.properties.rows },
  required: ['rows'],
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Value maps, for those who edit only the table. */
export function valueMapRoutes(api: Api, { configuration }: Platform): void {
  api.get(
    '/value-maps/:id',
    {
      config: { permission: 'configuration:read' },
      schema: { tags: ['value maps'], summary: 'One value map, as a document', params: IDENTIFIER_PARAMS },
    },
    ({ params: { id } }) => findDocument(configuration, 'value-map', id),
  );

  api.put(
    '/value-maps/:id/rows',
    {
      config: { permission: 'configuration:write' },
      schema: {
        tags: ['value maps'],
        summary: 'Replaces the rows of a value map',
        params: IDENTIFIER_PARAMS,
        body: ROWS_BODY,
      },
    },
    async (request) => {
      const { id } = request.params;
      const before = await findDocument(configuration, 'value-map', id);
      const document = { ...before, spec: { ...before.spec, rows: request.body.rows } };
      await configuration.apply([{ source: 'rows', document }], { author: authorOf(request) });
      return findDocument(configuration, 'value-map', id);
    },
  );
}
