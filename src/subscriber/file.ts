import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { IntegrationContext, ReadRequest, SourcePage, SubscriberComponent } from '../connector/subscribing.ts';
import { DURATION, parseDuration } from '../core/duration.ts';
import { ConfigError, FileError } from '../core/errors.ts';
import { type DataRecord, isObject, type Json, plainText } from '../core/record.ts';
import { compileTemplate } from '../core/templates.ts';
import { checkColumns, rowKey } from '../files/columns.ts';
import { withCustomFields } from '../files/custom-fields.ts';
import type { FileInbox, WaitingFile } from '../files/inbox/inbox.ts';
import { READING_PROPERTIES } from '../files/options.ts';
import { readRows } from '../files/read-rows.ts';
import type { FileRow } from '../files/row-sink.ts';

const options = {
  type: 'object',
  properties: {
    source: {
      type: 'object',
      description: 'Where files come from. What is taken over is read once.',
      properties: {
        kind: {
          enum: ['upload', 'folder', 'url'],
          default: 'upload',
          description: 'upload: sent to /incomings/<id>/files; folder: found on the server; url: fetched by each run.',
        },
        folder: {
          type: 'string',
          minLength: 1,
          description: 'folder: where on the server, within what the setting SLUICE_FOLDERS allows.',
        },
        pattern: {
          type: 'string',
          minLength: 1,
          maxLength: 255,
          default: '*',
          description: 'folder: which names; "*" is any text, "?" any character.',
        },
        quiet: {
          ...DURATION,
          default: '10s',
          description: 'folder: how long a file has to be left alone before it is taken.',
        },
        after: {
          enum: ['keep', 'move'],
          default: 'keep',
          description: 'folder: whether files stay where they are, or go into the folder "taken" beside them.',
        },
        url: { type: 'string', minLength: 1, description: 'url: address of the file; may hold ${NAME}.' },
        headers: {
          type: 'object',
          additionalProperties: { type: 'string' },
          default: {},
          description: 'url: headers of the request; secrets stand in variables: "Bearer ${NAME}".',
        },
        name: {
          type: 'string',
          minLength: 1,
          maxLength: 255,
          description: 'url: name of the file; by default the last part of the address.',
        },
      },
      additionalProperties: false,
      default: {},
    },
    ...READING_PROPERTIES,
    key: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      default: [],
      description: 'Columns that together are the key of a record.',
    },
    withoutKey: {
      enum: ['content', 'row'],
      default: 'content',
      description:
        'What tells records apart that have no key. content: what is in them, so that twins count once; row: their file and row, so that none is taken for another.',
    },
    requires: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      default: [],
      description: 'Columns that have to be there, besides those of the key.',
    },
    mode: {
      enum: ['full', 'incremental'],
      default: 'incremental',
      description: 'full: every record of every file. incremental: those that are new or changed.',
    },
    customFields: {
      type: 'boolean',
      default: true,
      description:
        'Whether columns "$CFname", as in Halo\'s own import sheets, become custom fields: customfields [{ name: "CFname", value }]. Empty ones are left out.',
    },
    customColumns: {
      type: 'object',
      additionalProperties: { type: 'string', pattern: '^CF.' },
      default: {},
      description: 'Columns of other names that become custom fields, too: { "Room": "CFroom" }.',
    },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

type Options = FromSchema<typeof options>;

/** Records of one page. */
const PAGE_ROWS = 500;

/** Where an interrupted reading goes on: the page of a file that began with this record of it. */
interface Position {
  readonly file: number;
  readonly from: number;
}

export default {
  type: 'file',
  summary: 'Reads records out of files: CSV, XLSX, NDJSON, JSON and XML.',
  options,
  create(given: Options, context: IntegrationContext) {
    const take = compileSource(given, context);
    // A key by row is none that is in the record.
    const keys = new WeakMap<DataRecord, string>();
    return {
      mode: given.mode,
      hasDelta: false,
      isPartial: true,
      lookBackMs: 0,
      keyOf: (record) => keys.get(record),
      changedAt: () => undefined,
      async *read(request, signal) {
        const inbox = requireInbox(context);
        if (request.written) await take(inbox, signal);
        yield* readFiles(given, context.identifier, inbox, keys, request, signal);
      },
    };
  },
} satisfies SubscriberComponent<Options>;

