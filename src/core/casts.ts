import { compileDateReader } from './date-format.ts';
import { TransformError } from './errors.ts';
import { fillUpIsoDate } from './iso-date.ts';
import { readNumber } from './numbers.ts';
import { isRecord, type Json } from './record.ts';
import { kindOf, listOf, shownValue } from './value-kinds.ts';

/** Types that a value can be made into. */
export const CASTS = ['text', 'number', 'integer', 'boolean', 'date', 'list', 'object'] as const;

export type CastKind = (typeof CASTS)[number];

/** JSON Schema of an option that names a type. */
export const CAST = {
  enum: CASTS,
  description:
    'Type that the value is made into; null stays null. number: also from text; integer: without the fraction; boolean: from ' +
    'true/false, yes/no, on/off, 1/0; date: ISO time in UTC from an ISO date or epoch; list: a single value becomes a ' +
    'list of one; object: an empty list becomes {}. What cannot be made into it fails the record.',
} as const;

/**
 * Gives the function that makes a value into a type; null stays null.
 *
 * The function throws TransformError for a value that does not mean anything of that type: nothing is guessed.
 */
export function compileCast(kind: CastKind): (value: Json) => Json {
  const cast = CAST_FUNCTIONS[kind];
  return (value) => (value === null ? null : cast(value));
}

const CAST_FUNCTIONS: Readonly<Record<CastKind, (value: Json) => Json>> = {
  text: toText,
  number: toNumber,
  integer: toInteger,
  boolean: toBoolean,
  date: toDate,
  list: (value) => (Array.isArray(value) ? listOf(value) : [value]),
  object: toObject,
};

function toText(value: Json): Json {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function toNumber(value: Json): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  const number = typeof value === 'string' ? readNumber(value) : undefined;
  if (number === undefined) throw refused(value, 'a number');
  return number;
}

function toInteger(value: Json): number {
  const number = Math.trunc(toNumber(value)) + 0;
  if (Number.isSafeInteger(number)) return number;
  throw new TransformError(`${shownValue(value)} is too large for a whole number; its last digits would be lost`);
}

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['on', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['off', false],
  ['0', false],
  ['', false],
]);

function toBoolean(value: Json): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0;
  const known = typeof value === 'string' ? WORDS.get(value.trim().toLowerCase()) : undefined;
  if (known === undefined) throw refused(value, 'true or false');
  return known;
}

const readDate = compileDateReader(undefined);

function toDate(value: Json): string {
  const filledUp = typeof value === 'string' ? fillUpIsoDate(value) : undefined;
  if (filledUp !== undefined) return filledUp;
  const instant = readDate(value);
  if (instant === undefined) throw refused(value, 'a date (for other forms use the step "format-date")');
  return new Date(instant).toISOString();
}

function toObject(value: Json): Json {
  if (isRecord(value)) return value;
  // PHP writes an empty object as an empty list.
  if (Array.isArray(value) && value.length === 0) return {};
  throw refused(value, 'an object');
}

function refused(value: Json, wanted: string): TransformError {
  const shown = typeof value === 'object' ? kindOf(value) : shownValue(value);
  return new TransformError(`${shown} is not ${wanted}`);
}
