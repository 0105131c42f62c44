import type { JSONSchema } from 'json-schema-to-ts';
import { type Document, ENVELOPE } from '../../engine/kinds.ts';
import type { Draft } from '../../store/drafts.ts';
import type { Api } from '../api.ts';
import { auditOf } from '../audit-entry.ts';
import { authorOf, entityTag } from '../document-author.ts';
import { NOTHING } from '../parameters.ts';
import type { Platform } from '../platform.ts';
import { notFound } from '../request-error.ts';
import { findDocument } from '../stored-documents.ts';
import { isoTime } from '../user-answer.ts';
import { DOCUMENT_PARAMS, requireSameName } from './documents.ts';

const READ = { permission: 'configuration:read' } as const;
const WRITE = { permission: 'configuration:write' } as const;

const PUBLISH_BODY = {
  type: 'object',
  properties: {
    reason: { type: 'string', maxLength: 1000, description: 'Why; or the header x-reason.' },
    skipTests: { type: 'boolean', default: false, description: 'Lets it through although saved tests fail.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Drafts: saved, not checked against the rest, and not live before they are published. */
export function draftRoutes(api: Api, { configuration, store: { drafts, documents, audit } }: Platform): void {
  const requireDraft = async (kind: string, identifier: string): Promise<Draft> => {
    const draft = await drafts.find(kind, identifier);
    if (!draft) throw notFound(`There is no draft of ${kind} "${identifier}"`);
    return draft;
  };
  const answer = ({ body, author, base, updatedAt }: Draft, current: number): object => ({
    document: configuration.hideSecrets(JSON.parse(body) as Document),
    ...{ author, base, isBehind: current !== base, updatedAt: isoTime(updatedAt) },
  });
  const versionOf = async (kind: string, identifier: string): Promise<number> =>
    (await documents.get(kind, identifier))?.version ?? 0;

  api.get(
    '/drafts',
    { config: READ, schema: { tags: ['configuration'], summary: 'Which documents have a draft' } },
    async () => {
      const items = (await drafts.list()).map(({ updatedAt, ...draft }) => ({
        ...draft,
        updatedAt: isoTime(updatedAt),
      }));
      return { items, nextCursor: null };
    },
  );

  api.get(
    '/documents/:kind/:identifier/draft',
    { config: READ, schema: { tags: ['configuration'], summary: 'The draft of a document', params: DOCUMENT_PARAMS } },
    async ({ params: { kind, identifier } }) =>
      answer(await requireDraft(kind, identifier), await versionOf(kind, identifier)),
  );

  api.put(
    '/documents/:kind/:identifier/draft',
    {
      config: WRITE,
      schema: {
        tags: ['configuration'],
        summary: 'Saves a draft, which changes nothing that runs',
        params: DOCUMENT_PARAMS,
        body: ENVELOPE,
      },
    },
    async (request) => {
      const { kind, identifier } = request.params;
      requireSameName({ kind, identifier }, request.body);
      const before = await drafts.find(kind, identifier);
      const given = request.body as Document;
      const document = before ? configuration.keepSecrets(given, JSON.parse(before.body) as Document) : given;
      const [base, author] = [await versionOf(kind, identifier), request.actor?.name ?? '(nobody)'];
      await drafts.write(kind, identifier, { body: JSON.stringify(document), author, base });
      await audit.record(auditOf(request, 'draft.write', `${kind}/${identifier}`));
      return answer(await requireDraft(kind, identifier), base);
    },
  );

  api.delete(
    '/documents/:kind/:identifier/draft',
    {
      config: WRITE,
      schema: {
        tags: ['configuration'],
        summary: 'Drops a draft',
        params: DOCUMENT_PARAMS,
        response: { 204: { ...NOTHING, type: 'null', description: 'Dropped' } },
      },
    },
    async (request, reply) => {
      const { kind, identifier } = request.params;
      if (!(await drafts.drop(kind, identifier))) await requireDraft(kind, identifier);
      await audit.record(auditOf(request, 'draft.drop', `${kind}/${identifier}`));
      return reply.code(204).send();
    },
  );

  api.post(
    '/documents/:kind/:identifier/draft/publish',
    {
      config: WRITE,
      schema: {
        tags: ['configuration'],
        summary: 'Makes the draft live; refused when the document has changed since it was saved',
        params: DOCUMENT_PARAMS,
        body: PUBLISH_BODY,
      },
    },
    async (request, reply) => {
      const { kind, identifier } = request.params;
      const { reason, skipTests } = request.body;
      const { body, base } = await requireDraft(kind, identifier);
      const submitted = { source: 'draft', document: JSON.parse(body) as unknown };
      await configuration.apply([submitted], { skipTests, author: authorOf(request, reason), expected: base });
      await drafts.drop(kind, identifier);
      const version = await versionOf(kind, identifier);
      return reply.header('etag', entityTag(version)).send(await findDocument(configuration, kind, identifier));
    },
  );
}
