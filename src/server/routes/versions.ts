import type { JSONSchema } from 'json-schema-to-ts';
import type { DocumentVersion, StoredVersion } from '../../engine/document-versions.ts';
import type { Kind } from '../../engine/kinds.ts';
import type { Api } from '../api.ts';
import { authorOf, entityTag, expectedVersion } from '../document-author.ts';
import { ID } from '../parameters.ts';
import { PAGE_QUERY, readIdCursor, toPage } from '../paging.ts';
import type { Platform } from '../platform.ts';
import { notFound, RequestError } from '../request-error.ts';
import { findDocument } from '../stored-documents.ts';
import { isoTime } from '../user-answer.ts';
import { DOCUMENT_PARAMS } from './documents.ts';

const READ = { permission: 'configuration:read' } as const;
const WRITE = { permission: 'configuration:write' } as const;

const VERSION_PARAMS = {
  type: 'object',
  properties: { ...DOCUMENT_PARAMS.properties, version: { ...ID, description: 'Number of a version.' } },
  required: ['kind', 'identifier', 'version'],
  additionalProperties: false,
} as const satisfies JSONSchema;

const VERSIONS_QUERY = {
  type: 'object',
  properties: { ...PAGE_QUERY, limit: { ...PAGE_QUERY.limit, maximum: 100, default: 20 } },
  additionalProperties: false,
} as const satisfies JSONSchema;

const ROLLBACK_BODY = {
  type: 'object',
  properties: {
    version: { type: 'integer', minimum: 1, description: 'Number of the version that is to be live again.' },
    reason: { type: 'string', maxLength: 1000, description: 'Why; or the header x-reason.' },
    skipTests: { type: 'boolean', default: false, description: 'Lets it through although saved tests fail.' },
  },
  required: ['version'],
  additionalProperties: false,
} as const satisfies JSONSchema;

/** What a document was, and the way back. */
export function versionRoutes(api: Api, { configuration, store: { versions, documents } }: Platform): void {
  /** The newest versions of a page, each with the one before it. */
  const read = async (kind: Kind, identifier: string, before: number | undefined, limit: number) => {
    const stored = await versions.list(kind, identifier, before, limit + 1);
    return stored.map((version, index) => ({ version, previous: stored[index + 1] }));
  };
  const show = ({ version, previous }: { version: StoredVersion; previous: StoredVersion | undefined }) =>
    versionAnswer(configuration.showVersion(version, previous));

  api.get(
    '/documents/:kind/:identifier/versions',
    {
      config: READ,
      schema: {
        tags: ['configuration'],
        summary: 'Versions of a document with what each changed, newest first',
        params: DOCUMENT_PARAMS,
        querystring: VERSIONS_QUERY,
      },
    },
    async ({ params: { kind, identifier }, query: { limit, cursor } }) => {
      const before = readIdCursor(cursor);
      const pairs = await read(kind, identifier, before, limit);
      if (pairs.length === 0 && before === undefined) throw notFound(`There was never a ${kind} "${identifier}"`);
      // Lists tell what changed; whole documents are asked for one by one.
      return toPage(
        pairs,
        limit,
        ({ version }) => version.version,
        (pair) => ({ ...show(pair), document: undefined }),
      );
    },
  );

  api.get(
    '/documents/:kind/:identifier/versions/:version',
    {
      config: READ,
      schema: { tags: ['configuration'], summary: 'One version, with its document', params: VERSION_PARAMS },
    },
    async ({ params: { kind, identifier, version } }) => {
      const [found] = await read(kind, identifier, Number(version) + 1, 1);
      if (found?.version.version !== Number(version))
        throw notFound(`There is no version ${version} of ${kind} "${identifier}"`);
      return show(found);
    },
  );

  api.post(
    '/documents/:kind/:identifier/rollback',
    {
      config: WRITE,
      schema: {
        tags: ['configuration'],
        summary: 'Makes an old version the newest one; secrets stay those of today',
        params: DOCUMENT_PARAMS,
        body: ROLLBACK_BODY,
      },
    },
    async (request, reply) => {
      const { kind, identifier } = request.params;
      const { version, reason, skipTests } = request.body;
      const [found] = await versions.list(kind, identifier, version + 1, 1);
      if (found?.version !== version) throw notFound(`There is no version ${version} of ${kind} "${identifier}"`);
      if (found.body === null) {
        throw new RequestError(
          409,
          'ERR_VERSION_DELETED',
          `Version ${version} is the deletion; delete the document instead`,
        );
      }
      const isThere = (await documents.get(kind, identifier)) !== undefined;
      const document = configuration.documentOfVersion(found.body, isThere);
      const author = authorOf(request, reason ?? `Back to version ${version}`);
      await configuration.apply([{ source: `version ${version}`, document }], {
        ...{ skipTests, author, expected: expectedVersion(request) },
      });
      const now = (await documents.get(kind, identifier))?.version ?? 0;
      return reply.header('etag', entityTag(now)).send(await findDocument(configuration, kind, identifier));
    },
  );
}

function versionAnswer({ at, ...version }: DocumentVersion) {
  return { ...version, at: isoTime(at) };
}
