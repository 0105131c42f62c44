import type { Condition } from '../part.ts';
import { isNumeric, toFloat } from './scalars.ts';

/** Compares a value as a number; what is no number, or a text that is one, never holds. */
export function numberComparison(wanted: number, holds: (value: number, wanted: number) => boolean): Condition {
  return (value) => isNumeric(value) && holds(toFloat(value), wanted);
}
