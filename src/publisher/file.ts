import path from 'node:path';
import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type {
  OutgoingRecord,
  PlannedRecord,
  Publisher,
  PublisherComponent,
  PublisherContext,
  RecordResult,
} from '../connector/publishing/types.ts';
import { ConfigError, IntegrationError, PublishError } from '../core/errors.ts';
import { type DataRecord, isObject, type Json, plainText } from '../core/record.ts';
import { compileTemplate } from '../core/templates.ts';
import { checkFileName } from '../files/inbox/file-name.ts';
import { type KeyedWriting, keyedWriting } from '../files/output/keyed-writing.ts';
import { findRows, keyOfRow, mergeRows } from '../files/output/merge-rows.ts';
import { WRITING_FORMATS } from '../files/options.ts';
import { openOutputFolder, outputFolder } from '../files/output/output-folder.ts';
import type { NamedFile } from '../files/read-rows.ts';
import { cellText } from '../files/write-rows.ts';

const options = {
  type: 'object',
  properties: {
    folder: {
      type: 'string',
      default: '',
      description:
        'Where on the server, within what the setting SLUICE_OUTPUT_FOLDERS allows; a relative path, or none, is below the first of them. It is made where it is missing.',
    },
    name: {
      type: 'string',
      minLength: 1,
      description:
        'Name of the file, without folders: a text with templates over the record, e.g. "tickets-&{day}.csv". Records of one name are rows of one file.',
    },
    format: { enum: WRITING_FORMATS, description: 'What the file is; by default what its name ends in.' },
    columns: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      minItems: 1,
      uniqueItems: true,
      description: 'CSV and XLSX: fields that become columns, in this order. Others are left out.',
    },
    key: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      minItems: 1,
      description: 'Fields that tell rows apart, e.g. ["id"]: a record whose key is in the file replaces that row.',
    },
    record: { description: 'What becomes the row, templates over the record; by default the record as it is.' },
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
      description: 'CSV: "guard" puts an apostrophe before a text that a spreadsheet would take for a formula.',
    },
    deleted: {
      enum: ['skip', 'delete'],
      default: 'delete',
      description: 'What becomes of the row of a record that is gone in the source.',
    },
  },
  required: ['name', 'key'],
  additionalProperties: false,
} as const satisfies JSONSchema;

type Options = FromSchema<typeof options>;

const BATCH = 2000;
const BUSY_MS = 1000;

/** A row to write, or to remove. */
interface WantedRow {
  readonly name: string;
  readonly key: string;
  /** The key as people read it. */
  readonly id: string;
  readonly row: DataRecord | null;
}
type Wanted = WantedRow | { readonly error: IntegrationError } | 'skip';

export default {
  type: 'file',
  summary: 'Writes records as rows of a CSV, XLSX or NDJSON file on the server, each once however often it is sent.',
  options,
  create(given: Options, context: PublisherContext): Publisher {
    const writing = keyedWriting(given);
    const roots = context.outputFolders ?? [];
    const place = context.outputFolders && outputFolder(given.folder, roots);
    const wantedOf = compileRow(given, writing, context);
    const fileOf = async (name: string): Promise<NamedFile> => {
      if (place === undefined) throw new ConfigError('ERR_FOLDER_NOT_ALLOWED', 'Files are only written by a server');
      return { name, path: path.join(await openOutputFolder(place, roots), name) };
    };
    return {
      batchSize: BATCH,
      // Writing a row once more changes nothing.
      onUncertain: 'resend',
      async send(batch, { beforeSend }) {
        const wanted = batch.map(wantedOf);
        await beforeSend();
        const faults = new Map<string, RecordResult>();
        for (const [name, rows] of byName(wanted)) {
          const fault = await writeFile(() => fileOf(name), rows, writing);
          if (fault) faults.set(name, fault);
        }
        return wanted.map((each) => resultOf(each, faults));
      },
      async plan(batch) {
        const wanted = batch.map(wantedOf);
        const known = new Map<string, ReadonlyMap<string, DataRecord>>();
        for (const [name, rows] of byName(wanted)) {
          known.set(name, await findRows(await fileOf(name), new Set(rows.keys()), writing));
        }
        return wanted.map((each) => planned(each, known, writing));
      },
    };
  },
} satisfies PublisherComponent<Options>;

