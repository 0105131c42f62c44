import type { JSONSchema } from 'json-schema-to-ts';
import { ENVELOPE, KINDS, type Document, type Kind } from '../../engine/kinds.ts';
import type { Api } from '../api.ts';
import { authorOf, entityTag, expectedVersion } from '../document-author.ts';
import { NOTHING } from '../parameters.ts';
import { PAGE_QUERY, readCursor, toPage } from '../paging.ts';
import type { Platform } from '../platform.ts';
import { requestInvalid } from '../request-error.ts';
import { findDocument } from '../stored-documents.ts';

const READ = { permission: 'configuration:read' } as const;
const WRITE = { permission: 'configuration:write' } as const;

const KIND = { enum: Object.keys(KINDS) as Kind[] } as const;

/** Path of one document. */
export const DOCUMENT_PARAMS = {
  type: 'object',
  properties: { kind: KIND, identifier: { type: 'string', minLength: 1, maxLength: 255 } },
  required: ['kind', 'identifier'],
  additionalProperties: false,
} as const satisfies JSONSchema;

const LIST_QUERY = {
  type: 'object',
  properties: { ...PAGE_QUERY, kind: KIND, limit: { ...PAGE_QUERY.limit, maximum: 10_000, default: 10_000 } },
  additionalProperties: false,
} as const satisfies JSONSchema;

const SKIP_TESTS = {
  type: 'boolean',
  default: false,
  description: 'Lets the change through although saved tests fail.',
} as const;

const PUT_QUERY = {
  type: 'object',
  properties: {
    skipTests: SKIP_TESTS,
    reason: { type: 'string', maxLength: 1000, description: 'Why, for the versions; or the header x-reason.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Places of documents are only names for messages: nothing is read there. */
const APPLY_BODY = {
  type: 'object',
  properties: {
    documents: {
      type: 'array',
      maxItems: 10_000,
      items: {
        type: 'object',
        properties: {
          source: { type: 'string', maxLength: 1024, description: 'Where it is from, for messages.' },
          document: { description: 'A configuration document.' },
        },
        required: ['source', 'document'],
        additionalProperties: false,
      },
    },
    dryRun: { type: 'boolean', default: false, description: 'Says what would change, and changes nothing.' },
    skipTests: SKIP_TESTS,
    reason: { type: 'string', maxLength: 1000, description: 'Why, for the versions; or the header x-reason.' },
  },
  required: ['documents'],
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Configuration documents. Secrets go in and never come out: a document without them keeps those it has. */
export function documentRoutes(api: Api, { configuration, store }: Platform): void {
  api.get(
    '/documents',
    { config: READ, schema: { tags: ['configuration'], summary: 'Lists documents', querystring: LIST_QUERY } },
    async ({ query: { kind, limit, cursor } }) => {
      const after = readCursor(cursor);
      const all = (await configuration.export()).filter((each) => kind === undefined || each.kind === kind);
      const rest = after === undefined ? all : all.slice(all.findIndex((each) => positionOf(each) === after) + 1);
      return toPage(rest, limit, positionOf, (document) => document);
    },
  );

  api.post(
    '/documents/apply',
    {
      config: WRITE,
      schema: { tags: ['configuration'], summary: 'Creates or updates documents, all or nothing', body: APPLY_BODY },
    },
    async (request) => {
      const { documents, dryRun, skipTests, reason } = request.body;
      const submitted = documents.map(({ source, document }) => ({ source, document }));
      const changes = await configuration.apply(submitted, { dryRun, skipTests, author: authorOf(request, reason) });
      return { changes, problems: [] };
    },
  );

  api.get(
    '/documents/:kind/:identifier',
    { config: READ, schema: { tags: ['configuration'], summary: 'One document', params: DOCUMENT_PARAMS } },
    async ({ params: { kind, identifier } }, reply) => {
      // Asked first: a version that is too old is refused later, one that is too new would not be.
      const version = (await store.documents.get(kind, identifier))?.version ?? 0;
      const document = await findDocument(configuration, kind, identifier);
      return reply.header('etag', entityTag(version)).send(document);
    },
  );

  api.put(
    '/documents/:kind/:identifier',
    {
      config: WRITE,
      schema: {
        tags: ['configuration'],
        summary: 'Creates or updates a document',
        params: DOCUMENT_PARAMS,
        querystring: PUT_QUERY,
        body: ENVELOPE,
      },
    },
    async (request, reply) => {
      const { kind, identifier } = request.params;
      requireSameName({ kind, identifier }, request.body);
      const [change] = await configuration.apply([{ source: 'document', document: request.body }], {
        skipTests: request.query.skipTests,
        author: authorOf(request, request.query.reason),
        expected: expectedVersion(request),
      });
      const version = (await store.documents.get(kind, identifier))?.version ?? 0;
      const document = await findDocument(configuration, kind, identifier);
      const status = change?.action === 'create' ? 201 : 200;
      return reply.code(status).header('etag', entityTag(version)).send(document);
    },
  );

  api.delete(
    '/documents/:kind/:identifier',
    {
      config: WRITE,
      schema: {
        tags: ['configuration'],
        summary: 'Deletes a document that no other refers to',
        params: DOCUMENT_PARAMS,
        response: { 204: { ...NOTHING, type: 'null', description: 'Deleted' } },
      },
    },
    async (request, reply) => {
      const { kind, identifier } = request.params;
      await configuration.remove(kind, identifier, { author: authorOf(request), expected: expectedVersion(request) });
      return reply.code(204).send();
    },
  );
}

function positionOf({ kind, identifier }: Document): string {
  return `${kind}/${identifier}`;
}

/** A document whose name was changed in the body only would be a second one. @throws RequestError */
export function requireSameName(
  path: { readonly kind: string; readonly identifier: string },
  body: { readonly kind: string; readonly identifier: string },
): void {
  const problems = (['kind', 'identifier'] as const)
    .filter((key) => path[key] !== body[key])
    .map((key) => ({ path: key, message: `must be "${path[key]}" as in the address, not "${body[key]}"` }));
  if (problems.length > 0) throw requestInvalid(problems);
}
