import type { Php, PhpArray } from './array.ts';
import { isNumeric, toFloat, toText } from './scalars.ts';

/** Whether two values count as the same. */
export type Comparison = (a: Php, b: Php) => boolean;

/** PHP's ===: same type and value; arrays with the same keys and values in the same order. */
export function isIdentical(a: Php, b: Php): boolean {
  if (!(a instanceof Map) || !(b instanceof Map)) return a === b;
  if (a.size !== b.size) return false;
  const others = [...b];
  return [...a].every(([key, value], index) => {
    const [otherKey, other] = others[index] ?? ['', null];
    return key === otherKey && isIdentical(value, other);
  });
}

/** PHP 8's ==: "1" equals 1, null equals "", arrays are compared without regard to order. */
export function isLooselyEqual(a: Php, b: Php): boolean {
  if (a instanceof Map && b instanceof Map) return areLooselyEqual(a, b);
  if (a instanceof Map || b instanceof Map) {
    const [array, other] = a instanceof Map ? [a, b] : [b as PhpArray, a];
    return (typeof other === 'boolean' || other === null) && array.size > 0 === (other === true);
  }
  if (typeof a === 'boolean' || typeof b === 'boolean') return isTrue(a) === isTrue(b);
  if (a === null || b === null) return (a ?? '') === (b ?? '') || (typeof (a ?? b) === 'number' && (a ?? b) === 0);
  if (isNumeric(a) && isNumeric(b)) return toFloat(a) === toFloat(b);
  return toText(a) === toText(b);
}

function areLooselyEqual(a: PhpArray, b: PhpArray): boolean {
  if (a.size !== b.size) return false;
  return [...a].every(([key, value]) => {
    const other = b.get(key);
    return other !== undefined && isLooselyEqual(value, other);
  });
}

/** PHP's cast to bool. */
export function isTrue(value: Php): boolean {
  if (value instanceof Map) return value.size > 0;
  return value !== null && value !== false && value !== 0 && value !== '' && value !== '0';
}

/** Ways to compare, by the name that an export gives them. */
export const COMPARATORS: ReadonlyMap<string, Comparison> = new Map([
  ['equals', isIdentical],
  ['equals-adaptive', isLooselyEqual],
  ['not-equals', (a, b) => !isIdentical(a, b)],
  ['not-equals-adaptive', (a, b) => !isLooselyEqual(a, b)],
]);