function compileRow(
  given: Options,
  writing: KeyedWriting,
  { variable }: PublisherContext,
): (outgoing: OutgoingRecord) => Wanted {
  const nameOf = compileTemplate(given.name, { variables: variable, at: 'name' });
  const rowOf =
    given.record === undefined
      ? undefined
      : compileTemplate(given.record as Json, { variables: variable, at: 'record' });
  return ({ record }) => {
    const isGone = record['$deleted'] === true;
    if (isGone && given.deleted === 'skip') return 'skip';
    try {
      const name = fileName(plainText(nameOf.evaluate(record)));
      const row = rowOf ? rowOf.evaluate(record) : record;
      if (!isObject(row)) throw new PublishError('ERR_ROW_INVALID', '"record" has to make an object of the record');
      const id = writing.key.map((field) => keyText(row as DataRecord, field)).join('/');
      const key = keyOfRow(row, writing);
      return { name, key, id, row: isGone ? null : row };
    } catch (error) {
      if (error instanceof IntegrationError) return { error };
      throw error;
    }
  };
}

/** Names that begin with a dot are those of files that are not finished. */
function fileName(name: string): string {
  if (!name.startsWith('.')) return checkFileName(name);
  throw new PublishError('ERR_FILE_NAME', `${JSON.stringify(name)} begins with a dot, so readers would pass it over`);
}

function keyText(row: DataRecord, field: string): string {
  const value = Object.hasOwn(row, field) ? row[field] : undefined;
  if (value !== undefined && value !== null && value !== '' && typeof value !== 'object') return String(value);
  throw new PublishError('ERR_ROW_INVALID', `The field "${field}", which is the key of the row, is empty`, {
    details: { field },
  });
}

/** The last version of each row, by the name of its file. */
function byName(wanted: readonly Wanted[]): Map<string, Map<string, DataRecord | null>> {
  const files = new Map<string, Map<string, DataRecord | null>>();
  for (const each of wanted) {
    if (!isRow(each)) continue;
    const rows = files.get(each.name) ?? new Map<string, DataRecord | null>();
    files.set(each.name, rows.set(each.key, each.row));
  }
  return files;
}

/** Why the rows of a file were not written; undefined where they were. */
async function writeFile(
  open: () => Promise<NamedFile>,
  rows: ReadonlyMap<string, DataRecord | null>,
  writing: KeyedWriting,
): Promise<RecordResult | undefined> {
  try {
    const file = await open();
    if (await mergeRows(file, rows, writing)) return undefined;
    const error = new PublishError('ERR_FILE_BUSY', `The file "${file.name}" is being written by another process`);
    return { kind: 'postponed', error, afterMs: BUSY_MS };
  } catch (error) {
    if (error instanceof IntegrationError) return { kind: 'failed', error };
    throw error;
  }
}

function isRow(wanted: Wanted): wanted is WantedRow {
  return wanted !== 'skip' && 'key' in wanted;
}

function resultOf(wanted: Wanted, faults: ReadonlyMap<string, RecordResult>): RecordResult {
  if (wanted === 'skip') return { kind: 'skipped', error: leftAlone() };
  if (!isRow(wanted)) return { kind: 'failed', error: wanted.error };
  return faults.get(wanted.name) ?? { kind: 'done', targetId: wanted.id };
}

function planned(
  wanted: Wanted,
  known: ReadonlyMap<string, ReadonlyMap<string, DataRecord>>,
  writing: KeyedWriting,
): PlannedRecord {
  if (wanted === 'skip') return { action: 'skip', code: leftAlone().code, reason: leftAlone().message };
  if (!isRow(wanted)) return { action: 'fail', code: wanted.error.code, reason: wanted.error.message };
  const before = known.get(wanted.name)?.get(wanted.key);
  const found = { targetId: wanted.id, matchedBy: 'key' };
  if (wanted.row === null) return { action: before ? 'delete' : 'skip', ...found };
  if (!before) return { action: 'create' };
  return { action: isSame(before, wanted.row, writing) ? 'unchanged' : 'update', ...found };
}

function isSame(before: DataRecord, after: DataRecord, writing: KeyedWriting): boolean {
  if (writing.format === 'ndjson') return JSON.stringify(before) === JSON.stringify(after);
  return writing.columns.every((name) => plainText(before[name]) === cellText(after[name], writing));
}

function leftAlone(): IntegrationError {
  return new PublishError(
    'DELETED_IN_SOURCE',
    'The record is gone in the source, and its row is left alone, as "deleted" says',
  );
}
