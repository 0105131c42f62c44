import type { JSONSchema } from 'json-schema-to-ts';
import type { SourceFile } from '../../core/source-file.ts';
import { tooLarge } from '../../files/inbox/spool.ts';
import type { Api } from '../api.ts';
import { isoOrNull, readStored } from '../json-text.ts';
import { ID, IDENTIFIER_PARAMS } from '../parameters.ts';
import { PAGE_QUERY, readIdCursor, toPage } from '../paging.ts';
import type { Platform } from '../platform.ts';
import { notFound, RequestError } from '../request-error.ts';
import { findDocument } from '../stored-documents.ts';
import { readStreams } from '../upload.ts';

const READ = { permission: 'runs:read' } as const;
const WRITE = { permission: 'runs:start' } as const;

const FILE_PARAMS = {
  ...IDENTIFIER_PARAMS,
  properties: { ...IDENTIFIER_PARAMS.properties, file: { ...ID, description: 'Number of the file, as text.' } },
  required: ['id', 'file'],
} as const satisfies JSONSchema;

const UPLOAD_QUERY = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 255, description: 'Name of the file, e.g. stock.csv.' },
    hold: {
      type: 'boolean',
      default: false,
      description: 'No run reads it before "read-again" lets it; removed after a day. Plans that name it look at it.',
    },
  },
  required: ['name'],
  additionalProperties: false,
} as const satisfies JSONSchema;

const LIST_QUERY = {
  type: 'object',
  properties: PAGE_QUERY,
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Files of incomings whose subscriber is "file". */
export function fileRoutes(api: Api, { files, store, configuration, disk }: Platform): void {
  readStreams(api);

  api.post(
    '/incomings/:id/files',
    {
      config: { ...WRITE, isUpload: true },
      schema: {
        tags: ['files'],
        summary: 'Uploads a file, which the next run reads; the body is the file as it is',
        params: IDENTIFIER_PARAMS,
        querystring: UPLOAD_QUERY,
        body: { description: 'The file.' },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { name, hold } = request.query;
      await requireUploads(id);
      if (disk.isLow()) throw diskLow();
      if (Number(request.headers['content-length'] ?? 0) > files.maxBytes) throw tooLarge(name, files.maxBytes);
      return reply.code(201).send(fileAnswer(await files.receive(id, name, request.raw, { isHeld: hold })));
    },
  );

  api.get(
    '/incomings/:id/files',
    {
      config: READ,
      schema: {
        tags: ['files'],
        summary: 'Lists files, the newest first',
        params: IDENTIFIER_PARAMS,
        querystring: LIST_QUERY,
      },
    },
    async ({ params: { id }, query: { limit, cursor } }) => {
      await findDocument(configuration, 'incoming', id);
      const rows = await store.files.list(id, { before: readIdCursor(cursor), limit: limit + 1 });
      return toPage(rows, limit, (row) => row.id, fileAnswer);
    },
  );

  api.post(
    '/incomings/:id/files/:file/read-again',
    {
      config: WRITE,
      schema: {
        tags: ['files'],
        summary: 'Lets the next run read a file that was held or was read',
        params: FILE_PARAMS,
        body: {},
      },
    },
    async ({ params: { id, file } }) => {
      const found = await store.files.get(id, Number(file));
      if (!found) throw noFile(id, file);
      if (!(await store.files.again(id, found.id))) {
        throw new RequestError(
          409,
          'ERR_FILE_REMOVED',
          `The file "${found.name}" was removed from disk after it was read; upload it again`,
        );
      }
      return fileAnswer((await store.files.get(id, found.id)) ?? found);
    },
  );

  api.delete(
    '/incomings/:id/files/:file',
    {
      config: WRITE,
      schema: { tags: ['files'], summary: 'Removes a file; what was read of it stays', params: FILE_PARAMS },
    },
    async ({ params: { id, file } }, reply) => {
      if (!(await files.discard(id, Number(file)))) throw noFile(id, file);
      return reply.code(204).send();
    },
  );

  async function requireUploads(id: string): Promise<void> {
    const { spec } = await findDocument(configuration, 'incoming', id);
    const { type, source } = spec['subscriber'] as { type: string; source?: { kind: string } };
    if (type === 'file' && (source?.kind ?? 'upload') === 'upload') return;
    throw new RequestError(
      409,
      'ERR_NO_UPLOADS',
      `The incoming "${id}" takes no uploads: its subscriber is no "file" whose source is "upload"`,
    );
  }
}

function fileAnswer(file: SourceFile): object {
  const { id, source, name, bytes, hash, state, error, rows, place, modifiedAt, createdAt, readAt } = file;
  return {
    ...{ id: String(id), source, name, bytes, hash, state, rows, isKept: place !== null },
    ...{ createdAt: isoOrNull(createdAt), readAt: isoOrNull(readAt), modifiedAt: isoOrNull(modifiedAt) },
    ...(error !== null && { error: readStored(error) }),
  };
}

function noFile(incoming: string, file: string): RequestError {
  return notFound(`The incoming "${incoming}" has no file ${file}`);
}

function diskLow(): RequestError {
  return new RequestError(
    507,
    'ERR_DISK_LOW',
    'There is too little space on the disk of the data folder; free some first',
  );
}
