import type { FromSchema, JSONSchema } from 'json-schema-to-ts';

/** Kinds of files that are read and written as rows. */
export const FILE_FORMATS = ['csv', 'xlsx', 'ndjson', 'json', 'xml'] as const;

/** One of {@link FILE_FORMATS}. */
export type FileFormat = (typeof FILE_FORMATS)[number];

/** Kinds of files that are written. */
export const WRITING_FORMATS = ['csv', 'xlsx', 'ndjson'] as const;

/** How files are read; shared by all that reads some. */
export const READING_PROPERTIES = {
  format: { enum: FILE_FORMATS, description: 'What the file is; by default what its name ends in.' },
  encoding: {
    enum: ['auto', 'utf-8', 'utf-16le', 'utf-16be', 'windows-1252'],
    default: 'auto',
    description: 'How characters are written. "auto" looks at the mark at the beginning and at the first megabyte.',
  },
  separator: {
    type: 'string',
    minLength: 1,
    maxLength: 1,
    description: 'CSV: what stands between fields; by default what the header shows: comma, semicolon, tab or "|".',
  },
  headerRow: {
    type: 'integer',
    minimum: 1,
    maximum: 1000,
    default: 1,
    description: 'CSV and XLSX: row that names the columns; what stands before it is passed over.',
  },
  columns: {
    type: 'array',
    items: { type: 'string', minLength: 1 },
    minItems: 1,
    description: 'CSV and XLSX: names of the columns of a file that has no header.',
  },
  shortRows: {
    enum: ['fail', 'fill'],
    default: 'fail',
    description: 'CSV: what a row with fewer fields than the header is: a fault, or filled with empty fields.',
  },
  sheet: { type: 'string', minLength: 1, description: 'XLSX: name of the sheet; by default the first one.' },
  path: {
    type: 'string',
    minLength: 1,
    description:
      'JSON: path of the list, e.g. "data.items"; by default the whole file is the list. XML: path of the element that is a record, e.g. "orders.order"; by default every element below the outermost.',
  },
  attributePrefix: {
    type: 'string',
    maxLength: 10,
    default: '@',
    description: 'XML: what names of attributes begin with in the record.',
  },
  namespaces: {
    enum: ['keep', 'remove'],
    default: 'keep',
    description: 'XML: whether names keep the prefix of their namespace.',
  },
  lists: {
    type: 'array',
    items: { type: 'string', minLength: 1 },
    default: [],
    description: 'XML: paths, from the outermost element, that are lists however often the element comes.',
  },
} as const satisfies Record<string, JSONSchema>;

/** Schema of {@link READING_PROPERTIES} alone. */
export const READING_OPTIONS = {
  type: 'object',
  properties: READING_PROPERTIES,
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Checked options, defaults filled in. */
export type ReadingOptions = FromSchema<typeof READING_OPTIONS>;
