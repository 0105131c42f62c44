import { canonicalText } from './canonical-text.ts';
import { TransformError } from './errors.ts';
import { withoutNoise } from './numbers.ts';
import type { DataRecord, Json } from './record.ts';
import { listOf, numberOf, objectOf } from './value-kinds.ts';

/** Operators on two numbers; numbers may be written as text. */
export const NUMBER_OPERATORS = [
  'add',
  'subtract',
  'multiply',
  'divide',
  'modulo',
  'power',
  'minimum',
  'maximum',
  'bitwise-and',
  'bitwise-or',
  'bitwise-xor',
  'shift-left',
  'shift-right',
] as const;

/** Operators on two lists or two objects. */
export const COLLECTION_OPERATORS = [
  'merge',
  'union',
  'difference',
  'intersection',
  'key-difference',
  'key-intersection',
] as const;

export type NumberOperator = (typeof NUMBER_OPERATORS)[number];
export type Operator = NumberOperator | (typeof COLLECTION_OPERATORS)[number];

/** Applies an operator. Throws TransformError for operands that it is not for, and where no number comes out. */
export function operate(operator: Operator, left: Json, right: Json): Json {
  if (isNumberOperator(operator)) return calculateNumber(operator, numberOf(left), numberOf(right));
  return COLLECTIONS[operator](left, right);
}

/** Applies an operator to two numbers. Throws TransformError where no number comes out, as of a division by zero. */
export function calculateNumber(operator: NumberOperator, left: number, right: number): number {
  const result = withoutNoise(NUMBERS[operator](left, right));
  if (Number.isFinite(result)) return result;
  throw new TransformError(`gives no number for ${left} and ${right}${right === 0 ? ' (division by zero)' : ''}`);
}

function isNumberOperator(operator: Operator): operator is NumberOperator {
  return (NUMBER_OPERATORS as readonly string[]).includes(operator);
}

const NUMBERS: Readonly<Record<NumberOperator, (left: number, right: number) => number>> = {
  add: (left, right) => left + right,
  subtract: (left, right) => left - right,
  multiply: (left, right) => left * right,
  divide: (left, right) => left / right,
  modulo: (left, right) => left % right,
  power: (left, right) => left ** right,
  minimum: Math.min,
  maximum: Math.max,
  'bitwise-and': (left, right) => bits(left) & bits(right),
  'bitwise-or': (left, right) => bits(left) | bits(right),
  'bitwise-xor': (left, right) => bits(left) ^ bits(right),
  'shift-left': (left, right) => bits(left) << bits(right),
  'shift-right': (left, right) => bits(left) >> bits(right),
};

function bits(value: number): number {
  if ((value | 0) === value) return value;
  throw new TransformError(`needs whole numbers of at most 32 bits, not ${value}`);
}

type Collection = Exclude<Operator, NumberOperator>;

const COLLECTIONS: Readonly<Record<Collection, (left: Json, right: Json) => Json>> = {
  merge: (left, right) =>
    Array.isArray(left) ? [...listOf(left), ...listOf(right)] : { ...objectOf(left), ...objectOf(right) },
  union: (left, right) => {
    const known = textsOf(left);
    return [...listOf(left), ...listOf(right).filter((item) => !known.has(canonicalText(item)))];
  },
  difference: (left, right) => itemsWhere(left, right, false),
  intersection: (left, right) => itemsWhere(left, right, true),
  'key-difference': (left, right) => fieldsWhere(left, right, false),
  'key-intersection': (left, right) => fieldsWhere(left, right, true),
};

function itemsWhere(left: Json, right: Json, isKnown: boolean): Json {
  const known = textsOf(right);
  return listOf(left).filter((item) => known.has(canonicalText(item)) === isKnown);
}

function textsOf(list: Json): ReadonlySet<string> {
  return new Set(listOf(list).map(canonicalText));
}

function fieldsWhere(left: Json, right: Json, isKnown: boolean): DataRecord {
  const known = new Set(Array.isArray(right) ? listOf(right).map(String) : Object.keys(objectOf(right)));
  return Object.fromEntries(Object.entries(objectOf(left)).filter(([key]) => known.has(key) === isKnown));
}
