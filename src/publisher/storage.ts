import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type {
  OutgoingRecord,
  PlannedRecord,
  Publisher,
  PublisherComponent,
  PublisherContext,
  RecordResult,
} from '../connector/publishing/types.ts';
import { canonicalText } from '../core/canonical-text.ts';
import { IntegrationError, PublishError } from '../core/errors.ts';
import { type Json, plainText } from '../core/record.ts';
import { compileTemplate } from '../core/templates.ts';

const options = {
  type: 'object',
  properties: {
    storage: { type: 'string', minLength: 1, description: 'Identifier of the storage.' },
    action: {
      enum: ['post', 'delete'],
      default: 'post',
      description: 'post: writes the entry, whether it is there or not; delete: removes it.',
    },
    key: {
      type: 'string',
      minLength: 1,
      description: 'Key of the entry: a text with templates over the record, e.g. "&{id}".',
    },
    value: { description: 'Value of the entry, templates over the record; by default the record as it is.' },
    deleted: {
      enum: ['skip', 'delete'],
      default: 'delete',
      description: 'What becomes of the entry of a record that is gone in the source.',
    },
  },
  required: ['storage', 'key'],
  additionalProperties: false,
} as const satisfies JSONSchema;

type Options = FromSchema<typeof options>;

const BATCH = 500;
const MAX_KEY = 1024;

/** An entry to write; null removes it. Or why nothing is written. */
interface WantedEntry {
  readonly key: string;
  readonly value: string | null;
}
type Wanted = WantedEntry | { readonly error: IntegrationError } | 'skip';

export default {
  type: 'storage',
  summary: 'Writes records into a storage, or removes entries.',
  options,
  create(given: Options, context: PublisherContext): Publisher {
    const storage = context.storage(given.storage);
    const wantedOf = compileEntry(given, context);
    return {
      batchSize: BATCH,
      // Writing an entry once more changes nothing.
      onUncertain: 'resend',
      async send(batch, { beforeSend }) {
        const wanted = batch.map(wantedOf);
        await beforeSend();
        await storage.write(wanted.flatMap((each) => (isEntry(each) ? [each] : [])));
        return wanted.map(resultOf);
      },
      async plan(batch) {
        const wanted = batch.map(wantedOf);
        const keys = wanted.flatMap((each) => (isEntry(each) ? [each.key] : []));
        const known = new Map((await storage.valuesAt(keys)).map((value, index) => [keys[index], value]));
        return wanted.map((each) => planned(each, known));
      },
    };
  },
} satisfies PublisherComponent<Options>;

function compileEntry(given: Options, { variable }: PublisherContext): (outgoing: OutgoingRecord) => Wanted {
  const keyOf = compileTemplate(given.key, { variables: variable, at: 'key' });
  const valueOf =
    given.value === undefined ? undefined : compileTemplate(given.value as Json, { variables: variable, at: 'value' });
  return ({ record }) => {
    const isGone = record['$deleted'] === true;
    if (isGone && given.deleted === 'skip') return 'skip';
    try {
      const key = plainText(keyOf.evaluate(record));
      if (key === '' || key.length > MAX_KEY || key.includes('\0')) throw badKey(given.storage, key);
      const isRemoved = isGone || given.action === 'delete';
      return { key, value: isRemoved ? null : JSON.stringify(valueOf ? valueOf.evaluate(record) : record) };
    } catch (error) {
      if (error instanceof IntegrationError) return { error };
      throw error;
    }
  };
}

function isEntry(wanted: Wanted): wanted is WantedEntry {
  return wanted !== 'skip' && 'key' in wanted;
}

function resultOf(wanted: Wanted): RecordResult {
  if (wanted === 'skip') return { kind: 'skipped', error: leftAlone() };
  return isEntry(wanted) ? { kind: 'done', targetId: wanted.key } : { kind: 'failed', error: wanted.error };
}

function planned(wanted: Wanted, known: ReadonlyMap<string | undefined, string | undefined>): PlannedRecord {
  if (wanted === 'skip') return { action: 'skip', code: leftAlone().code, reason: leftAlone().message };
  if (!isEntry(wanted)) return { action: 'fail', code: wanted.error.code, reason: wanted.error.message };
  const { key, value } = wanted;
  const before = known.get(key);
  if (value === null) return { action: before === undefined ? 'skip' : 'delete', targetId: key, matchedBy: 'key' };
  if (before === undefined) return { action: 'create' };
  const isSame = canonicalText(JSON.parse(before) as Json) === canonicalText(JSON.parse(value) as Json);
  return { action: isSame ? 'unchanged' : 'update', targetId: key, matchedBy: 'key' };
}

function leftAlone(): IntegrationError {
  return new PublishError(
    'DELETED_IN_SOURCE',
    'The record is gone in the source, and its entry is left alone, as "deleted" says',
  );
}

function badKey(storage: string, key: string): PublishError {
  const message = `The storage "${storage}" takes keys of 1 to ${MAX_KEY} characters; this record's has ${key.length}, or a NUL in it`;
  return new PublishError('ERR_STORAGE_KEY', message, { details: { storage } });
}