/**
 * Reads the files that wait, the oldest first. A file counts as read when its last page is durable; one with a fault
 * holds up those behind it, which may hold newer versions of its records.
 */
async function* readFiles(
  given: Options,
  incoming: string,
  inbox: FileInbox,
  keys: WeakMap<DataRecord, string>,
  request: ReadRequest,
  signal: AbortSignal,
): AsyncGenerator<SourcePage> {
  const position = readPosition(request.position);
  for (let last = 0; ;) {
    const file = await nextFile(inbox, incoming, last, request);
    if (!file) return;
    last = file.id;
    const from = position?.file === file.id ? position.from : 0;
    let rows = from;
    try {
      for await (const batch of readRows(file, given, { size: PAGE_ROWS, from })) {
        signal.throwIfAborted();
        for (const page of pagesOf(batch.rows, given, file, keys)) {
          yield { rows: page, announced: undefined, at: undefined, position: { file: file.id, from: rows } };
          rows += page.length;
        }
      }
    } catch (error) {
      if (error instanceof FileError && request.written) await inbox.fail(file, error);
      throw error;
    }
    if (!request.written) continue;
    // Whoever goes on behind a crash passes over what counts as read.
    if (!(await request.written())) return;
    await inbox.finish(file, rows);
  }
}

/** The next file that waits; where one file is asked for, that one and no other. */
async function nextFile(
  inbox: FileInbox,
  incoming: string,
  after: number,
  { file }: ReadRequest,
): Promise<WaitingFile | undefined> {
  if (file === undefined) return inbox.next(incoming, after);
  return after === 0 ? inbox.find(incoming, file) : undefined;
}

/** Records of a batch, in one page or more: a key that comes again is a newer version, and comes after the first. */
function* pagesOf(
  rows: readonly FileRow[],
  given: Options,
  file: WaitingFile,
  keys: WeakMap<DataRecord, string>,
): Generator<readonly DataRecord[]> {
  let page: DataRecord[] = [];
  let known = new Set<string>();
  for (const row of rows) {
    checkColumns(row, [...given.key, ...given.requires], file.name);
    const key = keyOf(row, given, file);
    if (key !== undefined && known.has(key)) {
      yield page;
      page = [];
      known = new Set();
    }
    const record = given.customFields ? withCustomFields(row.record, given.customColumns) : row.record;
    if (key !== undefined) {
      keys.set(record, key);
      known.add(key);
    }
    page.push(record);
  }
  if (page.length > 0) yield page;
}

function keyOf(row: FileRow, { key, withoutKey }: Options, file: WaitingFile): string | undefined {
  if (key.length > 0) return rowKey(row, key, file.name);
  return withoutKey === 'row' ? `${file.hash.slice(0, 16)}/${row.row}` : undefined;
}

function readPosition(position: Json | undefined): Position | undefined {
  return isObject(position) ? (position as unknown as Position) : undefined;
}

function requireInbox({ files }: IntegrationContext): FileInbox {
  if (files) return files;
  throw new ConfigError('ERR_NO_FILES', 'There are no files here: they are read by a server only');
}

/** What brings new files in before any are read. */
function compileSource(
  { source }: Options,
  { identifier, variable }: IntegrationContext,
): (inbox: FileInbox, signal: AbortSignal) => Promise<void> {
  const { kind, folder, url, headers } = source;
  if (kind === 'folder') {
    const rule = { ...source, folder: folder ?? missing(kind, 'folder'), quietMs: parseDuration(source.quiet) };
    return (inbox, signal) => inbox.takeFolder(identifier, rule, signal);
  }
  if (kind === 'url') {
    const template = compileTemplate({ url: url ?? missing(kind, 'url'), headers }, { variables: variable });
    return (inbox, signal) => {
      const filled = template.evaluate({}) as unknown as { url: string; headers: Record<string, string> };
      const name = source.name ?? nameOfAddress(filled.url);
      return inbox.takeUrl(identifier, { ...filled, name }, signal);
    };
  }
  return () => Promise.resolve();
}

function missing(kind: string, option: string): never {
  throw new ConfigError('ERR_SOURCE_INCOMPLETE', `A source of the kind "${kind}" needs subscriber.source.${option}`);
}

function nameOfAddress(url: string): string {
  const last = URL.canParse(url) ? new URL(url).pathname.split('/').at(-1) : undefined;
  return plainText(last) || 'file';
}
