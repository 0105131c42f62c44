import type { JSONSchema } from 'json-schema-to-ts';
import { canonicalText } from '../../core/canonical-text.ts';
import { type Json, plainText } from '../../core/record.ts';
import type { ValueMapRow } from '../../core/value-map.ts';
import { VALUE_MAP_SPEC } from '../../engine/kinds.ts';
import type { Api } from '../api.ts';
import { authorOf } from '../document-author.ts';
import type { UnmatchedPosition, UnmatchedRow } from '../../store/unmatched.ts';
import { PAGE_QUERY, readCursor, toPage } from '../paging.ts';
import { IDENTIFIER_PARAMS } from '../parameters.ts';
import type { Platform } from '../platform.ts';
import { findDocument } from '../stored-documents.ts';

const ROWS_BODY = {
  type: 'object',
  properties: { rows: VALUE_MAP_SPEC.properties.rows },
  required: ['rows'],
  additionalProperties: false,
} as const satisfies JSONSchema;

const CLEAR_BODY = {
  type: 'object',
  properties: {
    values: {
      type: 'array',
      items: { type: ['string', 'number', 'boolean', 'null'] },
      description: 'Values as the list shows them; all by default.',
    },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Value maps, for those who edit only the table. */
export function valueMapRoutes(api: Api, { configuration, store }: Platform): void {
  const setRows = async (
    id: string,
    rowsOf: (before: readonly ValueMapRow[]) => readonly ValueMapRow[],
    author: ReturnType<typeof authorOf>,
  ) => {
    const before = await findDocument(configuration, 'value-map', id);
    const rows = rowsOf(before.spec['rows'] as readonly ValueMapRow[]);
    await configuration.apply([{ source: 'rows', document: { ...before, spec: { ...before.spec, rows } } }], {
      author,
    });
    return findDocument(configuration, 'value-map', id);
  };

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
    (request) => {
      const rows = request.body.rows as unknown as readonly ValueMapRow[];
      return setRows(request.params.id, () => rows, authorOf(request));
    },
  );

  api.post(
    '/value-maps/:id/rows',
    {
      config: { permission: 'configuration:write' },
      schema: {
        tags: ['value maps'],
        summary: 'Adds rows to a value map, and takes their values off the list of unmatched ones',
        params: IDENTIFIER_PARAMS,
        body: ROWS_BODY,
      },
    },
    async (request) => {
      const { id } = request.params;
      const added = request.body.rows as unknown as readonly ValueMapRow[];
      const given = new Set(added.map(([from]) => canonicalText(from)));
      const document = await setRows(
        id,
        (before) => [...before.filter(([from]) => !given.has(canonicalText(from))), ...added],
        authorOf(request),
      );
      await store.unmatched.clear(
        id,
        added.flatMap(([from]) => spellings(from)),
      );
      return document;
    },
  );

  api.get(
    '/value-maps/:id/unmatched',
    {
      config: { permission: 'configuration:read' },
      schema: {
        tags: ['value maps'],
        summary: 'Values that records had and the value map does not, the most frequent first',
        params: IDENTIFIER_PARAMS,
        querystring: { type: 'object', properties: PAGE_QUERY, additionalProperties: false },
      },
    },
    async ({ params: { id }, query: { limit, cursor } }) => {
      await findDocument(configuration, 'value-map', id);
      const rows = await store.unmatched.list(id, { after: readPosition(cursor), limit: limit + 1 });
      return toPage(rows, limit, ({ count, value }) => `${count}:${value}`, unmatchedAnswer);
    },
  );

  api.post(
    '/value-maps/:id/unmatched/clear',
    {
      config: { permission: 'configuration:write' },
      schema: {
        tags: ['value maps'],
        summary: 'Takes values off the list of unmatched ones: those given, or all',
        params: IDENTIFIER_PARAMS,
        body: CLEAR_BODY,
      },
    },
    async ({ params: { id }, body: { values } }) => {
      await findDocument(configuration, 'value-map', id);
      const texts = values?.map((value) => JSON.stringify(value));
      return { cleared: await store.unmatched.clear(id, texts) };
    },
  );
}

/** The spellings under which a value that a row has may stand on the list: of its own type, as a text, as a number. */
function spellings(value: Json): string[] {
  const text = plainText(value);
  return [...new Set([JSON.stringify(value), JSON.stringify(text), text])];
}

function readPosition(cursor: string | undefined): UnmatchedPosition | undefined {
  const [count = '', ...value] = readCursor(cursor)?.split(':') ?? [];
  return /^\d{1,15}$/.test(count) ? { count: Number(count), value: value.join(':') } : undefined;
}

function unmatchedAnswer({ value, count, sample, firstAt, lastAt }: UnmatchedRow): object {
  return {
    value: JSON.parse(value) as Json,
    count,
    sampleKey: sample,
    firstAt: new Date(firstAt).toISOString(),
    lastAt: new Date(lastAt).toISOString(),
  };
}
