import { ConfigError } from '../core/errors.ts';
import { type DataRecord, isRecord, type Json, plainText } from '../core/record.ts';
import { type CompiledTemplate, compileTemplate } from '../core/templates.ts';
import type { FormPart, HttpRequest } from '../http/types.ts';
import type { Operation } from './request.ts';

type Body = Pick<HttpRequest, 'json' | 'form' | 'text' | 'multipart'>;

/** One record of a write, and its id in the target where it has one already. */
export interface BodyRecord {
  readonly record: DataRecord;
  readonly id: Json;
}

/** How an operation puts values into bodies, compiled. */
export interface CallBody {
  /** The body of a call: what the operation sends by itself, with the caller's own laid over it. */
  ofCall(own: Json | undefined, config: DataRecord, since: Json): Body;
  /** What the records of one write are sent as. Throws TransformError where a template finds nothing. */
  ofRecords(records: readonly BodyRecord[], config: DataRecord): Json;
}

/** Compiles what the manifest says of an operation's body. */
export function compileBody(operation: Operation): CallBody {
  const { encoding = 'json', content, item, envelope, wrap = 'none' } = operation.manifest.body ?? {};
  const own = compileOptional(content);
  const each = compileOptional(item);
  const around = compileOptional(envelope);
  return {
    ofCall(given, config, since) {
      const sent = own?.evaluate({ config, since });
      const value = given === undefined ? sent : sent === undefined ? given : layOver(sent, given);
      return value === undefined ? {} : encode(operation, encoding, value);
    },
    ofRecords(records, config) {
      const items = records.map(({ record, id }) => each?.evaluate({ record, id, config }) ?? record);
      const body = wrap === 'array' ? items : (items[0] ?? {});
      return around?.evaluate({ body, config }) ?? body;
    },
  };
}

function compileOptional(source: unknown): CompiledTemplate | undefined {
  return source === undefined ? undefined : compileTemplate(source as Json);
}

/** Objects are joined key by key; everything else is replaced. */
export function layOver(below: Json, above: Json): Json {
  return isRecord(below) && isRecord(above) ? { ...below, ...above } : above;
}

function encode(operation: Operation, encoding: 'json' | 'form' | 'text' | 'multipart', value: Json): Body {
  switch (encoding) {
    case 'json':
      return { json: value };
    case 'text':
      return { text: plainText(value) };
    case 'form':
      return { form: Object.fromEntries(fieldsOf(operation, value).map(([name, field]) => [name, plainText(field)])) };
    case 'multipart':
      return {
        multipart: Object.fromEntries(fieldsOf(operation, value).map(([name, field]) => [name, partOf(field)])),
      };
  }
}

function fieldsOf({ manifest }: Operation, value: Json): [string, Json][] {
  if (!isRecord(value)) {
    throw new ConfigError('ERR_BODY_TYPE', `"${manifest.title}" takes form fields, so its body must be an object`);
  }
  return Object.entries(value).filter(([, field]) => field !== null);
}

/** `{ "filename", "base64" }` is a file; everything else is text. */
function partOf(value: Json): FormPart {
  if (!isRecord(value) || typeof value['base64'] !== 'string') return plainText(value);
  const { base64, filename, contentType } = value;
  return {
    base64,
    filename: plainText(filename) || 'file',
    ...(typeof contentType === 'string' && { contentType }),
  };
}
