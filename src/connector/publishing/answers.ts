import { type Condition, compileCondition } from '../../core/conditions.ts';
import { PublishError } from '../../core/errors.ts';
import { getPath, parsePath } from '../../core/field-path.ts';
import { type DataRecord, isRecord, type Json, plainText } from '../../core/record.ts';
import type { OperationManifest } from '../manifest-schema.ts';
import type { Operation } from '../request.ts';
import type { Target } from './target.ts';

/** What an answer says of one record that was sent. */
export interface RecordAnswer {
  /** Id of the stored record; undefined where the answer does not tell. */
  readonly id: string | undefined;
  /** Why the target did not take this record although it answered the call. */
  readonly error: PublishError | undefined;
  /** The answer's row about it; undefined where none can be told. */
  readonly row: DataRecord | undefined;
}

type AnswerManifest = NonNullable<OperationManifest['answer']>;

/** An answer that is the stored record, or the list of them. */
const PLAIN: AnswerManifest = { id: 'id', records: '' };

/**
 * Tells what an answer says of each record that was sent.
 *
 * Halo answers one element with one object; what it answers for several is not documented. So rows are taken by
 * position only when there are as many as were sent, and by match fields where position and fields disagree. Where the
 * connector names a key, only that counts.
 */
export function answersOf(
  operation: Operation,
  target: Pick<Target, 'match'>,
  sent: readonly DataRecord[],
  body: Json | undefined,
): RecordAnswer[] {
  const answer = operation.manifest.answer ?? PLAIN;
  const errors = errorsByPlace(answer, body, sent.length);
  const rows = rowsOf(answer, body);
  const idPath = parsePath(answer.id);
  const isRefused = answer.failed === undefined ? undefined : compileCondition(answer.failed, 'answer.failed');
  // Where refused records have no row, the others stand in their order.
  const taken = sent.map((_, index) => index).filter((index) => !errors.has(index));
  const isShort = rows.length === taken.length && rows.length !== sent.length;
  return sent.map((record, index) => {
    const place = isShort ? taken.indexOf(index) : index;
    const isTold = answer.key !== undefined || isShort || rows.length === sent.length;
    const row = isTold && place >= 0 ? rowFor(answer, target, record, rows, place) : undefined;
    const error = errors.get(index) ?? (row && errorOf(answer, isRefused, row));
    return { id: row && !error ? idOf(row, idPath) : undefined, error, row };
  });
}

function rowsOf({ records }: AnswerManifest, body: Json | undefined): readonly DataRecord[] {
  const found = body === undefined ? undefined : records === '' ? body : getPath(body, parsePath(records));
  return (Array.isArray(found) ? found : [found]).filter((row): row is DataRecord => isRecord(row as Json));
}

function idOf(row: DataRecord, path: ReturnType<typeof parsePath>): string | undefined {
  const value = getPath(row, path);
  return value === undefined || value === null || typeof value === 'object' ? undefined : String(value);
}

function rowFor(
  { key }: AnswerManifest,
  target: Pick<Target, 'match'>,
  record: DataRecord,
  rows: readonly DataRecord[],
  place: number,
): DataRecord | undefined {
  if (key) return rowByKey(key, record, rows);
  const atPosition = rows[place];
  const rule = target.match.find((each) => each.rowValueOf(record) !== undefined);
  if (!rule || rows.length === 1) return atPosition;
  const value = rule.rowValueOf(record);
  if (atPosition && rule.rowValueOf(atPosition) === value) return atPosition;
  const byField = rows.filter((row) => rule.rowValueOf(row) === value);
  // Rows that do not carry the field at all can only be told by their position.
  return byField.length === 1
    ? byField[0]
    : atPosition && rule.rowValueOf(atPosition) === undefined
      ? atPosition
      : undefined;
}

function rowByKey(
  key: NonNullable<AnswerManifest['key']>,
  record: DataRecord,
  rows: readonly DataRecord[],
): DataRecord | undefined {
  const wanted = plainText(getPath(record, parsePath(key.record)));
  const found = wanted === '' ? [] : rows.filter((row) => plainText(getPath(row, parsePath(key.row))) === wanted);
  return found.length === 1 ? found[0] : undefined;
}

/** A row that says that its record was refused. */
function errorOf(
  { message }: AnswerManifest,
  isRefused: Condition | undefined,
  row: DataRecord,
): PublishError | undefined {
  if (isRefused?.(row) !== true) return undefined;
  return refused(message === undefined ? undefined : getPath(row, parsePath(message)));
}

/** Errors that name the place of their record in the call. */
function errorsByPlace(
  { errors }: AnswerManifest,
  body: Json | undefined,
  count: number,
): ReadonlyMap<number, PublishError> {
  const found = errors === undefined || body === undefined ? undefined : getPath(body, parsePath(errors.at));
  if (!errors || found === undefined || found === null || typeof found !== 'object') return new Map();
  const entries: [Json | undefined, Json | undefined][] = Array.isArray(found)
    ? (found as readonly Json[]).map((each) => [
        getPath(each, parsePath(errors.place)),
        errors.message === undefined ? each : getPath(each, parsePath(errors.message)),
      ])
    : Object.entries(found as DataRecord);
  const byPlace = new Map<number, PublishError>();
  for (const [place, message] of entries) {
    const index = placeOf(place, errors.base);
    if (index !== undefined && index < count && !byPlace.has(index)) byPlace.set(index, refused(message));
  }
  return byPlace;
}

/** `3`, `"[3].name"` and `"/data/3/name"` stand for one place; the first number counts. */
function placeOf(place: Json | undefined, base: number): number | undefined {
  const [digits] = /\d{1,9}/.exec(plainText(place)) ?? [];
  const index = digits === undefined ? -1 : Number(digits) - base;
  return index < 0 ? undefined : index;
}

function refused(told: Json | undefined): PublishError {
  const text =
    told === undefined || told === null ? '' : typeof told === 'object' ? JSON.stringify(told) : plainText(told);
  const shown = text.length > 500 ? `${text.slice(0, 499)}…` : text;
  return new PublishError(
    'ERR_ROW_REFUSED',
    `The target took the call but not this record${shown === '' ? '; its answer does not say why' : `: ${shown}`}`,
  );
}
