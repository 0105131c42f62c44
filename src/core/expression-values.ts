import { typeName } from './expression-functions.ts';
import { ExpressionFault } from './expression-work.ts';
import { ownReader } from './own-key.ts';
import type { DataRecord, Json } from './record.ts';

/** Undefined is a value that is not there. JMESPath treats it as null; a strict template tells the two apart. */
export type Value = Json | undefined;

/** Whose JMESPath an expression is: that of the standard, or of PHP, whose arrays are lists and objects in one. */
export type Dialect = 'standard' | 'php';

/** Arithmetic operators as the parser names them. */
type Operator = 'Plus' | 'Minus' | 'Multiply' | 'Star' | 'Divide' | 'Div' | 'Modulo';

const OPERATORS: Readonly<Record<Operator, { sign: string; apply: (a: number, b: number) => number }>> = {
  Plus: { sign: '+', apply: (a, b) => a + b },
  Minus: { sign: '-', apply: (a, b) => a - b },
  Multiply: { sign: '*', apply: (a, b) => a * b },
  Star: { sign: '*', apply: (a, b) => a * b },
  Divide: { sign: '/', apply: (a, b) => a / b },
  Div: { sign: '//', apply: (a, b) => Math.floor(a / b) },
  Modulo: { sign: '%', apply: (a, b) => a % b },
};

/** JMESPath's truth: null, false, and empty texts, lists and objects are false; every number is true. */
export function isTruthy(value: Value): boolean {
  if (value === undefined || value === null || value === false || value === '') return false;
  if (typeof value !== 'object') return true;
  return Array.isArray(value) ? value.length > 0 : Object.keys(value).length > 0;
}

export function isEmptyList(value: Value): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** The item at an index, counted from the end where it is negative. */
export function readIndex(value: Value, index: number): Value {
  return Array.isArray(value) ? (value as readonly Json[]).at(index) : undefined;
}

/**
 * Compiles the reading of an own key; inherited names such as "constructor" are ordinary missing keys. Digits are places in
 * a list.
 */
export function keyReader(key: string, dialect: Dialect = 'standard'): (value: Value) => Value {
  const read = dialect === 'php' ? arrayReader(key) : ownReader(key);
  if (!/^\d{1,9}$/.test(key)) return read;
  const place = Number(key);
  return (value) => (Array.isArray(value) ? (value as readonly Json[])[place] : read(value));
}

/** Like {@link ownReader}, also for lists with fields beside their items. */
function arrayReader(key: string): (value: Value) => Value {
  const read = ownReader(key);
  return (value) =>
    Array.isArray(value) && Object.prototype.propertyIsEnumerable.call(value, key)
      ? (value as unknown as DataRecord)[key]
      : read(value);
}

/** Items of a slice; `null` is a bound that was left out. Bounds count from the end when negative. */
export function slice<Item>(items: readonly Item[], start: number | null, stop: number | null, step: number): Item[] {
  const last = items.length - 1;
  const from = start === null ? (step > 0 ? 0 : last) : place(start, items.length, step);
  const to = stop === null ? (step > 0 ? items.length : -1) : place(stop, items.length, step);
  const indexes: number[] = [];
  for (let index = from; step > 0 ? index < to : index > to; index += step) indexes.push(index);
  return indexes.map((index) => items[index] as Item);
}

/** A slice's bound as an index: counted from the end when negative, then kept within the list. */
function place(bound: number, length: number, step: number): number {
  const index = bound < 0 ? bound + length : bound;
  return step > 0 ? Math.min(Math.max(index, 0), length) : Math.min(Math.max(index, -1), length - 1);
}

/** Result of an arithmetic operator. Throws ExpressionFault for what is no number, before and after. */
export function calculate(operator: Operator, left: Value, right: Value): number {
  const { sign, apply } = OPERATORS[operator];
  const result = apply(operand(left, sign), operand(right, sign));
  if (!Number.isFinite(result)) throw new ExpressionFault(`"${sign}" gives no number here (division by zero?)`);
  return result;
}

function operand(value: Value, sign: string): number {
  if (typeof value === 'number') return value;
  const hint = sign === '-' ? '; a key with a dash in it stands in double quotes' : '';
  throw new ExpressionFault(`"${sign}" needs numbers, not ${typeName(value)}${hint}`);
}
