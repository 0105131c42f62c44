import { TransformError } from './errors.ts';
import { readNumber } from './numbers.ts';
import { isRecord, type DataRecord, type Json } from './record.ts';

/** Longest text that a step may make, in UTF-16 units. */
const MAX_TEXT = 16_777_216;

/** Deepest nesting of a value that a step may read out of a text. */
export const MAX_DEPTH = 500;

/** A value's type in the words of documents. */
export function kindOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? 'a text' : `a ${typeof value}`;
}

/** A value as it stands in messages: its JSON, cut after 40 characters; lists and objects by their kind only. */
export function shownValue(value: Json): string {
  if (typeof value === 'object') return kindOf(value);
  const text = typeof value === 'string' ? value : String(value);
  const cut = text.length > 40 ? `${text.slice(0, 39)}…` : text;
  return typeof value === 'string' ? JSON.stringify(cut) : cut;
}

/** A plain value as text. Throws TransformError for lists and objects. */
export function textOf(value: Json): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === null) return '';
  const hint = Array.isArray(value) ? '; for each of its items use the step "each"' : '';
  throw new TransformError(`needs a text, not ${kindOf(value)}${hint}`);
}

/** A number, also where it is written as text. Throws TransformError for everything else. */
export function numberOf(value: Json): number {
  if (typeof value === 'number') return value;
  const number = typeof value === 'string' ? readNumber(value) : undefined;
  if (number === undefined) throw new TransformError(`needs a number, not ${shownValue(value)}`);
  return number;
}

/** A list. Throws TransformError for everything else. */
export function listOf(value: Json): readonly Json[] {
  if (Array.isArray(value)) return value as readonly Json[];
  throw new TransformError(`needs a list, not ${kindOf(value)}`);
}

/** An object. Throws TransformError for everything else. */
export function objectOf(value: Json): DataRecord {
  if (isRecord(value)) return value;
  throw new TransformError(`needs an object, not ${kindOf(value)}`);
}

/** Throws TransformError when a text of this length would be more than a step may make; called before it is made. */
export function checkTextLength(length: number): void {
  if (length > MAX_TEXT) {
    throw new TransformError(`would make a text of ${length} characters; at most ${MAX_TEXT} are allowed`);
  }
}

/** Joins texts after checking how long the result will be. */
export function joinTexts(parts: readonly string[], glue: string): string {
  checkTextLength(parts.reduce((total, part) => total + part.length + glue.length, 0));
  return parts.join(glue);
}

/** Refuses what JSON texts can say and records cannot hold: numbers beyond all bounds, endless nesting. */
export function checkParsed(value: Json, depth = 0): void {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new TransformError('holds a number that is too large');
  if (typeof value !== 'object' || value === null) return;
  if (depth >= MAX_DEPTH) throw new TransformError(`is nested deeper than ${MAX_DEPTH} levels`);
  for (const child of Object.values<Json>(value)) checkParsed(child, depth + 1);
}
