import type { JSONSchema } from 'json-schema-to-ts';
import { canonicalText } from '../../core/canonical-text.ts';
import { FileError } from '../../core/errors.ts';
import type { ValueMapRow } from '../../core/value-map.ts';
import { mapCell } from '../../files/entries.ts';
import { readRows } from '../../files/read-rows.ts';
import type { Api } from '../api.ts';
import { authorOf } from '../document-author.ts';
import { EXPORT_PROPERTIES, IMPORT_PROPERTIES, readingOf, sendFile } from '../file-answer.ts';
import { IDENTIFIER_PARAMS } from '../parameters.ts';
import type { Platform } from '../platform.ts';
import { findDocument } from '../stored-documents.ts';
import { readStreams } from '../upload.ts';

/** A value map is one document, which is held in memory. */
const MOST_ROWS = 100_000;

const EXPORT_QUERY = {
  type: 'object',
  properties: EXPORT_PROPERTIES,
  additionalProperties: false,
} as const satisfies JSONSchema;

const IMPORT_QUERY = {
  type: 'object',
  properties: {
    ...IMPORT_PROPERTIES,
    from: { type: 'string', minLength: 1, default: 'from', description: 'Column of the values that come in.' },
    to: { type: 'string', minLength: 1, default: 'to', description: 'Column of what they become.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Value maps as files. */
export function valueMapFileRoutes(api: Api, { configuration, files }: Platform): void {
  readStreams(api);

  api.get(
    '/value-maps/:id/export',
    {
      config: { permission: 'configuration:read' },
      schema: {
        tags: ['value maps'],
        summary: 'The table as a file',
        params: IDENTIFIER_PARAMS,
        querystring: EXPORT_QUERY,
      },
    },
    async ({ params: { id }, query: { format, separator, formulas } }, reply) => {
      const { spec } = await findDocument(configuration, 'value-map', id);
      const rows = (spec['rows'] as readonly ValueMapRow[]).map(([from, to]) => ({ from, to }));
      const batches = async function* () {
        yield await Promise.resolve(rows);
      };
      const columns = ['from', 'to'];
      return sendFile(reply, id, batches(), { format, columns, separator, guardFormulas: formulas === 'guard' });
    },
  );

  api.post(
    '/value-maps/:id/import',
    {
      config: { permission: 'configuration:write', isUpload: true },
      schema: {
        tags: ['value maps'],
        summary: 'Takes the rows of a file into the table, all of them or none; the body is the file',
        params: IDENTIFIER_PARAMS,
        querystring: IMPORT_QUERY,
        body: { description: 'The file.' },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { query } = request;
      await findDocument(configuration, 'value-map', id);
      const rows = await files.hold(query.name, request.raw, (file) => readMap(file, query));
      const before = await findDocument(configuration, 'value-map', id);
      const given = new Set(rows.map(([from]) => canonicalText(from)));
      const kept = (before.spec['rows'] as readonly ValueMapRow[]).filter(([from]) => !given.has(canonicalText(from)));
      const all = query.mode === 'replace' ? rows : [...kept, ...rows];
      const document = { ...before, spec: { ...before.spec, rows: all } };
      await configuration.apply([{ source: query.name, document }], { author: authorOf(request) });
      return { rows: rows.length, mode: query.mode };
    },
  );
}

/** Rows of a file; of several with the same value that comes in the last counts. */
async function readMap(
  file: Parameters<typeof readRows>[0],
  query: { readonly from: string; readonly to: string; readonly cells: 'text' | 'json' },
): Promise<ValueMapRow[]> {
  const found = new Map<string, ValueMapRow>();
  for await (const { rows } of readRows(file, readingOf(query), { size: 1000 })) {
    for (const row of rows) {
      const [from, to] = [query.from, query.to].map((column) => mapCell(row, column, query.cells, file.name));
      found.set(canonicalText(from ?? null), [from ?? null, to ?? null]);
    }
    if (found.size > MOST_ROWS) {
      const message = `The file "${file.name}" has more than ${MOST_ROWS} rows; put that many into a storage`;
      throw new FileError('ERR_FILE_INVALID', message, { details: { file: file.name } });
    }
  }
  return [...found.values()];
}
