import type { JSONSchema } from 'json-schema-to-ts';
import { specIn } from '../../engine/environment.ts';
import type { StorageEntry } from '../../store/storages.ts';
import type { Api } from '../api.ts';
import { isoOrNull, readStored } from '../json-text.ts';
import { IDENTIFIER_PARAMS, NOTHING } from '../parameters.ts';
import { PAGE_QUERY, readCursor, toPage } from '../paging.ts';
import type { Platform } from '../platform.ts';
import { notFound } from '../request-error.ts';
import { findDocument } from '../stored-documents.ts';

const READ = { permission: 'storages:read' } as const;
const WRITE = { permission: 'storages:write' } as const;

const ENTRY_PARAMS = {
  ...IDENTIFIER_PARAMS,
  properties: { ...IDENTIFIER_PARAMS.properties, key: { type: 'string', minLength: 1, maxLength: 1024 } },
  required: ['id', 'key'],
} as const satisfies JSONSchema;

const LIST_QUERY = {
  type: 'object',
  properties: { ...PAGE_QUERY, search: { type: 'string', maxLength: 1024, description: 'Part of the key.' } },
  additionalProperties: false,
} as const satisfies JSONSchema;

const ENTRY_BODY = {
  type: 'object',
  properties: { value: { description: 'Any JSON.' } },
  required: ['value'],
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Entries of storages. The storage has to be there as a document. */
export function storageRoutes(api: Api, { store, configuration, settings }: Platform): void {
  const requireStorage = async (id: string): Promise<{ readonly ttlSeconds?: number }> =>
    specIn(settings.environmentName, await findDocument(configuration, 'storage', id));

  api.get(
    '/storages/:id/entries',
    {
      config: READ,
      schema: {
        tags: ['storages'],
        summary: 'Lists entries by key',
        params: IDENTIFIER_PARAMS,
        querystring: LIST_QUERY,
      },
    },
    async ({ params: { id }, query: { search, limit, cursor } }) => {
      await requireStorage(id);
      const rows = await store.storages.list(id, { after: readCursor(cursor), search, limit: limit + 1 });
      return toPage(rows, limit, ({ key }) => key, entryAnswer);
    },
  );

  api.get(
    '/storages/:id/entries/:key',
    { config: READ, schema: { tags: ['storages'], summary: 'One entry', params: ENTRY_PARAMS } },
    async ({ params: { id, key } }) => {
      await requireStorage(id);
      const entry = await store.storages.get(id, key);
      if (!entry) throw noEntry(id, key);
      return entryAnswer(entry);
    },
  );

  api.put(
    '/storages/:id/entries/:key',
    {
      config: WRITE,
      schema: { tags: ['storages'], summary: 'Writes an entry', params: ENTRY_PARAMS, body: ENTRY_BODY },
    },
    async ({ params: { id, key }, body: { value } }) => {
      const { ttlSeconds } = await requireStorage(id);
      const expiresAt = ttlSeconds === undefined ? null : Date.now() + ttlSeconds * 1000;
      await store.storages.put(id, key, JSON.stringify(value), expiresAt);
      const entry = await store.storages.get(id, key);
      if (!entry) throw noEntry(id, key);
      return entryAnswer(entry);
    },
  );

  api.delete(
    '/storages/:id/entries/:key',
    {
      config: WRITE,
      schema: {
        tags: ['storages'],
        summary: 'Deletes an entry',
        params: ENTRY_PARAMS,
        response: { 204: { ...NOTHING, type: 'null', description: 'Deleted' } },
      },
    },
    async ({ params: { id, key } }, reply) => {
      await requireStorage(id);
      if (!(await store.storages.remove(id, key))) throw noEntry(id, key);
      return reply.code(204).send();
    },
  );
}

function entryAnswer({ key, value, updatedAt, expiresAt }: StorageEntry): Record<string, unknown> {
  return { key, value: readStored(value), updatedAt: isoOrNull(updatedAt), expiresAt: isoOrNull(expiresAt) };
}

function noEntry(storage: string, key: string): Error {
  return notFound(`The storage "${storage}" has no entry "${key}"`);
}
