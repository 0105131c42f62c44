import type { JSONSchema } from 'json-schema-to-ts';
import type { Json } from '../../core/record.ts';
import { specIn } from '../../engine/environment.ts';
import { columnsOfLayout, type Entry, type EntryColumns, entryOf, entryRow } from '../../files/entries.ts';
import type { ReadingOptions } from '../../files/options.ts';
import { type NamedFile, readRows } from '../../files/read-rows.ts';
import type { Api } from '../api.ts';
import { EXPORT_PROPERTIES, IMPORT_PROPERTIES, readingOf, sendFile } from '../file-answer.ts';
import { IDENTIFIER_PARAMS } from '../parameters.ts';
import type { Platform } from '../platform.ts';
import { findDocument } from '../stored-documents.ts';
import { readStreams } from '../upload.ts';

const PAGE = 500;

const EXPORT_QUERY = {
  type: 'object',
  properties: EXPORT_PROPERTIES,
  additionalProperties: false,
} as const satisfies JSONSchema;

const IMPORT_QUERY = {
  type: 'object',
  properties: {
    ...IMPORT_PROPERTIES,
    key: { type: 'string', minLength: 1, default: 'key', description: 'Column of the key.' },
    value: {
      type: 'string',
      minLength: 1,
      description: 'Column of the value; by default all other columns are its fields.',
    },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Storages as files. */
export function storageFileRoutes(api: Api, { store, configuration, files, settings }: Platform): void {
  readStreams(api);

  api.get(
    '/storages/:id/export',
    {
      config: { permission: 'storages:read' },
      schema: {
        tags: ['storages'],
        summary: 'All entries as a file',
        params: IDENTIFIER_PARAMS,
        querystring: EXPORT_QUERY,
      },
    },
    async ({ params: { id }, query: { format, separator, formulas } }, reply) => {
      await findDocument(configuration, 'storage', id);
      const { layout, columns } = format === 'ndjson' ? VALUE_LAYOUT : await columnsOfLayout(entries(id));
      const rows = async function* () {
        for await (const batch of entries(id)) yield batch.map((entry) => entryRow(entry, layout));
      };
      return sendFile(reply, id, rows(), { format, columns, separator, guardFormulas: formulas === 'guard' });
    },
  );

  api.post(
    '/storages/:id/import',
    {
      config: { permission: 'storages:write', isUpload: true },
      schema: {
        tags: ['storages'],
        summary: 'Writes entries of a file, all of them or none; the body is the file',
        params: IDENTIFIER_PARAMS,
        querystring: IMPORT_QUERY,
        body: { description: 'The file.' },
      },
    },
    async ({ params: { id }, query, raw }) => {
      const found = await findDocument(configuration, 'storage', id);
      const { name, key, value, cells, mode } = query;
      const { ttlSeconds }: { readonly ttlSeconds?: number } = specIn(settings.environmentName, found);
      const expiresAt = ttlSeconds === undefined ? null : Date.now() + ttlSeconds * 1000;
      return files.hold(name, raw, async (file) => {
        const reading = readingOf(query);
        const columns = { key, value, cells };
        // The whole file is looked at before the first entry is written, so that a fault costs nobody any waiting.
        let rows = 0;
        for await (const batch of entriesOf(file, reading, columns)) rows += batch.length;
        const batches = async function* () {
          for await (const batch of entriesOf(file, reading, columns)) {
            yield batch.map((entry) => ({ key: entry.key, value: JSON.stringify(entry.value), expiresAt }));
          }
        };
        await store.storages.writeAll(id, batches(), mode === 'replace');
        return { rows, mode };
      });
    },
  );

  async function* entries(id: string): AsyncGenerator<readonly Entry[]> {
    for (let after: string | undefined; ;) {
      const page = await store.storages.list(id, { after, limit: PAGE });
      if (page.length > 0) yield page.map(({ key, value }) => ({ key, value: JSON.parse(value) as Json }));
      if (page.length < PAGE) return;
      after = page.at(-1)?.key;
    }
  }
}

const VALUE_LAYOUT = { layout: 'value', columns: ['key', 'value'] } as const;

async function* entriesOf(
  file: NamedFile,
  reading: ReadingOptions,
  columns: EntryColumns,
): AsyncGenerator<readonly Entry[]> {
  for await (const { rows } of readRows(file, reading, { size: PAGE })) {
    yield rows.map((row) => entryOf(row, columns, file.name));
  }
}
