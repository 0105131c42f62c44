import type { Condition } from '../part.ts';
import { toText } from './scalars.ts';

/** Looks at a value as a text; null is an empty one, and an array never holds. */
export function textComparison(holds: (text: string) => boolean): Condition {
  return (value) => !(value instanceof Map) && holds(toText(value));
}
