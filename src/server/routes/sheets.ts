import type { JSONSchema } from 'json-schema-to-ts';
import type { EntityManifest } from '../../connector/manifest-schema.ts';
import { didYouMean } from '../../core/nearest.ts';
import type { DataRecord } from '../../core/record.ts';
import { checkSchema } from '../../core/validation.ts';
import { READING_OPTIONS, READING_PROPERTIES, type ReadingOptions } from '../../files/options.ts';
import { formatOf, readRows } from '../../files/read-rows.ts';
import { WRITING_FORMATS } from '../../files/options.ts';
import type { Api } from '../api.ts';
import { authorOf } from '../document-author.ts';
import { EXPORT_PROPERTIES, IMPORT_PROPERTIES, readingOf, sendFile } from '../file-answer.ts';
import { requireClient } from '../find-client.ts';
import { ID, IDENTIFIER_PARAMS } from '../parameters.ts';
import type { Platform } from '../platform.ts';
import { notFound, RequestError, requestInvalid } from '../request-error.ts';
import { sheetDocuments } from '../sheets/documents.ts';
import { resultSheet } from '../sheets/result.ts';
import { suggestColumns, suggestKey } from '../sheets/suggest.ts';
import { findDocument } from '../stored-documents.ts';
import { readStreams } from '../upload.ts';

/** Rows that are looked at before anything is decided. */
const SAMPLED = 50;

const { name, format, encoding, separator, headerRow, sheet } = IMPORT_PROPERTIES;
const READING = { encoding, separator, headerRow, sheet: READING_PROPERTIES.sheet } as const;

