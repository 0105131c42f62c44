import { type Json, plainText } from '../../core/record.ts';

/** As many digits as ids have: longer text would make hostile work of numbers. */
const INTEGER = /^-?\d{1,40}$/;

/** Orders keys of rows: whole numbers by size, also as text ("9" before "10"); anything else by its characters. */
export function compareKeys(a: Json, b: Json): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [plainText(a), plainText(b)];
  if (INTEGER.test(left) && INTEGER.test(right)) return order(BigInt(left), BigInt(right));
  return order(left, right);
}

function order<T extends string | bigint>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
