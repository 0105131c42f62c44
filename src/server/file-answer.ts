import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { JSONSchema } from 'json-schema-to-ts';
import { READING_OPTIONS, READING_PROPERTIES, type ReadingOptions } from '../files/options.ts';
import { checkSchema } from '../core/validation.ts';
import type { DataRecord } from '../core/record.ts';
import { WRITING_FORMATS } from '../files/options.ts';
import { writeRows, type WritingOptions } from '../files/write-rows.ts';

const TYPES: Readonly<Record<WritingOptions['format'], string>> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  ndjson: 'application/x-ndjson',
};

/** What a query may say of a file that is to be written. */
export const EXPORT_PROPERTIES = {
  format: { enum: WRITING_FORMATS, default: 'csv', description: 'Kind of the file.' },
  separator: {
    type: 'string',
    minLength: 1,
    maxLength: 1,
    default: ',',
    description: 'CSV: what stands between fields.',
  },
  formulas: {
    enum: ['guard', 'keep'],
    default: 'guard',
    description: 'CSV: whether texts that a spreadsheet would take for formulas get an apostrophe in front.',
  },
} as const satisfies Record<string, JSONSchema>;

/** What a query may say of a file that is read. */
export const IMPORT_PROPERTIES = {
  name: {
    type: 'string',
    minLength: 1,
    maxLength: 255,
    default: 'file',
    description: 'Name of the file, for messages; its ending tells the format.',
  },
  format: READING_PROPERTIES.format,
  encoding: READING_PROPERTIES.encoding,
  separator: READING_PROPERTIES.separator,
  headerRow: READING_PROPERTIES.headerRow,
  sheet: READING_PROPERTIES.sheet,
  path: READING_PROPERTIES.path,
  cells: {
    enum: ['text', 'json'],
    default: 'text',
    description: 'json: texts that are numbers, true, false, null, lists or objects of JSON count as such; for CSV.',
  },
  mode: { enum: ['add', 'replace'], default: 'add', description: 'replace: what is not in the file goes.' },
} as const satisfies Record<string, JSONSchema>;

/** Options of reading that stand in a query. */
export function readingOf(query: Readonly<Record<string, unknown>>): ReadingOptions {
  const names = Object.keys(READING_PROPERTIES);
  const given = Object.entries(query).filter(([name]) => names.includes(name));
  return checkSchema(READING_OPTIONS, Object.fromEntries(given), 'query').value as ReadingOptions;
}

/** Answers a file, which is written as it is sent. */
export function sendFile(
  reply: FastifyReply,
  name: string,
  batches: AsyncIterable<readonly DataRecord[]>,
  options: WritingOptions,
): FastifyReply {
  return reply
    .header('content-type', TYPES[options.format])
    .header('content-disposition', `attachment; filename="${name}.${options.format}"`)
    .send(Readable.from(writeRows(batches, options), { objectMode: false }));
}