const INSPECT_QUERY = {
  type: 'object',
  properties: {
    ...{ name, format, encoding, separator, headerRow, sheet },
    client: { type: 'string', minLength: 1, description: 'Client whose fields the columns are compared with.' },
    entity: { type: 'string', minLength: 1, description: 'Its entity.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

const SHEET_BODY = {
  type: 'object',
  properties: {
    identifier: {
      type: 'string',
      pattern: '^[a-z0-9][a-z0-9-]{0,254}$',
      description: 'Of the incoming, the outgoing and the route that are made or changed.',
    },
    client: { type: 'string', minLength: 1, description: 'Client that is written to.' },
    entity: { type: 'string', minLength: 1, description: 'Its entity.' },
    columns: {
      type: 'object',
      minProperties: 1,
      additionalProperties: { type: 'string', minLength: 1 },
      description: 'Column → field; a custom field is "$CFname". Other columns are left alone.',
    },
    key: { type: 'string', minLength: 1, description: 'Field that tells which record a row is about.' },
    action: {
      enum: ['update', 'post'],
      default: 'update',
      description: 'update: a row without a record fails; post: it makes one.',
    },
    empty: {
      enum: ['keep', 'clear'],
      default: 'keep',
      description: 'What an empty cell does: leaves the field alone, or empties it.',
    },
    reading: {
      type: 'object',
      properties: READING,
      additionalProperties: false,
      default: {},
      description: 'How the file is read.',
    },
  },
  required: ['identifier', 'client', 'entity', 'columns', 'key'],
  additionalProperties: false,
} as const satisfies JSONSchema;

const RESULT_PARAMS = {
  ...IDENTIFIER_PARAMS,
  properties: { ...IDENTIFIER_PARAMS.properties, file: { ...ID, description: 'Number of the file, as text.' } },
  required: ['id', 'file'],
} as const satisfies JSONSchema;

const RESULT_QUERY = {
  type: 'object',
  properties: {
    ...EXPORT_PROPERTIES,
    format: { enum: WRITING_FORMATS, description: 'Kind of the file; by default what was uploaded, else CSV.' },
    route: { type: 'string', description: 'Route whose results are meant, where the incoming has several.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Bulk updates from spreadsheets: what a file holds, the documents for it, and the file with its results. */
export function sheetRoutes(api: Api, platform: Platform): void {
  const { configuration, files, store } = platform;

  api.post(
    '/sheets',
    {
      config: { permission: 'configuration:write' },
      schema: {
        tags: ['files'],
        summary: 'Makes the incoming, the outgoing and the route for a bulk update from sheets',
        body: SHEET_BODY,
      },
    },
    async (request, reply) => {
      const { body } = request;
      const entity = await requireEntity(platform, body.client, body.entity);
      const documents = sheetDocuments(body, entity);
      const submitted = documents.map((document) => ({ source: 'sheet', document }));
      const changes = await configuration.apply(submitted, { author: authorOf(request) });
      return reply.code(201).send({ identifier: body.identifier, changes });
    },
  );

  api.get(
    '/incomings/:id/files/:file/result',
    {
      config: { permission: 'tasks:read' },
      schema: {
        tags: ['files'],
        summary: 'The file as it was uploaded, with what became of each row',
        params: RESULT_PARAMS,
        querystring: RESULT_QUERY,
      },
    },
    async ({ params: { id, file: number }, query }, reply) => {
      const reading = await readingOfRows(platform, id);
      const route = await routeOf(platform, id, query.route);
      const file = await files.find(id, Number(number));
      if (!file)
        throw notFound(
          `The incoming "${id}" has no file ${number} on disk; files are removed some time after they were read`,
        );
      const { columns, batches } = await resultSheet({
        file,
        reading,
        tasksOf: (keys) => store.tasks.newestOf(route, keys),
      });
      const own = formatOf(file, reading);
      const format = query.format ?? WRITING_FORMATS.find((each) => each === own) ?? 'csv';
      const title = `${file.name.replace(/\.[^.]*$/, '').replaceAll(/[^\w.-]+/g, '_')}-result`;
      return sendFile(reply, title, batches, {
        ...{ format, columns, separator: query.separator, guardFormulas: query.formulas === 'guard' },
      });
    },
  );
}

/** The route that takes a whole file only to look at it. */
export function sheetInspectRoutes(api: Api, platform: Platform): void {
  readStreams(api);

  api.post(
    '/sheets/inspect',
    {
      config: { permission: 'routes:plan', isUpload: true },
      schema: {
        tags: ['files'],
        summary: 'The columns of a file, and the fields that they seem to be; the body is the file, which is not kept',
        querystring: INSPECT_QUERY,
        body: { description: 'The file.' },
      },
    },
    async (request) => {
      const { query } = request;
      const entity =
        query.client === undefined || query.entity === undefined
          ? undefined
          : await requireEntity(platform, query.client, query.entity);
      const reading: ReadingOptions = { ...readingOf(query), shortRows: 'fill' };
      const rows = await platform.files.hold(query.name, request.raw, (file) => firstRows(file, reading));
      const columns = suggestColumns(rows, entity);
      return {
        columns,
        key: suggestKey(columns, entity) ?? null,
        fields: Object.entries(entity?.fields ?? {}).map(([field, { type, title }]) => ({ name: field, type, title })),
      };
    },
  );
}

async function firstRows(file: Parameters<typeof readRows>[0], reading: ReadingOptions): Promise<DataRecord[]> {
  for await (const { rows } of readRows(file, reading, { size: SAMPLED })) return rows.map(({ record }) => record);
  return [];
}

/** @throws RequestError where the client or the entity is not there, or takes no records. */
async function requireEntity(platform: Platform, client: string, wanted: string): Promise<EntityManifest> {
  const { connector } = await requireClient(platform, client);
  const entity = connector.entities.get(wanted);
  if (entity) return entity;
  throw requestInvalid([
    {
      path: 'entity',
      message: `${connector.name} has no entity "${wanted}"${didYouMean(wanted, [...connector.entities.keys()])}`,
    },
  ]);
}

/** How an incoming reads its files. */
async function readingOfRows({ configuration }: Platform, id: string): Promise<ReadingOptions> {
  const { spec } = await findDocument(configuration, 'incoming', id);
  const { type, withoutKey, ...options } = spec['subscriber'] as Readonly<Record<string, unknown>>;
  if (type !== 'file' || withoutKey !== 'row') {
    throw new RequestError(
      409,
      'ERR_NO_RESULT_SHEET',
      `The incoming "${id}" does not tell its records by their rows: its subscriber has to be a "file" with "withoutKey": "row"`,
    );
  }
  const names = Object.keys(READING_PROPERTIES);
  const reading = Object.fromEntries(Object.entries(options).filter(([option]) => names.includes(option)));
  return checkSchema(READING_OPTIONS, reading).value as ReadingOptions;
}

async function routeOf({ configuration }: Platform, incoming: string, wanted: string | undefined): Promise<string> {
  const { routes } = await configuration.current();
  const known = [...routes.values()].filter((route) => route.incoming === incoming).map(({ id }) => id);
  const found = known.find((id) => id === (wanted ?? known[0]));
  if (found !== undefined && (wanted !== undefined || known.length === 1)) return found;
  if (known.length > 1)
    throw requestInvalid([{ path: 'query.route', message: `is needed: one of ${known.join(', ')}` }]);
  throw notFound(`The incoming "${incoming}" has no route${wanted === undefined ? '' : ` "${wanted}"`}`);
}
