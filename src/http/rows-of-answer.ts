import { SourceError } from '../core/errors.ts';
import { isObject, isRecord, type DataRecord, type Json } from '../core/record.ts';
import type { HttpAnswer, HttpRequest, Shape } from './types.ts';
import { valueAt } from './value-at.ts';

/** Where rows are in an answer, and in which form. */
export interface RowsOptions {
  /** The call, for messages. */
  readonly request: HttpRequest;
  /** Where the rows may stand, in order; '' is the answer itself. */
  readonly recordsAt: readonly string[];
  /** Makes rows of what stands there; a list of rows unless given. */
  readonly shape?: Shape | undefined;
}

/** Rows of a page. */
export interface Rows {
  readonly rows: DataRecord[];
  /** Entries as the source counts them; groups may hold several rows each. */
  readonly entries: number;
}

/**
 * Takes the rows out of an answer. No content is no rows. Anything else has to have rows where the manifest says: they
 * are never guessed.
 *
 * @throws SourceError ERR_RECORDS_NOT_FOUND, ERR_RECORD_INVALID
 */
export function rowsOfAnswer({ status, body }: HttpAnswer, options: RowsOptions): Rows {
  if (status === 204 && body === undefined) return { rows: [], entries: 0 };
  for (const path of options.recordsAt) {
    const found = valueAt(body, path);
    const rows = found === undefined ? undefined : shaped(found, body ?? null, options);
    if (rows) return { rows: checkRows(rows, options), entries: entriesOf(found, rows) };
  }
  throw recordsNotFound(body, options);
}

function entriesOf(found: Json | undefined, rows: readonly Json[]): number {
  return Array.isArray(found) ? found.length : rows.length;
}

function shaped(found: Json, body: Json, { shape, request }: RowsOptions): readonly Json[] | undefined {
  if (!shape) return Array.isArray(found) ? (found as readonly Json[]) : undefined;
  try {
    return shape(found, body);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    const path = pathOf(request);
    throw new SourceError(error.code, `${path}: ${error.message}`, { details: { ...error.details, path } });
  }
}

function checkRows(rows: readonly Json[], { request }: RowsOptions): DataRecord[] {
  const wrong = rows.findIndex((row) => !isRecord(row));
  if (wrong === -1) return rows as DataRecord[];
  const message = `${pathOf(request)}: row ${wrong + 1} of the answer is ${kindOf(rows[wrong])}, not an object`;
  throw new SourceError('ERR_RECORD_INVALID', message, { details: { path: pathOf(request), row: wrong } });
}

function recordsNotFound(body: Json | undefined, { recordsAt, shape, request }: RowsOptions): SourceError {
  const path = pathOf(request);
  const keys = isObject(body) ? Object.keys(body).slice(0, 30) : undefined;
  const tried = recordsAt.map((candidate) => triedText(body, candidate)).join(', ');
  const found = keys ? `an object with the keys ${keys.join(', ') || '(none)'}` : kindOf(body);
  const wanted = shape ? 'records of the given shape' : 'list of records';
  const message = `${path}: no ${wanted} at ${tried}; the answer is ${found}`;
  return new SourceError('ERR_RECORDS_NOT_FOUND', message, { details: { path, tried: recordsAt, keys } });
}

function triedText(body: Json | undefined, candidate: string): string {
  if (candidate === '') return 'the answer itself';
  const found = valueAt(body, candidate);
  return found === undefined ? `"${candidate}"` : `"${candidate}" (${kindOf(found)})`;
}

function pathOf({ method, url }: HttpRequest): string {
  return `${method} ${new URL(url).pathname}`;
}

function kindOf(value: Json | undefined): string {
  if (value === undefined) return 'empty';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
